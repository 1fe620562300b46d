"use strict";

/* One decision for all open flags of a device and kind, batch by batch, and all of it taken back. */
class ReviewCause {
  constructor(asking, words, closed) {
    this.asking = asking;
    this.words = words;
    this.box = rvBox("many");
    this.box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-many]");
      if (button) this.do(button.dataset.many);
    });
    this.box.addEventListener("cancel", (event) => { if (this.busy) event.preventDefault(); });
    this.box.addEventListener("close", closed);
  }

  async open(flag) {
    const found = await this.asking.ask("cause", { flag: flag.id });
    this.flags = found.flags;
    this.batch = found.batch || 1;
    this.verdicts = [];
    rvBox("many-words").textContent = rvFill(this.words.ofCause, { count: `${found.flags.length}${found.more ? "+" : ""}`, kind: flag.label, device: flag.device });
    rvBox("many-said").textContent = "";
    rvBox("many-progress").hidden = true;
    rvBox("many-bar").hidden = false;
    this.button("undo").hidden = true;
    this.box.showModal();
  }

  button(name) {
    return this.box.querySelector(`[data-many=${name}]`);
  }

  do(name) {
    if (this.busy) return;
    if (name === "close") { this.box.close(); return; }
    this.busy = true;
    const work = name === "undo" ? this.undo() : this.decide(name);
    work.catch((error) => { rvBox("many-said").textContent = error.message; }).finally(() => {
      this.busy = false;
      this.button("undo").hidden = !this.verdicts.length;
    });
  }

  async decide(state) {
    const refused = { count: 0, why: new Set() };
    await this.through(this.flags, async (part) => {
      const told = await this.asking.ask("decide_many", { flags: part, state });
      this.verdicts.push(...told.verdicts);
      refused.count += told.refused;
      told.why.forEach((sentence) => refused.why.add(sentence));
    });
    rvBox("many-bar").hidden = true;
    const said = rvFill(this.words.decidedMany, { done: this.verdicts.length, refused: refused.count });
    rvBox("many-said").textContent = [said, ...refused.why].join(" ");
  }

  async undo() {
    let undone = 0;
    let refused = 0;
    const verdicts = [...this.verdicts].reverse();
    await this.through(verdicts, async (part) => {
      const told = await this.asking.ask("undo_many", { verdicts: part });
      undone += told.undone;
      refused += told.refused;
    });
    this.verdicts = [];
    rvBox("many-said").textContent = rvFill(this.words.undoneMany, { done: undone, refused });
  }

  async through(all, work) {
    const progress = rvBox("many-progress");
    progress.hidden = false;
    progress.max = all.length;
    progress.value = 0;
    for (let first = 0; first < all.length; first += this.batch) {
      await work(all.slice(first, first + this.batch));
      progress.value = Math.min(first + this.batch, all.length);
      rvBox("many-said").textContent = rvFill(this.words.progress, { done: progress.value, total: all.length });
    }
  }
}
