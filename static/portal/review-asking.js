"use strict";

/* Asking the portal: JSON in, JSON out. An Asked error holds one sentence and whether trying again helps. */
class Asked extends Error {
  constructor(sentence, status, told) {
    super(sentence);
    this.status = status;
    this.told = told || {};
    this.again = status === 0 || status >= 500 || status === 403;
  }
}

function rvFill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_whole, name) => values[name]).replace(/%%/g, "%");
}

class ReviewAsking {
  constructor(root, token, words) {
    this.root = root;
    this.token = token;
    this.words = words;
  }

  async ask(name, values, options) {
    let answer;
    try {
      answer = await fetch(`${this.root}${name}/`, {
        method: "POST", body: JSON.stringify(values), credentials: "same-origin", redirect: "manual",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token }, ...options,
      });
    } catch {
      throw new Asked(this.words.lost, 0);
    }
    if (answer.type === "opaqueredirect") throw new Asked(this.words.loggedOut, 403);
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Asked(told.error || rvFill(this.words.failed, { status: answer.status }), answer.status, told);
    return told;
  }
}
