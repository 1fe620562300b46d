"use strict";

/* The page of one case: the same keys as beside the list; what was done is said after the page is new. */
const CS_SAID = "cs-said";
const CS_PLACE = "cs-place";
const CS_HOLD_MS = 60000;
const csSetup = JSON.parse(document.getElementById("cases-setup").textContent);
const csNow = { row: csSetup.row };

const csDesk = new CaseDesk(csSetup, {
  row: () => csNow.row,
  newest: () => csNow.row,
  picked: () => [],
  whole: () => null,
  changed: (row, name) => { csNow.row = row; if (!name) csNow.stale = true; if (name === "undo") csAnew(csSetup.words.undoing, false); },
  moved: () => csAnew(csBox("toast").querySelector("span").textContent, true),
  renew: () => csAnew(csBox("toast").querySelector("span").textContent, false),
  steps: () => csSetup.steps,
});

/* Load the page anew and say there what was done. */
function csAnew(text, undo) {
  window.sessionStorage.setItem(CS_SAID, JSON.stringify({ text, undo, path: window.location.pathname, done: csDesk.done }));
  setTimeout(() => window.location.reload(), 0);
}

function csSaid() {
  const said = JSON.parse(window.sessionStorage.getItem(CS_SAID) || "null");
  window.sessionStorage.removeItem(CS_SAID);
  if (!said || said.path !== window.location.pathname) return;
  csDesk.done = said.done;
  if (said.text) csDesk.say(said.text, said.undo);
}

/* The cases of the list somebody came from */
const csPlace = JSON.parse(window.sessionStorage.getItem(CS_PLACE) || "null");
const csQueue = csPlace ? csPlace.queue : [];
const csAt = csQueue.findIndex(([id]) => id === csNow.row.id);

function csGo(by) {
  const next = csAt >= 0 && csQueue[csAt + by];
  if (!next) return;
  window.sessionStorage.setItem(CS_PLACE, JSON.stringify({ ...csPlace, id: next[0] }));
  window.location.assign(next[1]);
}

function csBack() {
  window.location.assign(csSetup.page + (csPlace ? csPlace.query : ""));
}

async function csUpload(form) {
  const error = csBox("upload-error");
  error.hidden = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": csDesk.asking.token }, redirect: "manual" });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Asked(told.error || rvFill(csSetup.words.failed, { status: answer.status }), answer.status);
    csAnew(told.said, false);
  } catch (trouble) {
    error.textContent = trouble instanceof Asked ? trouble.message : csSetup.words.lost;
    error.hidden = false;
    form.reset();
  }
}

const CS_DO = { help: () => csBox("help").showModal(), retry: () => csDesk.retry(), next: () => csGo(1), previous: () => csGo(-1), back: csBack };

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const known = { j: CS_DO.next, k: CS_DO.previous, Escape: csBack, "?": CS_DO.help, "？": CS_DO.help };
  if (CS_KEYS[key]) csDesk.act(CS_KEYS[key]);
  else if (known[key]) known[key]();
  else return;
  event.preventDefault();
});
document.getElementById("cases").addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  const step = event.target.closest("[data-step]");
  const settle = event.target.closest("[data-settle]");
  const unlink = event.target.closest("[data-unlink]");
  if (step) csDesk.step(step.dataset.step);
  else if (settle) csDesk.send("settle", csNow.row, { step: Number(settle.dataset.settle), has: settle.dataset.has === "yes" }).catch((error) => csDesk.trouble(error));
  else if (unlink) csDesk.send("unlink", csNow.row, { other: Number(unlink.dataset.unlink) }).catch((error) => csDesk.trouble(error));
  else if (button && !button.closest("dialog")) { event.preventDefault(); (CS_DO[button.dataset.do] || (() => csDesk.act(button.dataset.do)))(); button.blur(); }
});
csBox("toast").querySelector("button").addEventListener("click", (event) => { event.stopPropagation(); csDesk.act("undo"); });
csBox("upload")?.addEventListener("change", (event) => csUpload(event.currentTarget));
csBox("next").hidden = csAt < 0 || csQueue.length < 2;

/* Others see that somebody is at it while the page is open. */
function csHold() {
  if (csSetup.mayWork && csNow.row.live && !csNow.row.claim && document.visibilityState === "visible") csDesk.asking.ask("claim", { case: csNow.row.id }).catch(() => {});
}

window.addEventListener("pagehide", () => {
  if (csSetup.mayWork && csNow.row.live) csDesk.asking.ask("release", { case: csNow.row.id }, { keepalive: true }).catch(() => {});
});
setInterval(csHold, CS_HOLD_MS);
csHold();
csSaid();
