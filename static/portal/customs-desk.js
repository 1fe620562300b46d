"use strict";

/* The customs desk by keyboard; it renews itself while nobody types or looks into a dialog. */
(() => {
  const RENEW_MS = 60000;
  const desk = document.getElementById("customs-desk");
  const rows = () => [...desk.querySelectorAll("[data-cu-row]")];
  let at = -1;

  function choose(index) {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(index, all.length - 1));
    all.forEach((row, n) => row.classList.toggle("cu-on", n === at));
    all[at].focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  }

  const within = (selector) => (rows()[Math.max(at, 0)] || desk).querySelector(selector);
  const KEYS = {
    j: () => choose(at + 1), ArrowDown: () => choose(at + 1), k: () => choose(at - 1), ArrowUp: () => choose(at - 1),
    Enter: () => within("[data-cu-first]")?.click(), o: () => within("[data-cu-open]")?.click(), a: () => within("[data-cu-answer]")?.focus(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (typing && event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing.form?.closest(".cu-answer")) { event.preventDefault(); typing.form.requestSubmit(); return; }
    if (typing && event.key === "Escape") { typing.blur(); return; }
    if (typing || event.target.closest("[data-hs-picker]") || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = /^[1-5]$/.test(key) ? () => desk.querySelector(`[data-cu-tab="${key}"]`)?.click() : KEYS[key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  /* One code for all parcels of a product: chosen where it is missed, taken back where it was chosen. */
  function pick(button) {
    const fix = button.closest(".cu-fix");
    const box = fix.querySelector(".cu-picked");
    if (!box.childElementCount) {
      box.append(fix.querySelector("template").content.cloneNode(true));
      window.hsPickers(box);
    }
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
    fix.toggleAttribute("data-busy", !box.hidden);
    if (box.hidden) renew().catch(() => {});
    else box.querySelector("input[type=search]").focus();
  }

  desk.addEventListener("click", (event) => { const button = event.target.closest("[data-cu-pick]"); if (button) pick(button); });
  for (const [name, hidden] of [["hs:chosen", false], ["hs:undone", true]]) {
    desk.addEventListener(name, (event) => { const said = event.target.closest(".cu-picked")?.querySelector("[data-cu-picked]"); if (said) said.hidden = hidden || !event.detail.code; });
  }

  async function renew() {
    const busy = desk.contains(document.activeElement) && document.activeElement.closest("input, textarea, select");
    const typed = [...desk.querySelectorAll("textarea")].some((box) => box.value);
    if (document.visibilityState !== "visible" || busy || typed || document.querySelector("dialog[open]") || desk.querySelector("[data-busy]")) return;
    const answer = await fetch(window.location.href);
    if (answer.redirected) { window.location.reload(); return; }
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("cu-live");
    if (!fresh) return;
    const kept = rows()[at]?.id;
    desk.querySelector("#cu-live").replaceWith(fresh);
    if (kept && at >= 0) choose(rows().findIndex((row) => row.id === kept));
  }

  window.setInterval(() => { renew().catch(() => {}); }, RENEW_MS);
  window.addEventListener("pageshow", (event) => { if (event.persisted) renew().catch(() => {}); });
  const named = rows().findIndex((row) => `#${row.id}` === window.location.hash);
  if (named >= 0) choose(named);
})();
