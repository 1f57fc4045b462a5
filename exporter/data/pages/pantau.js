// What the pages share: keeps lengths of time true, and lets the reader choose light or dark. Loaded with "defer";
// every page works without it.
"use strict";

const Pantau = {
  // How far the server's clock is ahead of ours, milliseconds; a page says its moment in <html data-kini>.
  ahead: 0,

  now() { return Date.now() + Pantau.ahead; },

  two(n) { return String(n).padStart(2, "0"); },

  // 3 jam 36 menit: the two largest units, cut.
  length(seconds) {
    const parts = [];
    for (const [word, unit] of [["hari", 86400], ["jam", 3600], ["menit", 60], ["detik", 1]]) {
      const many = Math.floor(seconds / unit);
      seconds -= many * unit;
      if (many || (unit === 1 && !parts.length)) parts.push(many.toLocaleString("id-ID") + " " + word);
      else if (parts.length) parts.push("");
    }
    return parts.slice(0, 2).filter(Boolean).join(" ");
  },

  // 09.14.07 WIB, whatever the zone of the reader.
  clock(ms) {
    const at = new Date(ms + 7 * 3600 * 1000);
    return [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(Pantau.two).join(".") + " WIB";
  },

  tick() {
    for (const each of document.querySelectorAll("[data-since]")) {
      const text = Pantau.length(Math.max(0, Math.floor(Pantau.now() / 1000 - Number(each.dataset.since))));
      if (each.textContent !== text) each.textContent = text;
    }
  },

  theme() {
    const button = document.getElementById("tema");
    const keep = (value) => { try { localStorage.setItem("tema", value); } catch { /* not allowed: this page only */ } };
    let kept = null;
    try { kept = localStorage.getItem("tema"); } catch { /* not allowed */ }
    if (kept === "terang" || kept === "gelap") document.documentElement.dataset.tema = kept;
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = document.documentElement.dataset.tema
        ? document.documentElement.dataset.tema === "gelap"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      document.documentElement.dataset.tema = dark ? "terang" : "gelap";
      keep(document.documentElement.dataset.tema);
    });
  },
};

Pantau.theme();
setInterval(Pantau.tick, 1000);
