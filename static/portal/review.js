"use strict";

/* The review by keyboard: the next flags are loaded before they are needed, a decision shows the next at once. */
const RV_AHEAD = 3;
const RV_RENEW_MS = 60000;
const RV_QUEUE_MS = 20000;
const RV_TOAST_MS = 10000;
const RV_MOST_EARLIER = 50;
const RV_MOST_SPEED = 1000;
const rvPage = document.getElementById("review");
const rvSetup = JSON.parse(document.getElementById("review-setup").textContent);
const rvWords = rvSetup.words;
const rvAsking = new ReviewAsking(rvSetup.root, rvPage.querySelector("[name=csrfmiddlewaretoken]").value, rvWords);
const rvMap = new ReviewMap(rvBox("map"), rvSetup.tiles, rvWords);
const rvStrip = new ReviewStrip(rvBox("strip"), rvWords);
const rvNow = { flag: null, ahead: [], earlier: [], looking: -1, since: 0, repair: "", preview: null, open: new Set(), filling: null, failed: new Map(), final: false, before: rvSetup.last };

function rvSay(text, undo) {
  const toast = rvBox("toast");
  toast.querySelector("span").textContent = text;
  toast.querySelector("button").hidden = !undo;
  toast.hidden = false;
  clearTimeout(rvSay.timer);
  rvSay.timer = setTimeout(() => { toast.hidden = true; }, RV_TOAST_MS);
}

/* An error stays until it is mended; whatever failed under a name can be tried again by one button. */
function rvTrouble(error, name, again) {
  if (!(error instanceof Asked)) throw error;
  const box = rvBox("error");
  box.querySelector("span").textContent = error.message;
  if (again && error.again) rvNow.failed.set(name, again);
  rvNow.final = name !== "next" && !(again && error.again);
  box.querySelector("button").hidden = !rvNow.failed.size;
  box.hidden = false;
}

/* That flags could be loaded does not take away a sentence nobody may have read yet. */
function rvCalm(name) {
  rvNow.failed.delete(name);
  if (!rvNow.failed.size && (name !== "next" || !rvNow.final)) rvBox("error").hidden = true;
}

function rvRetry() {
  const all = [...rvNow.failed.values()];
  rvNow.failed.clear();
  rvBox("error").hidden = true;
  all.forEach((again) => again());
}

function rvNamed(text, one, state) {
  return rvFill(text, { state: rvWords.states[state] || "", kind: one.label, number: one.number });
}

function rvMark(n) {
  const points = rvNow.shown.points;
  if (!points.length) return;
  const row = Math.max(0, Math.min(n, points.length - 1));
  const point = points[row];
  rvBox("slider").value = row;
  rvMap.mark(point.place);
  rvStrip.mark(row);
  const speed = point.speed === null ? "–" : point.speed > RV_MOST_SPEED ? `> ${RV_MOST_SPEED} km/h` : `${point.speed} km/h`;
  rvBox("at").textContent = rvFill(rvWords.row, { row: point.row, time: new Date(point.at * 1000).toLocaleString([], { hour12: false }), speed });
}

function rvDraw(flag) {
  rvTellUndo();
  rvNow.shown = flag;
  rvCloseRepair();
  rvBox("loading").hidden = true;
  rvBox("empty").hidden = Boolean(flag);
  rvBox("work").hidden = !flag;
  if (!flag) return;
  rvPanel(flag, rvWords);
  rvBox("reason").value = "";
  rvPage.querySelector("[data-do=repair]").disabled = !flag.repairable;
  rvMap.map.invalidateSize();
  rvMap.show(flag);
  rvBox("strip").hidden = !flag.points.length;
  rvBox("slider").max = Math.max(flag.points.length - 1, 0);
  rvStrip.show(flag);
  if (flag.points.length) rvMark(Math.max(0, flag.points.findIndex((point) => point.flagged)));
  else rvBox("at").textContent = rvWords.noMap;
}

function rvLook(index) {
  rvNow.looking = index;
  const one = rvNow.earlier[index];
  rvBox("earlier").hidden = !one;
  if (one) rvBox("earlier").querySelector("span").textContent = rvFill(rvWords.looking, { state: rvWords.states[one.state] || rvNamed(rvWords.skipped, one.flag) });
  rvDraw(one ? one.flag : rvNow.flag);
}

function rvShowNext() {
  rvNow.flag = rvNow.ahead.shift() || null;
  rvNow.since = performance.now();
  rvLook(-1);
  if (!rvNow.flag && (rvNow.filling || rvNow.open.size)) {
    rvBox("empty").hidden = true;
    rvBox("loading").hidden = false;
  }
  return rvRefill();
}

function rvHeld() {
  return [rvNow.flag, ...rvNow.ahead].filter(Boolean).map((flag) => flag.id);
}

/* Keep the following ones loaded. Those being decided right now are not asked for again. */
function rvRefill() {
  if (rvNow.filling) return rvNow.filling;
  const missing = RV_AHEAD - rvHeld().length;
  if (missing <= 0) return Promise.resolve();
  rvNow.filling = rvAsking.ask("next", { count: missing, exclude: [...rvHeld(), ...rvNow.open], kind: rvSetup.kind })
    .then((told) => {
      rvNow.filling = null;
      rvCalm("next");
      const held = new Set([...rvHeld(), ...rvNow.open]);
      rvNow.ahead.push(...told.flags.filter((flag) => !held.has(flag.id)));
      if (!rvNow.flag) { rvNow.flag = rvNow.ahead.shift() || null; rvNow.since = performance.now(); if (rvNow.looking < 0) rvDraw(rvNow.flag); }
      if (told.flags.length && rvHeld().length < RV_AHEAD) rvRefill();
    })
    .catch((error) => { rvNow.filling = null; rvBox("loading").hidden = true; rvTrouble(error, "next", rvRefill); });
  return rvNow.filling;
}

function rvRemember(one) {
  rvNow.earlier.push(one);
  if (rvNow.earlier.length > RV_MOST_EARLIER) rvNow.earlier.shift();
}

/* Send what was decided. The next flag is on the screen already; what fails comes back with its reason. */
function rvSend(one, name, values) {
  const key = `flag ${one.flag.id}`;
  rvNow.open.add(one.flag.id);
  one.answer = rvAsking.ask(name, values).then((told) => {
    rvCalm(key);
    one.verdict = told.verdict;
    return true;
  }).catch((error) => {
    if (error instanceof Asked && error.again) {
      rvTrouble(error, key, () => rvSend(one, name, values));
      return false;
    }
    rvRefused(one, error);
    return true;
  }).then((answered) => {
    if (!answered) return;
    rvNow.open.delete(one.flag.id);
    rvRefill();
  });
  return one.answer;
}

/* Somebody else was first: go on. Anything else: the flag is back, with the reason. */
function rvRefused(one, error) {
  if (!(error instanceof Asked)) throw error;
  rvNow.earlier = rvNow.earlier.filter((other) => other !== one);
  if (error.status === 409 || error.status === 404) {
    rvSay(rvFill(rvWords.movedOn, { reason: error.message }));
    return;
  }
  rvBack(one.flag);
  rvTrouble(error);
}

function rvBack(flag) {
  rvNow.ahead = rvNow.ahead.filter((other) => other.id !== flag.id);
  if (rvNow.flag && rvNow.flag.id !== flag.id) rvNow.ahead.unshift(rvNow.flag);
  rvNow.flag = flag;
  rvNow.since = performance.now();
  rvLook(-1);
}

/* What is on the screen and may be decided: the current one, or an earlier one that was skipped. */
function rvDecidable() {
  const earlier = rvNow.earlier[rvNow.looking];
  if (!earlier) return rvNow.flag;
  if (earlier.state) { rvSay(rvWords.undoFirst, true); return null; }
  return earlier.flag;
}

function rvDecide(state, more) {
  const flag = rvDecidable();
  if (!flag) return;
  const one = { flag, state };
  const values = { flag: flag.id, state, reason: rvBox("reason").value, took_ms: Math.round(performance.now() - rvNow.since), ...more };
  rvRemember(one);
  rvSend(one, "decide", values);
  rvSay(rvNamed(rvWords.done, flag, state), true);
  if (rvNow.looking >= 0) rvLook(-1);
  else rvShowNext();
}

function rvSkip() {
  const flag = rvDecidable();
  if (!flag || rvNow.looking >= 0) return;
  const one = { flag, state: "" };
  rvRemember(one);
  rvSend(one, "skip", { flag: flag.id });
  rvSay(rvNamed(rvWords.skipped, flag));
  rvShowNext();
}

/* What U takes back: the one on the screen if it is decided, else the last decision, of an earlier visit too. */
function rvUndoable() {
  const looked = rvNow.earlier[rvNow.looking];
  return looked && looked.state ? looked : [...rvNow.earlier].reverse().find((other) => other.state) || rvNow.before;
}

function rvTellUndo() {
  const one = rvUndoable();
  rvBox("undoes").textContent = one ? rvNamed(rvWords.willUndo, one.flag, one.state) : "";
}

/* Where the answer to a decision was lost the portal says whether it was made; if not, it is dropped here. */
async function rvTakeBack(one) {
  try {
    await rvAsking.ask("undo", one.verdict ? { verdict: one.verdict } : { flag: one.flag.id });
  } catch (error) {
    if (one.verdict || !(error instanceof Asked) || error.status !== 404) throw error;
  }
  rvCalm(`flag ${one.flag.id}`);
  rvNow.open.delete(one.flag.id);
}

async function rvUndo() {
  const one = rvUndoable();
  if (!one || one.undoing) { if (!one) rvSay(rvWords.nothingToUndo); return; }
  one.undoing = true;
  try {
    await one.answer;
    if (one !== rvNow.before && !rvNow.earlier.includes(one)) return;
    await rvTakeBack(one);
    rvNow.earlier = rvNow.earlier.filter((other) => other !== one);
    if (rvNow.before === one) rvNow.before = null;
    rvCalm("undo");
    rvSay(rvNamed(rvWords.undone, one.flag, one.state));
    if (one.flag.points) rvBack(one.flag);
    else await rvFirst(one.flag.id);
  } catch (error) {
    rvTrouble(error, "undo", rvUndo);
  } finally {
    one.undoing = false;
  }
}

function rvPrevious() {
  const index = rvNow.looking < 0 ? rvNow.earlier.length - 1 : rvNow.looking - 1;
  if (index < 0) rvSay(rvWords.noPrevious);
  else rvLook(index);
}

/* Repairs: choose, look at the preview, apply. */
function rvOpenRepair() {
  const flag = rvDecidable();
  if (!flag || !flag.repairable) return;
  rvBox("repairs").replaceChildren(...rvWords.repairs.map(([name, label], n) => {
    const button = rvMade("button", "", "lm-button");
    button.type = "button";
    button.dataset.repair = name;
    button.append(rvMade("kbd", String(n + 1)), label);
    return button;
  }));
  rvBox("preview").textContent = "";
  rvBox("repair").hidden = false;
  rvBox("repair").scrollIntoView({ block: "nearest" });
}

function rvCloseRepair() {
  rvNow.repair = "";
  rvNow.preview = null;
  rvBox("repair").hidden = true;
  rvBox("seconds-box").hidden = true;
  rvBox("seconds").value = "";
  rvMap.clearPreview();
}

function rvNumbers() {
  const seconds = rvBox("seconds").value;
  return rvNow.repair === "shift_clock" && seconds !== "" ? { numbers: { seconds: Number(seconds) } } : {};
}

async function rvPreview(name) {
  rvNow.repair = name;
  rvNow.preview = null;
  rvBox("seconds-box").hidden = name !== "shift_clock";
  for (const button of rvBox("repairs").children) button.classList.toggle("rv-on", button.dataset.repair === name);
  const flag = rvNow.shown;
  try {
    const told = await rvAsking.ask("preview", { flag: flag.id, repair: name, ...rvNumbers() });
    if (rvNow.shown !== flag || rvNow.repair !== name) return;
    rvNow.preview = told.points;
    rvMap.showPreview(told.points);
    rvBox("preview").textContent = rvFill(rvWords.previewing, { count: told.points.length });
  } catch (error) {
    if (rvNow.repair !== name) return;
    rvMap.clearPreview();
    rvBox("preview").textContent = error.message;
  }
}

function rvApply() {
  if (rvNow.preview) rvDecide("repaired", { repair: rvNow.repair, ...rvNumbers() });
}

const rvCause = new ReviewCause(rvAsking, rvWords, () => { rvQueueNow(); rvFresh(); });

/* Ask anew what to show: others may have been decided in one go. */
function rvFresh() {
  const held = rvHeld();
  rvNow.flag = null;
  rvNow.ahead = [];
  return rvAsking.ask("release", { flags: held }).then(rvRefill).catch((error) => rvTrouble(error, "fresh", rvFresh));
}

function rvQueueNow() {
  return rvAsking.ask("queue", {}).then((now) => rvQueue(now, rvWords)).catch(() => {});
}

async function rvRenew() {
  if (document.visibilityState !== "visible" || !rvHeld().length) return;
  const told = await rvAsking.ask("renew", { flags: rvHeld() });
  const lost = new Set(Object.keys(told.lost).map(Number));
  rvNow.ahead = rvNow.ahead.filter((flag) => !lost.has(flag.id));
  if (rvNow.flag && lost.has(rvNow.flag.id)) {
    rvSay(rvFill(rvWords.movedOn, { reason: told.lost[rvNow.flag.id] }));
    rvShowNext();
  }
}

const RV_DO = {
  confirmed: () => rvDecide("confirmed"), dismissed: () => rvDecide("dismissed"), escalated: () => rvDecide("escalated"),
  repair: rvOpenRepair, skip: rvSkip, previous: rvPrevious, undo: rvUndo,
  forward: () => { if (rvNow.looking >= 0) rvLook(rvNow.looking + 1 < rvNow.earlier.length ? rvNow.looking + 1 : -1); },
  fit: () => rvMap.fit(), cause: () => { if (rvNow.shown && rvNow.shown.siblings > 1) rvCause.open(rvNow.shown).catch((error) => rvTrouble(error)); },
  help: () => rvBox("help").showModal(), look: () => rvRefill().then(() => rvQueueNow()),
  retry: rvRetry,
};
const RV_KEYS = { c: "confirmed", d: "dismissed", e: "escalated", r: "repair", s: "skip", arrowleft: "previous", arrowright: "forward", u: "undo", f: "fit", a: "cause", "?": "help", "？": "help" };

function rvKey(event) {
  const typing = event.target.closest("input:not([type=range]), textarea, select");
  if (typing) {
    if (event.key === "Escape" || (event.key === "Enter" && event.target.id === "rv-reason")) typing.blur();
    if (event.key === "Enter" && event.target.id === "rv-seconds") { event.preventDefault(); typing.blur(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const repairing = !rvBox("repair").hidden;
  const chosen = repairing && rvWords.repairs[Number(key) - 1];
  if (chosen) rvPreview(chosen[0]);
  else if (repairing && key === "enter") rvApply();
  else if (repairing && key === "escape") rvCloseRepair();
  else if (key === "escape" && rvNow.looking >= 0) rvLook(-1);
  else if (key === "[" || key === "]") rvMark(Number(rvBox("slider").value) + (key === "]" ? 1 : -1));
  else if (key === "n") rvBox("reason").focus();
  else if (RV_KEYS[key] && rvNow.shown) RV_DO[RV_KEYS[key]]();
  else if (RV_KEYS[key] && ["undo", "previous", "help"].includes(RV_KEYS[key])) RV_DO[RV_KEYS[key]]();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", rvKey);
rvPage.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  const repair = event.target.closest("[data-repair]");
  if (button) { RV_DO[button.dataset.do](); button.blur(); }
  if (repair) { if (rvNow.repair === repair.dataset.repair && rvNow.preview) rvApply(); else rvPreview(repair.dataset.repair); repair.blur(); }
});
rvBox("slider").addEventListener("input", (event) => rvMark(Number(event.target.value)));
rvBox("slider").addEventListener("change", (event) => event.target.blur());
rvBox("seconds").addEventListener("change", () => rvPreview("shift_clock"));
rvBox("strip").addEventListener("click", (event) => rvMark(rvStrip.rowAt(event.offsetX)));
rvBox("kind").addEventListener("change", (event) => event.target.form.submit());
window.addEventListener("pagehide", () => {
  if (rvHeld().length) rvAsking.ask("release", { flags: rvHeld() }, { keepalive: true }).catch(() => {});
});
window.addEventListener("beforeunload", (event) => { if (rvNow.failed.size || rvNow.open.size) event.preventDefault(); });
setInterval(() => rvRenew().catch(() => {}), RV_RENEW_MS);
setInterval(() => { if (document.visibilityState === "visible") { rvQueueNow(); if (!rvNow.flag && !rvNow.failed.size) rvRefill(); } }, RV_QUEUE_MS);
/* Somebody came for one flag: hold it and show it first. */
async function rvFirst(id) {
  const told = await rvAsking.ask("renew", { flags: [id] });
  if (told.lost[id]) { rvSay(rvFill(rvWords.movedOn, { reason: told.lost[id] })); return; }
  rvBack((await rvAsking.ask("show", { flag: id })).flag);
}

rvQueueNow();
(rvSetup.first ? rvFirst(rvSetup.first).catch((error) => rvTrouble(error)) : Promise.resolve()).then(rvRefill);
