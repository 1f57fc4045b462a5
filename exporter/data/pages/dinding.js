// The wall: takes what the exporter sends, and says so when nothing comes.
"use strict";

(() => {
  const SILENT_MS = 12000; // two heartbeats and some; then nobody knows how the offices are
  const STALE_MS = 10000; // the exporter answers, and its figures stand still
  const AGAIN_MS = 10000;
  const page = document.documentElement;
  const banner = document.getElementById("kontak");
  const news = document.getElementById("kabar");
  let heard = Date.now();
  let contact = true;
  let taken = null;

  const say = (text) => {
    page.classList.toggle("terputus", text !== "");
    banner.hidden = text === "";
    if (banner.textContent !== text) banner.textContent = text;
  };

  const judge = () => {
    if (Date.now() - heard > SILENT_MS) contact = false;
    if (!contact) {
      say("Kontak dengan pengukur terputus sejak " + Pantau.clock(heard + Pantau.ahead)
        + ". Yang tampak di bawah adalah keadaan saat itu, bukan sekarang.");
    } else if (taken !== null && Pantau.now() - taken > STALE_MS) {
      say("Angka pengukur berhenti pada " + Pantau.clock(taken) + ". Keadaan sekarang tidak diketahui.");
    } else {
      say("");
    }
  };

  const replace = (id, html) => {
    const section = document.getElementById(id);
    if (!section) return;
    const focused = section.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const list = section.querySelector(".daftar");
    const top = list ? list.scrollTop : 0;
    const fresh = document.createElement("template");
    fresh.innerHTML = html; // of our own templates, in which every name is escaped
    section.replaceChildren(fresh.content);
    const again = section.querySelector(".daftar");
    if (again) again.scrollTop = top;
    if (focused) section.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
    if (id === "ringkas") announce(section);
  };

  const announce = (section) => {
    const text = section.querySelector(".kalimat")?.lastChild?.textContent?.trim() ?? "";
    if (news.textContent !== text) news.textContent = text;
  };

  // A browser asks no more after an answer that is no stream. The page is left only for one that is there: whatever
  // stands between may answer with an error, which would stay on the screen for good.
  const again = async () => {
    const answer = await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
    if (answer !== null && answer.ok) location.reload();
    else setTimeout(again, AGAIN_MS);
  };

  const source = new EventSource("/wall/events");
  source.addEventListener("potongan", (event) => {
    const { id, isi } = JSON.parse(event.data);
    replace(id, isi);
    Pantau.tick();
  });
  source.addEventListener("detak", (event) => {
    const fresh = JSON.parse(event.data).kini;
    if (taken === null || fresh !== taken) Pantau.ahead = fresh - Date.now();
    taken = fresh;
    heard = Date.now();
    contact = true;
    document.getElementById("jam").textContent = Pantau.clock(taken);
    judge();
  });
  source.addEventListener("error", () => {
    contact = false;
    judge();
    if (source.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MS);
  });
  setInterval(judge, 1000);
})();
