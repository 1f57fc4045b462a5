// The page of one link: takes its own text anew every ten seconds, says when it cannot, and copies texts.
"use strict";

(() => {
  const EVERY_MS = 10000;
  const page = document.documentElement;
  const banner = document.getElementById("kontak");
  const news = document.getElementById("kabar");
  let heard = Date.now();

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

  const busy = () => {
    const chosen = document.activeElement;
    const box = document.getElementById("segar");
    return (chosen && box.contains(chosen) && chosen !== document.body) || !document.getSelection().isCollapsed;
  };

  const refresh = async () => {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      heard = Date.now();
      say("");
      if (busy()) return; // nobody's selection is taken away; the next time is near
      const open = [...document.querySelectorAll("#segar details")].map((each) => each.open);
      document.getElementById("segar").replaceWith(document.importNode(fresh.getElementById("segar"), true));
      document.querySelectorAll("#segar details").forEach((each, place) => { each.open = open[place] ?? false; });
      document.getElementById("jam").textContent = fresh.getElementById("jam").textContent;
      document.title = fresh.title;
      offer();
    } catch {
      say("Kontak dengan pengukur terputus sejak " + Pantau.clock(heard + Pantau.ahead)
        + ". Yang tampak di bawah adalah keadaan saat itu, bukan sekarang.");
    }
  };

  offer();
  setInterval(refresh, EVERY_MS);
})();
