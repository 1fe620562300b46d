"use strict";

/* What is done to cases, the same beside the worklist and on the page of one: ask, send, say, undo. */
const CS_TOAST_MS = 12000;
const CS_BULK_PAUSE_MS = 150;
const CS_MOST_PICKED = 1000;

class CaseDesk {
  /* place: {row(), picked(), changed(row, name), moved(name), renew(row), steps(row), whole()} */
  constructor(setup, place) {
    this.setup = setup;
    this.words = setup.words;
    this.place = place;
    this.asking = new ReviewAsking(setup.root, document.querySelector("#cases [name=csrfmiddlewaretoken]").value, setup.words);
    this.question = new CaseQuestion();
    this.reply = new CaseReply(this);
    this.done = [];
    this.busy = new Map();
    this.failed = null;
  }

  say(text, undo) {
    const toast = csBox("toast");
    toast.querySelector("span").textContent = text;
    toast.querySelector("button").hidden = !undo;
    toast.hidden = !text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { toast.hidden = true; }, CS_TOAST_MS);
  }

  trouble(error, again) {
    if (!(error instanceof Asked)) throw error;
    if (error.told && error.told.row) this.place.changed(error.told.row, "");
    const box = csBox("error");
    box.querySelector("span").textContent = error.message;
    this.failed = error.again && again ? again : null;
    box.querySelector("button").hidden = !this.failed;
    box.hidden = false;
  }

  calm() {
    csBox("error").hidden = true;
  }

  retry() {
    const again = this.failed;
    this.calm();
    if (again) again();
  }

  /* One thing to one case; what is under way for it comes first, so that the version is the newest. */
  async send(name, row, values) {
    const before = this.busy.get(row.id);
    const work = Promise.resolve(before).catch(() => {}).then(() => this.ask(name, row, values));
    this.busy.set(row.id, work);
    try {
      return await work;
    } finally {
      if (this.busy.get(row.id) === work) this.busy.delete(row.id);
    }
  }

  async ask(name, row, values) {
    const now = this.place.newest(row);
    try {
      const told = await this.asking.ask(name, { case: now.id, version: now.version, ...values });
      this.calm();
      if (told.undo) this.done.push({ id: now.id, number: now.number });
      if (told.row) this.place.changed(told.row, name);
      if (told.said) this.say(told.said, Boolean(told.undo));
      if (told.renew) this.place.renew(now);
      return told;
    } catch (error) {
      if (error.told && error.told.row) this.place.changed(error.told.row, "");
      throw error;
    }
  }

  act(name) {
    if (!this.setup.mayWork) { this.say(this.words.wantsRole); return; }
    if (name === "undo") { this.undo(); return; }
    const picked = this.place.picked();
    if (picked.length && CS_MANY.has(name)) { this.many(name, picked); return; }
    const row = this.place.row();
    if (!row) return;
    if (name === "reply") { this.reply.open(row); return; }
    if (!row.live && !CS_ALWAYS.has(name)) { this.say(this.words.closed); return; }
    if (name === "acknowledge") this.quick(row);
    else this.one(name, row);
  }

  quick(row) {
    const name = row.state === "waiting" ? "wake" : "acknowledge";
    this.send(name, row, {}).then(() => this.place.moved(name)).catch((error) => this.trouble(error, () => this.quick(row)));
  }

  one(name, row) {
    const held = CS_HOLDS.has(name);
    this.question.open({
      ...this.kind(name),
      about: `${row.number} · ${row.sentence}`,
      helped: name === "resolve" ? this.place.steps(row).map(([id, label]) => [id, label, this.words.helped]) : [],
      run: (values) => this.send(name, row, this.values(name, values)).then(() => this.place.moved(name)),
      closed: (done) => { if (held && !done) this.asking.ask("release", { case: row.id }).catch(() => {}); },
    });
    if (held) this.hold(row);
  }

  /* Something to be done about the parcel; a lost answer does not do it twice, the key tells. */
  step(kind) {
    const row = this.place.row();
    const form = this.setup.steps_asked[kind];
    if (!row || !form) return;
    const key = crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 40);
    this.question.open({
      ...form,
      note: false,
      about: `${row.number} · ${row.sentence}`,
      run: (values) => this.send("step", row, { kind, key, ...values }),
    });
  }

  /* Others see that somebody is at it; who cannot hold it is told at once. */
  hold(row) {
    this.asking.ask("claim", { case: row.id }).catch((error) => {
      if (!this.question.box.open || !(error instanceof Asked) || error.status === 0) return;
      csBox("ask-error").textContent = error.message;
      csBox("ask-error").hidden = false;
      if (error.told && error.told.row) this.place.changed(error.told.row, "");
    });
  }

  kind(name) {
    const setup = this.setup;
    const people = setup.people.filter(([id]) => id !== setup.me).map(([id, label]) => [`owner:${id}`, label, this.words.people]);
    const kinds = {
      wait: { options: setup.waits, until: setup.until },
      resolve: { options: setup.resolves },
      dismiss: { options: setup.dismisses },
      assign: { options: [[`owner:${setup.me}`, this.words.me, this.words.people], ...people, ...setup.teams.map(([id, label]) => [`group:${id}`, label, this.words.teams])] },
      acknowledge: { note: false },
    };
    return { title: this.words.ask[name] || this.words.do[name], act: this.words.do[name], ...kinds[name] };
  }

  values(name, values) {
    if (name !== "assign") return values;
    const [kind, id] = values.choice.split(":");
    return { note: values.note, [kind]: Number(id) };
  }

  async undo() {
    const last = this.done[this.done.length - 1] || (this.place.row() && { id: this.place.row().id });
    if (!last || this.undoing) { if (!last) this.say(this.words.undone); return; }
    this.undoing = true;
    try {
      await this.busy.get(last.id)?.catch(() => {});
      const told = await this.asking.ask("undo", { case: last.id });
      this.done = this.done.filter((one) => one !== last);
      this.calm();
      this.place.changed(told.row, "undo");
      this.say(told.said);
    } catch (error) {
      if (error instanceof Asked && !error.again) this.done = this.done.filter((one) => one !== last);
      this.trouble(error, () => this.undo());
    } finally {
      this.undoing = false;
    }
  }

  /* Many at once: what would be done and what not, then bit by bit. */
  many(name, picked) {
    const whole = this.place.whole();
    const which = whole ? { whole: true, ...whole } : { cases: picked.slice(0, CS_MOST_PICKED).map((row) => [row.id, row.version]) };
    this.question.open({
      ...this.kind(name),
      title: rvFill(this.words.many, { move: this.words.do[name], count: whole ? this.words.wholeView : picked.length }),
      about: this.words.loading,
      run: (values) => this.run(name, which, values),
      undo: () => this.undoMany(),
      closed: () => this.place.moved("bulk"),
    });
    csBox("ask-do").hidden = true;
    this.question.wait(this.asking.ask("bulk_preview", { move: name, ...which }).then((told) => {
      csBox("ask-about").textContent = rvFill(this.words.preview, { count: `${told.count}`, all: `${told.total}${told.more ? "+" : ""}` });
      this.question.preview(told.excluded.map(([count, why]) => rvFill(this.words.excluded, { count, why })), told.count > 0);
    }));
  }

  async run(name, which, values) {
    const told = await this.asking.ask("bulk_start", { move: name, ...which, ...this.values(name, values) });
    await this.through(told, this.words.doneMany);
    return true;
  }

  async undoMany() {
    const told = await this.asking.ask("bulk_undo", { bulk: this.bulk });
    csBox("ask-undo").hidden = true;
    await this.through(told, this.words.undoneMany);
    csBox("ask-undo").hidden = true;
  }

  async through(first, said) {
    let told = first;
    this.bulk = first.bulk;
    while (told.underway) {
      this.question.progress(told.done, told.total, rvFill(this.words.progress, told));
      told = await this.asking.ask("bulk_work", { bulk: first.bulk });
      if (told.underway) await new Promise((resolve) => { setTimeout(resolve, CS_BULK_PAUSE_MS); });
    }
    const why = told.why.map(([count, sentence]) => `${count} × ${sentence}`);
    this.question.progress(told.total, told.total, [rvFill(said, { done: told.total - (told.why.length ? told.refused : 0), refused: told.refused }), ...why].join(" "));
    csBox("ask-undo").hidden = !told.changed;
  }
}

const CS_MANY = new Set(["acknowledge", "wait", "resolve", "dismiss", "assign"]);
const CS_ALWAYS = new Set(["note", "link", "reply"]);
const CS_HOLDS = new Set(["wait", "resolve", "dismiss", "assign"]);
const CS_KEYS = { a: "acknowledge", w: "wait", r: "resolve", d: "dismiss", o: "assign", m: "reply", n: "note", u: "undo" };

/* A reply: chosen, read and changed, copied; kept on the case as it was sent. */
class CaseReply {
  constructor(desk) {
    this.desk = desk;
    this.box = csBox("reply");
    this.language = (document.documentElement.lang || "zh").startsWith("zh") ? "zh" : "en";
    this.box.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); this.keep(); });
    this.box.addEventListener("click", (event) => this.click(event));
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.keep(); }
      const digit = !event.target.closest("textarea") && this.replies && this.replies[Number(event.key) - 1];
      if (digit) { event.preventDefault(); this.choose(digit); csBox("reply-text").focus(); }
    });
    csBox("reply-text").addEventListener("input", () => { this.typed = true; });
  }

  async open(row) {
    this.row = row;
    this.replies = [];
    this.chosen = null;
    this.typed = false;
    csBox("reply-about").textContent = `${row.number} · ${row.sentence}`;
    csBox("reply-text").value = "";
    csBox("reply-error").hidden = true;
    csBox("reply-list").replaceChildren(csMade("p", this.desk.words.loading, "lm-none"));
    this.box.showModal();
    try {
      this.replies = (await this.desk.asking.ask("replies", { case: row.id })).replies;
      this.choose(this.replies[0] || null);
      const first = csBox("reply-list").querySelector("button");
      (first || csBox("reply-text")).focus();
    } catch (error) {
      this.tell(error);
    }
  }

  tell(error) {
    if (!(error instanceof Asked)) throw error;
    csBox("reply-error").textContent = error.message;
    csBox("reply-error").hidden = false;
  }

  choose(reply) {
    this.chosen = reply;
    this.typed = false;
    csBox("reply-text").value = reply ? reply[this.language] : "";
    csBox("reply-list").replaceChildren(...this.replies.map((one, n) => {
      const option = csMade("button", "", "cs-option");
      option.type = "button";
      option.ariaPressed = one === reply;
      option.dataset.reply = n;
      option.append(csMade("kbd", n < 9 ? String(n + 1) : "·"), one.title);
      return option;
    }));
    for (const button of this.box.querySelectorAll("[data-language]")) button.ariaPressed = button.dataset.language === this.language;
  }

  click(event) {
    const one = event.target.closest("[data-reply]");
    const language = event.target.closest("[data-language]");
    if (one) this.choose(this.replies[Number(one.dataset.reply)]);
    if (language) { this.language = language.dataset.language; this.choose(this.chosen); }
    if (event.target.closest("[data-do=close]")) { event.stopPropagation(); this.box.close(); }
    if (event.target.closest("[data-do=copy]")) { event.stopPropagation(); this.copy(); }
  }

  async copy() {
    const done = await copyText(csBox("reply-text").value);
    if (!done) this.tell(new Asked(this.desk.words.notCopied, 422));
    else this.desk.say(this.desk.words.copied);
    return done;
  }

  async keep() {
    if (this.busy) return;
    this.busy = true;
    csBox("reply-error").hidden = true;
    try {
      await this.copy();
      await this.desk.send("reply", this.row, { note: csBox("reply-text").value, reply: this.chosen ? this.chosen.id : 0 });
      this.box.close();
    } catch (error) {
      this.tell(error);
    } finally {
      this.busy = false;
    }
  }
}
