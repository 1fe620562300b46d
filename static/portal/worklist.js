"use strict";

/* The worklist by keyboard: one card is current, keys act on it. Typing in a field is left alone. */
const jobs = () => [...document.querySelectorAll("[data-lm-job]")];
let current = -1;

function choose(index) {
  const cards = jobs();
  if (!cards.length) return;
  current = Math.max(0, Math.min(index, cards.length - 1));
  cards.forEach((card, i) => card.classList.toggle("lm-current", i === current));
  cards[current].focus({ preventScroll: true });
  cards[current].scrollIntoView({ block: "nearest" });
}

const within = (selector) => jobs()[current]?.querySelector(selector);
const KEYS = {
  j: () => choose(current + 1),
  k: () => choose(current - 1),
  s: () => within("[data-lm-suggest]")?.click(),
  e: () => within("[data-lm-edit]")?.focus(),
  r: () => within("[data-lm-retry]")?.click(),
  c: () => within("[data-lm-carrier]")?.focus(),
  x: () => within("[data-lm-choose]")?.click(),
  o: () => within("[data-lm-open]")?.click(),
  u: () => document.querySelector("[data-lm-key=u]")?.click(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape" && typing) return typing.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
  return undefined;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-lm-all]")) {
    document.querySelectorAll("[data-lm-choose]").forEach((box) => {
      box.checked = event.target.checked;
    });
  }
  if (event.target.matches("[name=not_booked]")) {
    const copy = event.target.closest("[data-lm-job]").querySelector("[data-lm-copy=not_booked]");
    if (copy) copy.value = event.target.checked ? "on" : "";
  }
});

if (jobs().length) {
  const wrong = jobs().findIndex((card) => card.querySelector("[role=alert]"));
  const named = jobs().findIndex((card) => `#${card.id}` === window.location.hash);
  if (wrong >= 0 || named >= 0) choose(Math.max(wrong, named));
}
