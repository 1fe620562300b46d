"use strict";

/* The editor of one rule: picked, kept while it is edited, undone step by step. */
(() => {
  const { make, select, chips } = ComplianceForm;
  const editor = JSON.parse(document.querySelector("#cp-editor").textContent);
  const { words, readonly } = editor;
  const form = document.querySelector("#cp-rule");
  const at = (selector) => document.querySelector(selector);
  const fields = new Map(editor.fields.map((one) => [one.name, one]));
  const saved = at("#cp-saved");
  const groupsPlace = at("#cp-groups");
  const PAUSE = 700, RETRY = 5000, MOST_STEPS = 100;
  const WITHOUT_VALUE = ["empty", "given", "true", "false"];

  let rule = editor.rule;
  let was = editor.was;
  let theirs = null;
  let pause, busy = false, again = false;
  const past = [JSON.stringify(rule)];
  const future = [];

  /* --- fields beside the conditions --- */
  const inputs = new Map([...form.querySelectorAll("[data-rule]")].map((one) => [one.dataset.rule, one]));
  function options(box, choices, empty) {
    box.replaceChildren(...(empty ? [make("option", { value: "", text: empty })] : []), ...choices.map(([value, text]) => make("option", { value, text })));
  }
  options(inputs.get("stage"), editor.stages);
  options(inputs.get("action"), editor.actions);
  options(inputs.get("zone"), editor.zones);
  function needs() {
    const choices = editor.needs[rule.action] || [];
    const box = inputs.get("need");
    options(box, choices, words.none);
    if (rule.need && !choices.some(([value]) => value === rule.need)) box.append(make("option", { value: rule.need, text: rule.need }));
    box.value = rule.need;
    box.closest(".lm-field").hidden = !choices.length && !rule.need;
  }
  function fill() {
    for (const [name, box] of inputs) {
      if (name === "need") continue;
      if (box.type === "checkbox") box.checked = rule[name];
      else {
        const value = String(rule[name] ?? "");
        if (box.tagName === "SELECT" && value && ![...box.options].some((one) => one.value === value)) box.append(make("option", { value, text: value }));
        box.value = value;
      }
      box.disabled = readonly;
    }
    needs();
    inputs.get("need").disabled = readonly;
  }
  for (const [name, box] of inputs) {
    box.addEventListener(box.type === "checkbox" || box.tagName === "SELECT" || box.type === "date" ? "change" : "input", () => {
      rule[name] = box.type === "checkbox" ? box.checked : box.value;
      if (name === "action") { if (!(editor.needs[rule.action] || []).some(([value]) => value === rule.need)) rule.need = ""; needs(); }
      touch();
    });
  }

  /* --- conditions: AND rows in OR blocks --- */
  const numbers = () => [...new Set(rule.conditions.map((one) => one.group))].sort((a, b) => a - b);
  function fresh(name, group) {
    const field = fields.get(name);
    return { field: name, op: field.ops[0][0], values: [], group, currency: field.kind === "money" ? "EUR" : "" };
  }
  function amount(row, index, field) {
    const value = row.values[index] || "";
    const named = field.choices.length ? [["", words.by_hand], ...field.choices] : [];
    const place = make("span", { class: "cp-amount" });
    const box = make("input", { inputmode: "decimal", "aria-label": `${field.label} ${words.amount}`, value: value.startsWith("#") ? "" : value, maxlength: "20", disabled: readonly, oninput: () => { row.values[index] = box.value.trim(); touch(); } });
    const draw = () => {
      const own = !(row.values[index] || "").startsWith("#");
      place.replaceChildren(...(named.length ? [select(field.label, named, own ? "" : row.values[index], (next) => { row.values[index] = next; draw(); touch(); }, readonly)] : []),
        ...(own ? [box, ...(field.kind === "money" ? [select(words.amount, editor.currencies.map((one) => [one, one]), row.currency || "EUR", (next) => { row.currency = next; touch(); }, readonly)] : [make("small", { text: field.unit })])] : []));
    };
    if (field.kind === "money" && !row.currency) row.currency = "EUR";
    draw();
    return place;
  }
  async function searchHs(text) {
    try {
      const reply = await fetch(`${editor.hs}?q=${encodeURIComponent(text)}`, { credentials: "same-origin" });
      return (await reply.json()).found;
    } catch { return []; }
  }
  function value(row, field) {
    if (WITHOUT_VALUE.includes(row.op)) return make("span");
    if (field.kind === "money" || field.kind === "number") {
      const one = [amount(row, 0, field)];
      if (row.op === "between") one.push(make("span", { text: "–" }), amount(row, 1, field));
      return make("span", { class: "cp-amounts" }, ...one);
    }
    const given = { values: row.values, label: field.label, words, readonly };
    if (field.kind === "country") return chips({ ...given, choices: editor.countries }, keepIn(row));
    if (field.kind === "hs") return chips({ ...given, search: searchHs, titles: editor.hs_titles, placeholder: words.search_hs }, keepIn(row));
    return chips({ ...given, choices: field.choices, free: field.free, placeholder: field.free ? words.type : undefined }, keepIn(row));
  }
  const keepIn = (row) => (held) => { row.values = held; touch(); };
  function fieldPicker(row) {
    const box = make("select", { "aria-label": "field", disabled: readonly });
    for (const [line, title] of [[false, words.of_parcel], [true, words.of_line]]) {
      const group = make("optgroup", { label: title });
      for (const one of editor.fields) if (one.line === line) group.append(make("option", { value: one.name, text: one.label }));
      box.append(group);
    }
    if (!fields.has(row.field)) box.append(make("option", { value: row.field, text: row.field }));
    box.value = row.field;
    box.addEventListener("change", () => { Object.assign(row, fresh(box.value, row.group)); touch(); draw(); focusRow(row); });
    return box;
  }
  function rowOf(row, first) {
    const field = fields.get(row.field);
    const index = rule.conditions.indexOf(row);
    const parts = [make("b", { text: first ? "" : words.and, class: "cp-and" }), fieldPicker(row)];
    if (field) {
      parts.push(select("op", field.ops, row.op, (op) => { row.op = op; if (WITHOUT_VALUE.includes(op)) row.values = []; touch(); draw(); focusRow(row); }, readonly), value(row, field));
    }
    if (!readonly) parts.push(make("button", { type: "button", class: "lm-button lm-small cp-cut", "aria-label": words.remove, title: words.remove, text: "×", onclick: () => { rule.conditions.splice(rule.conditions.indexOf(row), 1); touch(); draw(); } }));
    return make("div", { class: "cp-row", "data-problem": `conditions.${index}` }, ...parts);
  }
  function draw() {
    const blocks = numbers();
    groupsPlace.replaceChildren(...blocks.flatMap((group, index) => [
      ...(index ? [make("p", { class: "cp-or", text: words.or })] : []),
      make("div", { class: "cp-group", "data-group": group },
        ...rule.conditions.filter((one) => one.group === group).map((one, place) => rowOf(one, place === 0)),
        ...(readonly ? [] : [make("button", { type: "button", class: "lm-button lm-small cp-more", "data-add": true, onclick: () => addCondition(group) }, make("span", { class: "material-symbols-outlined", text: "add" }), words.condition)])),
    ]));
    mark(latest);
  }
  function focusRow(row) {
    const place = groupsPlace.querySelector(`[data-problem="conditions.${rule.conditions.indexOf(row)}"]`);
    const box = place && [...place.querySelectorAll("input, select")].pop();
    if (box) box.focus();
  }
  function addCondition(group) {
    const row = fresh("destination", group);
    const last = rule.conditions.map((one) => one.group).lastIndexOf(group);
    rule.conditions.splice(last < 0 ? rule.conditions.length : last + 1, 0, row);
    touch();
    draw();
    const place = groupsPlace.querySelector(`[data-problem="conditions.${rule.conditions.indexOf(row)}"] select`);
    if (place) place.focus();
  }
  const addGroup = () => addCondition((numbers().pop() || 0) + 1);

  /* --- problems beside the field --- */
  let latest = [];
  function mark(problems) {
    latest = problems;
    for (const one of form.querySelectorAll(".cp-beside-problem")) one.remove();
    for (const one of form.querySelectorAll(".lm-bad")) one.classList.remove("lm-bad");
    for (const one of problems) {
      const path = one.path.replace(/^rules\.\d+\./, "");
      const names = [path, path.split(".").slice(0, 2).join("."), path.split(".")[0]];
      const place = names.map((name) => form.querySelector(`[data-problem="${CSS.escape(name).replace(/\\/g, "\\")}"]`)).find(Boolean);
      if (!place) continue;
      if (one.stops) place.classList.add("lm-bad");
      place.append(make("p", { class: `cp-beside-problem lm-field-error${one.stops ? "" : " cp-soft"}`, role: "alert", text: one.message }));
    }
    at("#cp-problems").replaceChildren(...problems.map((one) => make("li", { class: one.stops ? "lm-danger" : "lm-warning" }, make("span", { class: "material-symbols-outlined", text: one.stops ? "error" : "info" }), make("span", { text: one.message }))));
    at("#cp-fine").hidden = problems.length > 0;
  }

  /* --- kept while it is edited --- */
  function touch() {
    if (readonly) return;
    clearTimeout(pause);
    saved.textContent = words.saving;
    saved.className = "";
    pause = setTimeout(step, PAUSE);
  }
  function step() {
    const now = JSON.stringify(rule);
    if (past[past.length - 1] !== now) { past.push(now); future.length = 0; if (past.length > MOST_STEPS) past.shift(); }
    buttons();
    keep();
  }
  function numbered() {
    const order = numbers();
    return { ...rule, conditions: rule.conditions.map((one) => ({ ...one, group: order.indexOf(one.group) + 1, values: one.values.filter(Boolean), currency: one.values.some((v) => v && !v.startsWith("#")) ? one.currency : "" })) };
  }
  async function keep() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const reply = await fetch(editor.keep, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value }, body: JSON.stringify({ rule: numbered(), was }) });
      if (reply.redirected || !(reply.headers.get("content-type") || "").includes("json")) throw new Error("offline");
      told(reply.status, await reply.json());
    } catch {
      say(words.offline, true);
      clearTimeout(pause);
      pause = setTimeout(keep, RETRY);
    } finally {
      busy = false;
      if (again) { again = false; keep(); }
    }
  }
  function told(status, answer) {
    if (answer.conflict) { conflict(answer); return; }
    if (answer.error) { say(answer.error, true); return; }
    if (status !== 200) { say(words.unsaved, true); mark(answer.problems); return; }
    was = answer.was;
    theirs = null;
    at("#cp-conflict").hidden = true;
    say(`${words.saved} ${answer.at}`);
    const spoken = document.documentElement.lang.startsWith("en") ? ["en", "zh"] : ["zh", "en"];
    at("#cp-said").textContent = answer.sentences[spoken[0]];
    at("#cp-said-other").textContent = answer.sentences[spoken[1]];
    at("#cp-standing").replaceChildren(make("span", { class: `lm-badge lm-${answer.standing.colour}`, text: answer.standing.label }));
    mark(answer.problems);
  }
  function say(text, wrong = false) { saved.textContent = text; saved.className = wrong ? "cp-wrong" : "cp-kept"; }
  function conflict(answer) {
    theirs = answer;
    const box = at("#cp-conflict");
    box.querySelector("p").textContent = `${form.dataset.conflict || ""} ${answer.by} ${answer.at}`.trim();
    box.hidden = false;
    say(words.unsaved, true);
  }
  at("#cp-theirs").addEventListener("click", () => { if (theirs && theirs.rule) { was = theirs.was; load(theirs.rule); at("#cp-conflict").hidden = true; say(""); } else location.reload(); });
  at("#cp-mine").addEventListener("click", () => { if (theirs) { was = theirs.was; at("#cp-conflict").hidden = true; keep(); } });

  /* --- undo --- */
  function load(next) { rule = JSON.parse(JSON.stringify(next)); fill(); draw(); }
  function buttons() { if (at("#cp-undo")) { at("#cp-undo").disabled = past.length < 2; at("#cp-redo").disabled = !future.length; } }
  function undo() {
    clearTimeout(pause);
    const now = JSON.stringify(rule);
    if (past[past.length - 1] !== now) past.push(now);
    if (past.length < 2) return;
    future.push(past.pop());
    load(JSON.parse(past[past.length - 1]));
    buttons();
    keep();
  }
  function redo() {
    if (!future.length) return;
    past.push(future.pop());
    load(JSON.parse(past[past.length - 1]));
    buttons();
    keep();
  }
  const on = (selector, doing) => { const node = at(selector); if (node) node.addEventListener("click", doing); };
  on("#cp-undo", undo);
  on("#cp-redo", redo);
  on("#cp-add-group", addGroup);
  on("#cp-today", () => { rule.source_checked_on = editor.today; fill(); touch(); });
  on("#cp-as-bound", () => { load(editor.before); step(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const doing = { KeyZ: undo, KeyY: redo, KeyG: addGroup, KeyC: () => addCondition(numbers().pop() || 1) }[event.code];
    const go = { ArrowUp: "#cp-before", ArrowDown: "#cp-after" }[event.code];
    if (doing && !readonly) { event.preventDefault(); doing(); }
    if (go && at(go)) { event.preventDefault(); at(go).click(); }
  });
  addEventListener("beforeunload", (event) => { if (busy || saved.textContent === words.saving || saved.className === "cp-wrong") event.preventDefault(); });

  fill();
  draw();
  mark(editor.problems);
  if (!readonly && !rule.conditions.length) { addCondition(1); clearTimeout(pause); saved.textContent = ""; inputs.get("title_zh").focus(); }
})();
