// The page of one link: takes its own text anew every ten seconds, says when it cannot, and copies texts.
"use strict";

(() => {
  const EVERY_MS = 10000;
  const ANSWER_MS = 8000; // an exporter that takes longer does not answer
  const LEFT_ALONE_MS = 60000; // so long what somebody selects or focuses is not replaced
  const page = document.documentElement;
  const banner = document.getElementById("kontak");
  const news = document.getElementById("kabar");
  let heard = Date.now();
  let touched = 0;

  const say = (text) => {
    page.classList.toggle("terputus", text !== "");
    banner.hidden = text === "";
    if (banner.textContent !== text) banner.textContent = text;
  };

  // Clipboard access is only for pages over TLS and on this machine; a selection works everywhere.
  const copy = async (area) => {
    try {
      await navigator.clipboard.writeText(area.value);
      return true;
    } catch {
      area.focus();
      area.select();
      return document.execCommand("copy");
    }
  };

  const offer = () => {
    for (const button of document.querySelectorAll("[data-salin]")) button.hidden = false;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-salin]");
    if (!button) return;
    const done = await copy(document.getElementById(button.dataset.salin));
    news.textContent = done ? "Disalin." : "Teks dipilih; tekan Ctrl+C untuk menyalin.";
    button.textContent = done ? "Disalin" : "Tekan Ctrl+C";
  });
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, () => { touched = Date.now(); });
  }

  const busy = () => {
    const box = document.getElementById("segar");
    const chosen = document.activeElement;
    const held = (chosen !== document.body && box.contains(chosen)) || !document.getSelection().isCollapsed;
    return held && Date.now() - touched < LEFT_ALONE_MS;
  };

  // What somebody is at stays; how the link is now is always replaced, for nothing in it can be focused.
  const replace = (fresh) => {
    document.getElementById("jam").textContent = fresh.getElementById("jam").textContent;
    document.title = fresh.title;
    if (busy()) {
      document.getElementById("kini").replaceWith(document.importNode(fresh.getElementById("kini"), true));
      return;
    }
    const open = [...document.querySelectorAll("#segar details")].map((each) => each.open);
    const focused = document.activeElement.dataset?.salin;
    document.getElementById("segar").replaceWith(document.importNode(fresh.getElementById("segar"), true));
    document.querySelectorAll("#segar details").forEach((each, place) => { each.open = open[place] ?? false; });
    offer();
    if (focused) document.querySelector(`[data-salin="${focused}"]`)?.focus();
  };

  const refresh = async () => {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const answer = await fetch(location.pathname, { cache: "no-store", signal });
      if (answer.status === 404) {
        say("Tautan ini tidak ada lagi dalam inventaris. Yang tampak di bawah adalah keadaan terakhirnya.");
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      heard = Date.now();
      say("");
      replace(fresh);
    } catch {
      say("Kontak dengan pengukur terputus sejak " + Pantau.clock(heard + Pantau.ahead)
        + ". Yang tampak di bawah adalah keadaan saat itu, bukan sekarang.");
    }
  };

  const again = async () => {
    await refresh();
    setTimeout(again, EVERY_MS);
  };

  offer();
  setTimeout(again, EVERY_MS);
})();
