"use strict";

/* The picker of HS codes: asks for candidates, takes one by click or key, takes it back. */
(() => {
  const PAUSE = 350;
  const made = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  class HsPicker {
    constructor(root) {
      this.root = root;
      this.words = (name) => root.dataset[`w${name[0].toUpperCase()}${name.slice(1)}`] || "";
      this.part = (selector) => root.querySelector(selector);
      this.input = this.part(".hs-ask input");
      this.own = this.part(".hs-own input");
      this.offer = "";
      this.turn = 0;
      this.input.addEventListener("input", () => { clearTimeout(this.pause); this.pause = setTimeout(() => this.ask(), PAUSE); });
      root.addEventListener("click", (event) => this.click(event));
      root.addEventListener("keydown", (event) => this.key(event));
      if ("open" in root.dataset) this.ask();
    }

    async post(address, values) {
      const body = new FormData();
      body.set("csrfmiddlewaretoken", this.part("[name=csrfmiddlewaretoken]").value);
      for (const [name, value] of Object.entries(values)) body.set(name, value);
      const reply = await fetch(address, { method: "POST", body, credentials: "same-origin" });
      const told = (reply.headers.get("content-type") || "").includes("json") ? await reply.json() : {};
      if (!reply.ok || reply.redirected) throw new Error(told.error || this.words("failed"));
      return told;
    }

    say(text, wrong = false) {
      const state = this.part(".hs-state");
      state.textContent = text;
      state.hidden = !text;
      state.classList.toggle("hs-wrong", wrong);
      if (wrong) state.scrollIntoView({ block: "nearest" });
    }

    async ask() {
      clearTimeout(this.pause);
      const { product, merchant, title_cn, material, use, category } = this.root.dataset;
      const title = this.input.value.trim();
      if (!title && !product && !title_cn) { this.show([]); this.say(""); return; }
      const turn = ++this.turn;
      this.root.classList.add("hs-busy");
      this.say(this.words("asking"));
      try {
        const typed = title && title !== this.input.defaultValue.trim();
        const known = typed ? {} : { title_cn, material, use, category };
        const told = await this.post(this.root.dataset.ask, { title, product, merchant, offer: this.offer, ...known });
        if (turn !== this.turn) return;
        this.offer = told.offer || "";
        this.show(told.candidates);
        this.say(told.candidates.length ? "" : this.words("empty"));
      } catch (error) {
        if (turn === this.turn) this.say(error.message, true);
      } finally {
        if (turn === this.turn) this.root.classList.remove("hs-busy");
      }
    }

    show(candidates) {
      this.part(".hs-done").hidden = true;
      this.part(".hs-list").replaceChildren(...candidates.map((one) => this.row(one)));
      this.part(".hs-more").hidden = !this.offer;
    }

    row(one) {
      const item = made("li");
      const button = made("button");
      button.type = "button";
      button.dataset.code = one.code;
      const [chapter, heading, line] = one.path;
      button.append(made("kbd", "", one.rank), made("span", "hs-code", one.shown), made("span", "hs-line", line[1]));
      button.append(made("span", "hs-take", one.certain ? this.words("certain") : this.offer ? this.words("take") : ""));
      button.append(made("span", "hs-path", `${chapter.join(" ")} › ${heading.join(" ")}`));
      const why = made("span", "hs-why");
      why.append(made("span", "", one.why), ...one.words.map((word) => made("mark", "", word)));
      if (one.called.length) why.append(made("span", "", `${this.words("called")}: ${one.called.join("、")}`));
      button.append(why);
      item.append(button);
      return item;
    }

    async choose(code) {
      if (!this.offer || this.busy) return;
      this.busy = true;
      clearTimeout(this.pause);
      this.turn += 1;
      this.root.classList.remove("hs-busy");
      this.say("");
      try {
        const told = await this.post(this.root.dataset.choose, { offer: this.offer, code });
        const words = !told.code ? "none" : told.confirmed ? "confirmed" : "took";
        this.part(".hs-done b").textContent = `${this.words(words)} ${told.shown}`.trim();
        this.part(".hs-done").hidden = false;
        this.part(".hs-list").replaceChildren();
        this.part(".hs-more").hidden = true;
        this.part("[data-hs=undo]").focus();
        this.fill(told.code);
        this.tell("hs:chosen", told);
      } catch (error) {
        this.say(error.message, true);
      } finally {
        this.busy = false;
      }
    }

    async undo() {
      try {
        const told = await this.post(this.root.dataset.undo, { offer: this.offer });
        this.offer = "";
        this.fill("", true);
        this.tell("hs:undone", told);
        await this.ask();
        this.say(this.words("undone"));
        this.input.focus();
      } catch (error) {
        this.say(error.message, true);
      }
    }

    fill(code, back = false) {
      const target = this.root.dataset.target && document.querySelector(this.root.dataset.target);
      if (!target || (!code && !back)) return;
      if (!back) this.before = target.value;
      target.value = back ? this.before || "" : code;
      target.dispatchEvent(new Event("input", { bubbles: true }));
      target.dispatchEvent(new Event("change", { bubbles: true }));
    }

    tell(name, detail) {
      this.root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
    }

    takeOwn() {
      const digits = this.own.value.replace(/[.\s]/g, "");
      if (/^\d{6}$/.test(digits)) this.choose(digits);
      else this.say(this.words("badcode"), true);
    }

    click(event) {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.code) this.choose(button.dataset.code);
      else ({ ask: () => this.ask(), none: () => this.choose(""), own: () => this.takeOwn(), undo: () => this.undo() })[button.dataset.hs]?.();
    }

    key(event) {
      const rows = [...this.root.querySelectorAll(".hs-list button")];
      const at = rows.indexOf(document.activeElement);
      const inInput = event.target === this.input;
      if (event.key === "Enter" && (inInput || event.target === this.own)) {
        event.preventDefault();
        if (inInput) this.ask(); else this.takeOwn();
      } else if (event.key === "ArrowDown" && rows.length && (inInput || at >= 0)) {
        event.preventDefault();
        rows[Math.min(at + 1, rows.length - 1)].focus();
      } else if (event.key === "ArrowUp" && at >= 0) {
        event.preventDefault();
        (rows[at - 1] || this.input).focus();
      } else if (event.key === "Escape" && at >= 0) {
        this.input.focus();
      } else if (at >= 0 && /^[0-9]$/.test(event.key)) {
        event.preventDefault();
        if (event.key === "0") this.choose("");
        else if (rows[event.key - 1]) this.choose(rows[event.key - 1].dataset.code);
      }
    }
  }

  const start = (within) => {
    for (const root of within.querySelectorAll("[data-hs-picker]")) if (!root.hsPicker) root.hsPicker = new HsPicker(root);
  };
  window.hsPickers = start;
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start(document));
  else start(document);
})();
