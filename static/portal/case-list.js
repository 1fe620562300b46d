"use strict";

/* The lines of the worklist: drawn from what the portal says, one of them current; nothing jumps. */
class CaseList {
  constructor(words, show) {
    this.words = words;
    this.show = show;
    this.box = csBox("list");
    this.rows = [];
    this.picked = new Set();
    this.nodes = new Map();
    this.at = 0;
  }

  current() {
    return this.rows[this.at] || null;
  }

  find(id) {
    return this.rows.find((row) => row.id === id);
  }

  chosen() {
    return this.rows.filter((row) => this.picked.has(row.id));
  }

  replace(rows) {
    this.rows = rows;
    this.at = 0;
    this.picked.clear();
    this.draw();
    this.box.scrollTop = 0;
    this.select(0, true);
  }

  append(rows) {
    const held = new Set(this.rows.map((row) => row.id));
    this.rows.push(...rows.filter((row) => !held.has(row.id)));
    this.draw();
  }

  /* The newest state of the list: the current line stays current and where it is on the screen. */
  renew(fresh) {
    const current = this.current();
    const known = new Set(fresh.map((row) => row.id));
    const tail = this.rows.slice(fresh.length).filter((row) => !known.has(row.id) && !row.gone);
    const before = current ? this.top(current.id) : 0;
    this.rows = [...fresh, ...tail];
    if (current && !known.has(current.id) && !tail.includes(current)) {
      this.rows.splice(Math.min(this.at, this.rows.length), 0, { ...current, gone: true });
    }
    this.at = Math.max(0, this.rows.findIndex((row) => current && row.id === current.id));
    for (const id of this.picked) if (!this.find(id)) this.picked.delete(id);
    this.draw();
    if (current) this.scrollBy(this.top(current.id) - before);
    const now = this.current();
    if (now && (!current || now.id !== current.id || now.version !== current.version)) this.show(now);
    if (!now) this.show(null);
  }

  top(id) {
    const node = this.nodes.get(id);
    return node ? node.element.getBoundingClientRect().top : 0;
  }

  scrollBy(pixels) {
    if (this.box.scrollHeight > this.box.clientHeight + 1) this.box.scrollTop += pixels;
    else window.scrollBy(0, pixels);
  }

  changed(row, name) {
    const at = this.rows.findIndex((one) => one.id === row.id);
    const done = ["resolve", "dismiss", "wait", "assign"].includes(name);
    const shown = { ...row, acted: done || !row.live };
    if (at >= 0) this.rows[at] = shown;
    else this.rows.splice(this.at, 0, shown);
    if (name === "undo") this.at = this.rows.findIndex((one) => one.id === row.id);
    this.draw();
    if (this.current() && this.current().id === row.id) this.select(this.at, true);
  }

  select(at, still) {
    if (!this.rows.length) { this.show(null); return; }
    this.at = Math.max(0, Math.min(at, this.rows.length - 1));
    const row = this.current();
    for (const [id, node] of this.nodes) node.element.classList.toggle("cs-on", id === row.id);
    const element = this.nodes.get(row.id).element;
    if (!still) element.scrollIntoView({ block: "nearest" });
    this.show(row);
  }

  /* Onwards after a decision: the next line that nobody has dealt with yet. */
  next() {
    let at = this.at + 1;
    while (at < this.rows.length && this.rows[at].acted) at += 1;
    if (at < this.rows.length) this.select(at);
  }

  pick(row, on) {
    if (!row) return;
    if (on === undefined ? this.picked.has(row.id) : !on) this.picked.delete(row.id);
    else this.picked.add(row.id);
    this.draw();
  }

  pickAll() {
    const all = this.rows.filter((row) => row.live && !row.acted);
    const every = all.every((row) => this.picked.has(row.id));
    for (const row of all) { if (every) this.picked.delete(row.id); else this.picked.add(row.id); }
    this.draw();
  }

  draw() {
    const nodes = new Map();
    for (const row of this.rows) {
      const key = JSON.stringify([row, this.picked.has(row.id)]);
      const held = this.nodes.get(row.id);
      nodes.set(row.id, held && held.key === key ? held : { key, element: this.line(row) });
    }
    this.nodes = nodes;
    const current = this.current();
    for (const [id, node] of nodes) node.element.classList.toggle("cs-on", Boolean(current) && id === current.id);
    const wanted = [...nodes.values()].map((node) => node.element);
    if (wanted.length !== this.box.children.length || wanted.some((one, n) => one !== this.box.children[n])) this.box.replaceChildren(...wanted);
  }

  line(row) {
    const line = csMade("article", "", `cs-row lm-${row.colour}${row.acted ? " cs-acted" : ""}${row.gone ? " cs-gone" : ""}`);
    line.dataset.id = row.id;
    const pick = csMade("label", "", "cs-pick");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: this.picked.has(row.id), ariaLabel: row.number });
    pick.append(box);
    const main = csMade("div", "", "cs-main");
    const link = csMade("a", row.sentence, "cs-say");
    link.href = row.url;
    main.append(link, this.facts(row));
    const side = csMade("div", "", "cs-side");
    const clock = csMade("span", row.clock.text, `lm-badge lm-${row.clock.colour}`);
    clock.title = row.clock.hint;
    const who = csMade("span", row.claim || (row.mine ? this.words.mine : row.owner), row.claim ? "cs-who cs-claim" : "cs-who");
    side.append(clock, who);
    line.append(pick, main, side);
    return line;
  }

  facts(row) {
    const facts = csMade("p", "", "cs-facts");
    facts.append(csMade("span", row.severityLabel, `lm-badge lm-${row.colour}`), csMade("span", row.rule, "cs-rule-name"), csMade("b", row.number, "lm-mono"), csMade("span", row.carrier), csMade("span", row.shop, "cs-shop"));
    if (row.state !== "open" || row.acted) facts.append(csMade("span", row.stateLabel, `lm-badge lm-${row.stateColour}`));
    if (row.gone) facts.append(csMade("span", this.words.gone, "lm-badge lm-default"));
    if (row.complained) facts.append(csMade("span", this.words.complained, "lm-badge lm-danger"));
    if (row.escalated) facts.append(csMade("span", this.words.escalated, "lm-badge lm-danger"));
    if (row.incident) facts.append(csMade("span", this.words.incident, "lm-badge lm-warning"));
    if (row.sandbox) facts.append(csMade("span", this.words.sandbox, "lm-badge lm-default"));
    return facts;
  }
}
