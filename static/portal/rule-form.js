"use strict";

/* Conditions and limits of a rule as rows of pickers; what is sent is the list in a hidden field. */
const editor = JSON.parse(document.querySelector("#rule-editor").textContent);
const words = editor.words;
const fields = new Map(editor.fields.map((one) => [one.name, one]));

function make(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function select(label, choices, value, changed) {
  const box = make("select", { "aria-label": label });
  for (const [key, text] of choices) box.append(make("option", { value: key, text }));
  if (value && ![...box.options].some((one) => one.value === value)) box.append(make("option", { value, text: value }));
  box.value = value;
  box.addEventListener("change", () => changed(box.value));
  return box;
}

function number(label, value, changed) {
  const box = make("input", { type: "number", step: "any", "aria-label": label, placeholder: label });
  box.value = value ?? "";
  box.addEventListener("input", () => changed(box.value === "" ? null : Number(box.value)));
  return box;
}

function chips(field, row, save) {
  const values = Array.isArray(row.value) ? row.value : row.value ? [row.value] : [];
  const named = new Map(field.choices);
  const place = make("span", { class: "rl-chips" });
  const keep = (next) => { row.value = next; save(); show(next); };
  function show(held) {
    place.replaceChildren(...held.map((one) => make("button", {
      type: "button", class: "rl-chip rl-chosen", title: words.remove,
      onclick: () => keep(held.filter((other) => other !== one)), text: `${named.get(one) || one} ×`,
    })));
    const add = (value) => { if (value && !held.includes(value)) keep([...held, value]); };
    if (field.choices.length) {
      const left = field.choices.filter(([key]) => !held.includes(key));
      place.append(select(words.add, [["", words.add], ...left], "", add));
    }
    if (field.open) {
      const box = make("input", { class: "rl-typed", "aria-label": words.type, placeholder: words.type, maxlength: "40" });
      const take = () => add(box.value.trim());
      box.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); take(); } });
      box.addEventListener("change", take);
      place.append(box);
    }
  }
  show(values);
  return place;
}

function valueOf(row, save) {
  const field = fields.get(row.field);
  if (row.op === "unknown") return make("span");
  if (field.kind === "yes") {
    return select(field.label, [["true", words.yes], ["false", words.no]], String(row.value !== false), (value) => { row.value = value === "true"; save(); });
  }
  if (field.kind === "number" || field.kind === "age") {
    const unit = field.kind === "age" ? words.hours : "";
    return make("span", { class: "rl-number" }, number(field.label, row.value, (value) => { row.value = value; save(); }), unit);
  }
  return chips(field, row, save);
}

function fresh(name) {
  const field = fields.get(name);
  const value = { yes: true, number: 0, age: 24 }[field.kind];
  return { field: name, op: field.ops[0][0], value: value === undefined ? [] : value };
}

function condition(row, redraw, save) {
  const field = fields.get(row.field);
  if (!field) { Object.assign(row, fresh("status")); return condition(row, redraw, save); }
  const names = editor.fields.map((one) => [one.name, one.label]);
  const parts = [
    select("field", names, row.field, (name) => { Object.assign(row, fresh(name)); redraw(); }),
    field.ops.length > 1
      ? select("op", field.ops, row.op, (op) => {
        if (op === "unknown") row.value = true;
        else if (row.op === "unknown") row.value = fresh(row.field).value;
        row.op = op; redraw();
      })
      : make("span", { text: field.ops[0][1] }),
    valueOf(row, save),
  ];
  return parts;
}

function limit(row, _redraw, save) {
  const all = ["", words.all];
  const keep = (name) => (value) => { row[name] = value; save(); };
  const service = make("input", { "aria-label": words.service, placeholder: words.service, maxlength: "40" });
  service.value = row.service || "";
  service.addEventListener("input", () => keep("service")(service.value.trim()));
  const labelled = (text, box) => make("label", { class: "rl-labelled" }, make("small", { text }), box);
  return [
    labelled(words.carrier, select(words.carrier, [all, ...editor.carriers], row.carrier || "", keep("carrier"))),
    labelled(words.service, service),
    labelled(words.from, select(words.from, [all, ...editor.lanes], row.lane_from || "", keep("lane_from"))),
    labelled(words.to, select(words.to, [all, ...editor.lanes], row.lane_to || "", keep("lane_to"))),
    labelled(words.opens, number(words.opens, row.hours, keep("hours"))),
    labelled(words.red, number(words.red, row.red_hours, keep("red_hours"))),
  ];
}

function list(section, draw, begin) {
  const hidden = section.querySelector("input[type=hidden]");
  const place = section.querySelector("[data-rows]");
  let rows = [];
  try { rows = JSON.parse(hidden.value || "[]"); } catch { rows = []; }
  if (!Array.isArray(rows)) rows = [];
  const save = () => { hidden.value = JSON.stringify(rows); };
  const redraw = () => {
    save();
    place.replaceChildren(...rows.map((row, index) => make("div", { class: "rl-row" },
      make("b", { text: String(index + 1) }), ...draw(row, redraw, save),
      make("button", { type: "button", class: "lm-button lm-small", "aria-label": words.remove, title: words.remove, text: "×", onclick: () => { rows.splice(index, 1); redraw(); } }))));
  };
  section.querySelector("[data-add]").addEventListener("click", () => {
    rows.push(begin());
    redraw();
    place.lastElementChild.querySelector("select, input").focus();
  });
  redraw();
}

list(document.querySelector("#conditions"), condition, () => fresh("status"));
list(document.querySelector("#limits"), limit, () => ({ carrier: "", service: "", lane_from: "", lane_to: "", hours: 24, red_hours: null }));

/* A figure goes where the cursor was last. */
let sentence = document.querySelector("#id_sentence");
for (const box of document.querySelectorAll("#id_sentence, #id_sentence_en")) box.addEventListener("focus", () => { sentence = box; });
for (const chip of document.querySelectorAll("[data-placeholders] button")) {
  chip.addEventListener("click", () => {
    sentence.setRangeText(`{${chip.dataset.name}}`, sentence.selectionStart, sentence.selectionEnd, "end");
    sentence.focus();
  });
}
