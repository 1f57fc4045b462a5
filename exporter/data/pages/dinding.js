// The wall: takes what the exporter sends, and says so when nothing comes.
"use strict";

(() => {
  const SILENT_MS = 12000; // two heartbeats and some; then nobody knows how the offices are
  const page = document.documentElement;
  const banner = document.getElementById("kontak");
  const news = document.getElementById("kabar");
  let heard = Date.now();
  let contact = true;
  let taken = null; // when the measuring was last seen to go on, by the exporter's clock
  let still = false; // the exporter answers, and its figures stand still for longer than they ever do
  let known = null; // outages that were told

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
    } else if (still) {
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
    if (id === "gangguan") announce(section);
  };

  // What is new, in words, for who does not see the screen; what was there when the page was opened is not news.
  const announce = (section) => {
    const names = [...section.querySelectorAll("ol li:not(.g-baru) .apa")].map((each) =>
      [each.querySelector(".cakupan"), each.querySelector("a, b")].map((part) => part.textContent.trim()).join(" "));
    if (known !== null) {
      const begun = names.filter((name) => !known.has(name));
      const gone = [...known].filter((name) => !names.includes(name));
      const words = [...begun.map((name) => "Gangguan: " + name), ...gone.map((name) => "Berakhir: " + name)];
      if (words.length > 5) words.splice(5, words.length, `dan ${words.length - 5} perubahan lain`);
      if (words.length) news.textContent = words.join(". ") + ".";
    }
    known = new Set(names);
  };

  const source = new EventSource("/wall/events");
  source.addEventListener("potongan", (event) => {
    const { id, isi } = JSON.parse(event.data);
    replace(id, isi);
    Pantau.tick();
  });
  source.addEventListener("detak", (event) => {
    const { kini, diam, batas } = JSON.parse(event.data);
    Pantau.ahead = kini - Date.now();
    taken = kini - diam;
    still = diam > batas;
    heard = Date.now();
    contact = true;
    document.getElementById("jam").textContent = Pantau.clock(taken);
    judge();
  });
  source.addEventListener("error", () => {
    contact = false;
    judge();
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 10000);
  });
  setInterval(judge, 1000);
})();
