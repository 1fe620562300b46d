"use strict";

/* A question about one case or many: options under digits, a note, an error that loses nothing typed. */
const csBox = (id) => document.getElementById(`cs-${id}`);

function csMade(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

class CaseQuestion {
  constructor() {
    this.box = csBox("ask");
    this.box.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("click", (event) => this.click(event));
    this.box.addEventListener("cancel", (event) => { if (this.busy) event.preventDefault(); });
    this.box.addEventListener("close", () => { if (this.asked.closed) this.asked.closed(this.done); });
    csBox("ask-filter").addEventListener("input", () => this.list());
  }

  /* asked: {title, about, options: [[value, label, group]], until, helped, note, act, run(values), closed(done)} */
  open(asked) {
    this.asked = asked;
    this.done = false;
    this.busy = false;
    csBox("ask-title").textContent = asked.title;
    csBox("ask-about").textContent = asked.about || "";
    csBox("ask-do").textContent = asked.act;
    csBox("ask-do").hidden = false;
    csBox("ask-note").value = "";
    csBox("ask-note").hidden = asked.note === false;
    csBox("ask-filter").value = "";
    csBox("ask-filter").hidden = (asked.options || []).length < 10;
    csBox("ask-hint").hidden = !(asked.options || []).length || Boolean(asked.fields);
    csBox("ask-until-box").hidden = !asked.until;
    csBox("ask-until").replaceChildren(...(asked.until || []).map(([value, label]) => new Option(label, value)));
    for (const id of ["ask-preview", "ask-progress", "ask-said", "ask-undo", "ask-error"]) csBox(id).hidden = true;
    this.helped(asked.helped || []);
    this.chosen = asked.options && asked.options.length ? asked.options[0][0] : null;
    this.list();
    this.fields(asked.fields || []);
    this.box.showModal();
    csBox("ask-options").hidden = !this.shown.length;
    const first = csBox("ask-options").querySelector("[aria-checked=true]") || csBox("ask-fields").querySelector("input, textarea") || (asked.note === false ? csBox("ask-do") : csBox("ask-note"));
    first.focus();
  }

  list() {
    const wanted = csBox("ask-filter").value.trim().toLowerCase();
    this.shown = (this.asked.options || []).filter(([, label]) => !wanted || label.toLowerCase().includes(wanted));
    if (wanted && this.shown.length && !this.shown.some(([value]) => value === this.chosen)) [[this.chosen]] = this.shown;
    let group = "";
    csBox("ask-options").replaceChildren(...this.shown.flatMap(([value, label, of], n) => {
      const option = csMade("button", "", "cs-option");
      option.type = "button";
      option.role = "radio";
      option.dataset.value = value;
      option.append(csMade("kbd", n < 9 ? String(n + 1) : "·"), label);
      this.mark(option, value === this.chosen);
      if (!of || of === group) return [option];
      group = of;
      return [csMade("p", of, "cs-group"), option];
    }));
  }

  mark(option, on) {
    option.ariaChecked = on;
    option.tabIndex = on ? 0 : -1;
  }

  choose(value) {
    this.chosen = value;
    for (const option of csBox("ask-options").querySelectorAll(".cs-option")) this.mark(option, option.dataset.value === value);
    this.fit();
  }

  helped(steps) {
    const box = csBox("ask-helped");
    box.hidden = !steps.length;
    box.replaceChildren(...steps.map(([id, name, question]) => {
      const label = csMade("label", "");
      const select = document.createElement("select");
      select.className = "lm-input lm-select";
      select.dataset.step = id;
      select.append(...question.map(([value, text]) => new Option(text, value)));
      label.append(name, " ", select);
      return label;
    }));
  }

  /* What a step asks for: [{name, label, kind, options}]; a field may belong to one option alone. */
  fields(fields) {
    const box = csBox("ask-fields");
    box.hidden = !fields.length;
    box.replaceChildren(...fields.map((field) => {
      const label = csMade("label", field.label);
      const input = document.createElement(field.kind === "words" ? "textarea" : "input");
      input.className = "lm-input";
      input.name = field.name;
      input.maxLength = field.most;
      input.value = field.value || "";
      input.autocomplete = "off";
      if (field.kind === "money") input.inputMode = "decimal";
      label.dataset.only = field.only || "";
      label.append(input);
      return label;
    }));
    this.fit();
  }

  fit() {
    for (const label of csBox("ask-fields").children) label.hidden = Boolean(label.dataset.only) && label.dataset.only !== this.chosen;
  }

  values() {
    const helped = {};
    for (const select of csBox("ask-helped").querySelectorAll("select")) if (select.value) helped[select.dataset.step] = select.value === "yes";
    const fields = Object.fromEntries([...csBox("ask-fields").querySelectorAll("input, textarea")].map((input) => [input.name, input.value]));
    return { ...fields, choice: this.chosen, until: csBox("ask-until").value, note: csBox("ask-note").value, helped };
  }

  key(event) {
    const typing = event.target.closest("textarea, select, input");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.submit(); return; }
    if (event.target === csBox("ask-filter") && (event.key === "ArrowDown" || event.key === "ArrowUp")) this.step(event.key === "ArrowDown" ? 1 : -1, event);
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const digit = this.shown[Number(event.key) - 1];
    if (digit && !event.repeat) { event.preventDefault(); this.choose(digit[0]); if (this.asked.fields) csBox("ask-fields").querySelector("label:not([hidden]) :is(input, textarea)")?.focus(); else this.submit(); }
    else if (event.key === "ArrowDown" || event.key === "j") this.step(1, event);
    else if (event.key === "ArrowUp" || event.key === "k") this.step(-1, event);
    else if (event.key === "Enter" && event.target.closest(".cs-option")) { event.preventDefault(); this.choose(event.target.closest(".cs-option").dataset.value); this.submit(); }
  }

  step(by, event) {
    if (!this.shown.length) return;
    event.preventDefault();
    const at = this.shown.findIndex(([value]) => value === this.chosen);
    this.choose(this.shown[Math.max(0, Math.min(at + by, this.shown.length - 1))][0]);
    const option = csBox("ask-options").querySelector("[aria-checked=true]");
    if (event.target !== csBox("ask-filter")) option.focus();
    option.scrollIntoView({ block: "nearest" });
  }

  click(event) {
    const option = event.target.closest(".cs-option");
    if (option) { this.choose(option.dataset.value); if (event.detail > 1) this.submit(); }
    if (event.target.closest("[data-do=close]") && !this.busy) { event.stopPropagation(); this.box.close(); }
    if (event.target === csBox("ask-undo") && this.asked.undo) this.wait(this.asked.undo());
  }

  submit() {
    if (this.busy || csBox("ask-do").hidden) return;
    this.wait(this.asked.run(this.values()).then((stays) => { if (!stays) { this.done = true; this.box.close(); } }));
  }

  wait(work) {
    this.busy = true;
    csBox("ask-error").hidden = true;
    work.catch((error) => {
      if (!(error instanceof Asked)) throw error;
      csBox("ask-error").textContent = error.message;
      csBox("ask-error").hidden = false;
    }).finally(() => { this.busy = false; });
  }

  preview(lines, possible) {
    csBox("ask-preview").hidden = false;
    csBox("ask-preview").replaceChildren(...lines.map((line) => csMade("li", line)));
    csBox("ask-do").hidden = !possible;
  }

  progress(done, total, text) {
    for (const id of ["ask-options", "ask-fields", "ask-note", "ask-do", "ask-preview", "ask-until-box", "ask-hint", "ask-filter"]) csBox(id).hidden = true;
    csBox("ask-progress").hidden = false;
    csBox("ask-progress").max = Math.max(total, 1);
    csBox("ask-progress").value = total ? done : 1;
    csBox("ask-said").hidden = false;
    csBox("ask-said").textContent = text;
  }
}
