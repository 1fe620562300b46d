"use strict";

/* The worklist by keyboard: a view, its lines, the current case beside them, the next ones loaded already. */
const CS_PAGE = 50;
const CS_MOST = 200;
const CS_NEAR_END = 8;
const CS_RENEW_MS = 20000;
const CS_PANEL_MS = 60000;
const CS_SHOW_MS = 70;
const CS_PLACE = "cs-place";
const csSetup = JSON.parse(document.getElementById("cases-setup").textContent);
const csWords = csSetup.words;
const csNow = { view: csSetup.view, filters: { ...csSetup.filters }, q: csSetup.q, after: null, whole: false, asked: 0, loading: null };
const csPanels = new Map();
const csNarrow = window.matchMedia("(max-width: 860px)");

const csList = new CaseList(csWords, csShow);
const csDesk = new CaseDesk(csSetup, {
  row: () => csList.current(),
  newest: (row) => csList.find(row.id) || row,
  picked: () => csList.chosen(),
  whole: () => csNow.whole && csQuestion(),
  changed: (row, name) => { csPanels.delete(row.id); csList.changed(row, name); csBar(); },
  moved: csMoved,
  renew: (row) => { csPanels.delete(row.id); if (csList.current() && csList.current().id === row.id) csShow(csList.current()); },
  steps: (row) => (csPanels.get(row.id) || { steps: [] }).steps,
});

function csQuestion() {
  return { view: csNow.view, filters: csNow.filters, q: csNow.q };
}

function csMoved(name) {
  if (name === "bulk") { csNow.whole = false; csList.picked.clear(); csList.draw(); csBar(); csRenew(); return; }
  if (["wait", "resolve", "dismiss", "assign"].includes(name)) csList.next();
  csSoon();
}

/* Views, filters, numbers */
function csViews(counts) {
  csBox("views").replaceChildren(...csSetup.views.map((view) => {
    const tab = csMade("button", "", `lm-tab${view.code === csNow.view && !csNow.q ? " lm-on" : ""}`);
    tab.type = "button";
    tab.dataset.view = view.code;
    tab.append(view.label, " ");
    const number = counts && counts[view.code];
    if (number) tab.append(csMade("b", number));
    return tab;
  }));
}

function csFilters(counts) {
  const box = csBox("filters");
  const made = Object.entries(csSetup.options).map(([name, options]) => {
    const select = document.createElement("select");
    select.className = "lm-input lm-select";
    select.dataset.filter = name;
    select.ariaLabel = csWords.filter[name];
    const of = (counts && counts[name]) || {};
    select.append(new Option(`${csWords.filter[name]}: ${csWords.any}`, ""), ...options.filter(([value]) => name !== "rule" || of[value] || value === csNow.filters[name]).map(([value, label]) => new Option(of[value] ? `${label} (${of[value].toLocaleString()})` : label, value)));
    const chosen = csNow.filters[name] || "";
    if (chosen && !options.some(([value]) => String(value) === String(chosen))) select.append(new Option(`${csWords.filter[name]}: ${chosen}`, chosen));
    select.value = chosen;
    select.classList.toggle("cs-set", Boolean(csNow.filters[name]));
    return select;
  });
  const extra = ["incident", "hub"].filter((name) => csNow.filters[name]).map((name) => csDrop(name));
  const complained = csMade("label", "", "cs-check");
  complained.append(Object.assign(document.createElement("input"), { type: "checkbox", checked: Boolean(csNow.filters.complained) }), " ", csWords.filter.complained);
  complained.dataset.filter = "complained";
  box.replaceChildren(...made, complained, ...extra, ...csKeeping());
}

function csDrop(name) {
  const drop = csMade("button", `${csWords.filter[name]}: ${csNow.filters[name]} ×`, "lm-button lm-small cs-set");
  drop.type = "button";
  drop.dataset.drop = name;
  return drop;
}

function csKeeping() {
  const made = [];
  const button = (text, what) => { const one = csMade("button", text, "lm-button lm-small"); one.type = "button"; one.dataset.do = what; made.push(one); };
  if (Object.keys(csNow.filters).length) {
    button(csWords.clear, "unfilter");
    if (csSetup.mayWork) button(csWords.keep, "keep");
  }
  const view = csSetup.views.find((one) => one.code === csNow.view);
  if (view && view.kept && (!view.shared || csSetup.mayShare)) button(csWords.forget, "forget");
  return made;
}

function csTold(told) {
  csNow.after = told.after;
  csNow.counts = told.counts || csNow.counts;
  if (told.counts) { csViews(csNow.counts.views); if (!csBox("filters").contains(document.activeElement)) csFilters(csNow.counts); }
  csBox("at").textContent = rvFill(csWords.at, { time: told.at });
  csFoot();
}

function csFoot() {
  const all = csNow.counts && csNow.counts.views[csNow.view];
  const plain = !csNow.q && !Object.keys(csNow.filters).length && all;
  csBox("shown").textContent = csList.rows.length ? rvFill(plain ? csWords.of : csWords.shown, { shown: csList.rows.length, all }) : "";
  csBox("more").hidden = !csNow.after;
  const empty = !csList.rows.length;
  csBox("empty").hidden = !empty;
  csBox("work").classList.toggle("cs-none", empty);
  if (!empty) return;
  const narrowed = Object.keys(csNow.filters).length > 0;
  csBox("empty").querySelector("p").textContent = csNow.q ? csWords.empty.found : narrowed ? csWords.empty.other : csWords.empty[csNow.view] || csWords.empty.other;
  csBox("empty").querySelector("[data-do=all]").hidden = !(narrowed || csNow.q || csNow.view !== "all");
}

function csBar() {
  const picked = csList.chosen().length;
  csBox("bar").hidden = !picked;
  if (!picked) csNow.whole = false;
  const all = csNow.counts && csNow.counts.views[csNow.view];
  csBox("chosen").textContent = csNow.whole ? csWords.wholeView : rvFill(csWords.chosen, { count: picked });
  csBox("whole").hidden = csNow.whole || !csNow.after || csNow.view === "closed" || Boolean(csNow.q);
  csBox("whole").textContent = all && !Object.keys(csNow.filters).length ? `${csWords.allOfView} (${all})` : csWords.allOfView;
}

/* Loading: from the top, onwards, and anew without losing the place. */
function csAddress() {
  const query = new URLSearchParams({ view: csNow.view, ...csNow.filters });
  if (csNow.q) query.set("q", csNow.q);
  window.history.replaceState(null, "", `${csSetup.page}?${query}`);
}

async function csLoad() {
  csNow.asked += 1;
  const mine = csNow.asked;
  csAddress();
  csViews(csNow.counts && csNow.counts.views);
  csFilters(csNow.counts);
  try {
    const told = await csDesk.asking.ask("rows", { ...csQuestion(), count: CS_PAGE });
    if (mine !== csNow.asked) return;
    csDesk.calm();
    csList.replace(told.rows);
    csTold(told);
    csBar();
  } catch (error) {
    if (mine === csNow.asked) csDesk.trouble(error, csLoad);
  }
}

function csMore() {
  if (!csNow.after || csNow.loading) return csNow.loading;
  const mine = csNow.asked;
  csNow.loading = csDesk.asking.ask("rows", { ...csQuestion(), after: csNow.after, count: CS_PAGE }).then((told) => {
    if (mine !== csNow.asked) return;
    csNow.after = told.after;
    csList.append(told.rows);
    csFoot();
  }).catch((error) => csDesk.trouble(error, csMore)).finally(() => { csNow.loading = null; });
  return csNow.loading;
}

async function csRenew() {
  const mine = csNow.asked;
  const count = Math.min(Math.max(csList.rows.length, CS_PAGE), CS_MOST);
  const told = await csDesk.asking.ask("rows", { ...csQuestion(), count });
  if (mine !== csNow.asked || document.querySelector("dialog[open]") || csDesk.busy.size) return;
  const held = csList.rows.length;
  csList.renew(told.rows);
  csTold(held > CS_MOST ? { ...told, after: csNow.after } : told);
  csBar();
}

function csSoon() {
  clearTimeout(csNow.soon);
  csNow.soon = setTimeout(() => csDesk.asking.ask("counts", csQuestion()).then((told) => {
    csNow.counts = told.counts;
    csViews(told.counts.views);
  }).catch(() => {}), 1500);
}

/* The case beside the list */
function csShow(row) {
  const panel = csBox("panel");
  clearTimeout(csShow.timer);
  if (!row) { panel.replaceChildren(); return; }
  const held = csPanels.get(row.id);
  if (held && held.version === row.version && Date.now() - held.at < CS_PANEL_MS) csPut(held.html, row);
  else {
    if (panel.dataset.id !== String(row.id)) panel.replaceChildren(csMade("p", row.sentence, "lm-card cs-sentence"), csMade("p", csWords.loading, "lm-none cs-loading"));
    panel.dataset.id = row.id;
  }
  if (!csNarrow.matches) csShow.timer = setTimeout(() => csAhead(row), CS_SHOW_MS);
  if (csList.at > csList.rows.length - CS_NEAR_END) csMore();
}

function csPut(html, row) {
  const panel = csBox("panel");
  panel.innerHTML = html;
  if (panel.dataset.id !== String(row.id) || panel.dataset.top !== String(row.id)) panel.scrollTop = 0;
  panel.dataset.id = panel.dataset.top = row.id;
}

/* What is shown and the two that come next, in one question. */
async function csAhead(row) {
  const wanted = [row, ...csList.rows.slice(csList.at + 1, csList.at + 3)].filter((one) => {
    const held = csPanels.get(one.id);
    return !held || held.version !== one.version || Date.now() - held.at > CS_PANEL_MS;
  });
  if (!wanted.length) return;
  try {
    const told = await csDesk.asking.ask("panels", { cases: wanted.map((one) => one.id) });
    for (const one of told.panels) {
      csPanels.set(one.row.id, { html: one.html, steps: one.steps, version: one.row.version, at: Date.now() });
      if (csPanels.size > CS_MOST) csPanels.delete(csPanels.keys().next().value);
      const now = csList.current();
      if (now && now.id === one.row.id) csPut(one.html, now);
    }
  } catch (error) {
    if (csList.current() === row) csBox("panel").querySelector(".cs-loading")?.replaceChildren(error.message);
    if (!(error instanceof Asked)) throw error;
  }
}

/* Opening a case and coming back to the same place */
function csOpen(row) {
  if (!row) return;
  window.sessionStorage.setItem(CS_PLACE, JSON.stringify({ query: window.location.search, id: row.id, count: csList.rows.length, queue: csList.rows.filter((one) => !one.acted || one.id === row.id).map((one) => [one.id, one.url]) }));
  window.location.assign(row.url);
}

async function csReturn() {
  const kept = JSON.parse(window.sessionStorage.getItem(CS_PLACE) || "null");
  if (!kept || kept.query !== window.location.search) return;
  while (!csList.find(kept.id) && csNow.after && csList.rows.length < kept.count) await csMore();
  const at = csList.rows.findIndex((row) => row.id === kept.id);
  if (at >= 0) csList.select(at);
}

/* Views somebody keeps */
function csKeep() {
  csBox("view-name").value = "";
  csBox("view-error").hidden = true;
  csBox("view-share").hidden = !csSetup.mayShare;
  csBox("view").showModal();
}

async function csKeepNow() {
  const values = { name: csBox("view-name").value, everybody: csBox("view-everybody").checked, ...csQuestion() };
  try {
    const told = await csDesk.asking.ask("keep_view", values);
    window.location.assign(`${csSetup.page}?view=${told.view}`);
  } catch (error) {
    csBox("view-error").textContent = error.message;
    csBox("view-error").hidden = false;
    if (!(error instanceof Asked)) throw error;
  }
}

function csForget() {
  csDesk.asking.ask("drop_view", { view: csNow.view }).then(() => window.location.assign(csSetup.page)).catch((error) => csDesk.trouble(error));
}

function csSearch() {
  const text = csBox("q").value.trim();
  if (text === csNow.q) return;
  csNow.q = text;
  csLoad();
}

function csClear() {
  if (csList.picked.size) { csList.picked.clear(); csList.draw(); csBar(); return; }
  if (csNow.q) { csBox("q").value = ""; csSearch(); }
}

const CS_DO = {
  help: () => csBox("help").showModal(), retry: () => csDesk.retry(), more: csMore, clear: csClear, keep: csKeep, forget: csForget,
  unfilter: () => { csNow.filters = {}; csLoad(); },
  whole: () => { csNow.whole = true; csBar(); },
  all: () => { csNow.view = "all"; csNow.filters = {}; csNow.q = ""; csBox("q").value = ""; csLoad(); },
  close: () => csBox("view").close(),
};

function csKey(event) {
  if (document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (typing) {
    if (event.key === "Escape") { if (typing.id === "cs-q") typing.value = csNow.q; typing.blur(); }
    if (event.key === "Enter" && typing.id === "cs-q") { event.preventDefault(); typing.blur(); csSearch(); }
    return;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const known = {
    j: () => csList.select(csList.at + 1), ArrowDown: () => csList.select(csList.at + 1), k: () => csList.select(csList.at - 1), ArrowUp: () => csList.select(csList.at - 1),
    Enter: () => csOpen(csList.current()), Escape: csClear, "/": () => csBox("q").select(), "?": CS_DO.help, "？": CS_DO.help,
    x: () => { if (event.shiftKey) csList.pickAll(); else { csList.pick(csList.current()); csList.select(csList.at + 1); } csBar(); },
  };
  if (key === "Enter" && event.target.closest("button, a, summary")) return;
  if (CS_KEYS[key] && !event.repeat) csDesk.act(CS_KEYS[key]);
  else if (known[key]) known[key]();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", csKey);
document.getElementById("cases").addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  const tab = event.target.closest("[data-view]");
  const drop = event.target.closest("[data-drop]");
  const step = event.target.closest("[data-step]");
  const line = event.target.closest(".cs-row");
  if (tab) { csNow.view = tab.dataset.view; csNow.q = ""; csBox("q").value = ""; csNow.filters = {}; csLoad(); }
  else if (drop) { delete csNow.filters[drop.dataset.drop]; csLoad(); }
  else if (step) { csDesk.step(step.dataset.step); step.blur(); }
  else if (line) csClick(event, line);
  else if (button && !button.closest("dialog:not(#cs-view)")) { (CS_DO[button.dataset.do] || (() => csDesk.act(button.dataset.do)))(); button.blur(); }
});

function csClick(event, line) {
  const row = csList.find(Number(line.dataset.id));
  if (event.target.closest(".cs-pick")) {
    if (event.target.matches("input")) { csList.pick(row, event.target.checked); csBar(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (csNarrow.matches) csOpen(row);
  else csList.select(csList.rows.indexOf(row), true);
}

csBox("list").addEventListener("dblclick", (event) => { const line = event.target.closest(".cs-row"); if (line) csOpen(csList.find(Number(line.dataset.id))); });
csBox("list").addEventListener("scroll", () => { if (csBox("list").scrollTop + csBox("list").clientHeight > csBox("list").scrollHeight - 400) csMore(); }, { passive: true });
csBox("filters").addEventListener("change", (event) => {
  const of = event.target.closest("[data-filter]");
  const name = of.dataset.filter;
  const value = event.target.type === "checkbox" ? (event.target.checked ? "1" : "") : event.target.value;
  if (value) csNow.filters[name] = value;
  else delete csNow.filters[name];
  event.target.blur();
  csLoad();
});
csBox("q").addEventListener("search", csSearch);
csBox("toast").querySelector("button").addEventListener("click", (event) => { event.stopPropagation(); csDesk.act("undo"); });
csBox("view").querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); csKeepNow(); });
setInterval(() => { if (document.visibilityState === "visible" && !document.querySelector("dialog[open]") && !csDesk.busy.size) csRenew().then(() => csDesk.calm()).catch((error) => csDesk.trouble(error, () => csRenew())); }, CS_RENEW_MS);
window.addEventListener("pageshow", (event) => { if (event.persisted) csRenew().catch(() => {}); });

csBox("narrow").open = !csNarrow.matches;
csBox("q").value = csNow.q;
csViews(null);
csList.replace(csSetup.told.rows);
csTold(csSetup.told);
csFilters(csNow.counts);
csBar();
csReturn();
