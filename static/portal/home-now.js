"use strict";

/* The home page keeps itself up to date while somebody looks at it, and says when it cannot. */
(() => {
  const EVERY_MS = 10000;
  const PATIENCE_MS = 8000;
  const page = document.getElementById("home");
  if (!page) return;
  const words = JSON.parse(document.getElementById("hm-words").textContent);
  const fresh = document.getElementById("hm-fresh");
  const said = document.getElementById("hm-fresh-words");
  const again = document.getElementById("hm-again");
  const live = document.getElementById("hm-live");
  const shown = new Map();
  let tag = "";
  let clockWords = page.dataset.clock;
  let read = performance.now();
  let sentence = document.getElementById("hm-sentence")?.textContent ?? "";
  let asking = 0;
  let timer = 0;
  let state = "fine";

  const fill = (text, given) => text.replace(/\{(\w+)\}/g, (all, name) => given[name] ?? all);
  const span = (seconds) => {
    if (seconds < 60) return fill(words.s, { n: Math.floor(seconds) });
    if (seconds < 7200) return fill(words.min, { n: Math.floor(seconds / 60) });
    return fill(words.h, { n: Math.floor(seconds / 3600) });
  };

  function tell() {
    const age = (performance.now() - read) / 1000;
    const waited = asking ? (performance.now() - asking) / 1000 : 0;
    let text = fill(words.asof, { time: clockWords, n: EVERY_MS / 1000 });
    if (state === "stale") text = fill(words.stale, { time: clockWords, age: span(age) });
    else if (state === "gone") text = fill(words.gone, { time: clockWords });
    else if (waited > 3) text = fill(words.slow, { time: clockWords, n: Math.floor(waited) });
    if (said.textContent !== text) said.textContent = text;
    fresh.dataset.state = state === "fine" && waited > 3 ? "slow" : state;
    page.classList.toggle("hm-old", state !== "fine" && age > 60);
    again.hidden = state === "fine";
    again.textContent = state === "gone" ? words.login : words.again;
  }

  function announce(text) {
    live.textContent = text;
  }

  function turn(next) {
    if (next === state) return;
    const before = state;
    state = next;
    tell();
    if (next === "fine" && before !== "fine") announce(words.back);
    else if (next !== "fine") announce(said.textContent);
  }

  /* A part is replaced only where it changed; what was unfolded and focused stays so. */
  function put(id, html) {
    const part = document.getElementById(id);
    if (!part || shown.get(id) === html) return;
    const open = new Set([...part.querySelectorAll("details[open]")].map((one) => one.dataset.keep));
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const where = focused ? focused.getAttribute("href") || focused.textContent : null;
    part.innerHTML = html;
    shown.set(id, html);
    part.querySelectorAll("details").forEach((one) => { one.open = open.has(one.dataset.keep); });
    if (where === null) return;
    const same = [...part.querySelectorAll("a, summary, button")];
    same.find((one) => (one.getAttribute("href") || one.textContent) === where)?.focus({ preventScroll: true });
  }

  function take(answer, told) {
    tag = answer.headers.get("ETag") || "";
    clockWords = answer.headers.get("X-Shown-Clock") || clockWords;
    read = performance.now();
    if (!told) return;
    for (const [id, html] of Object.entries(told.parts)) put(id, html);
    if (told.sentence && told.sentence !== sentence) announce(told.sentence);
    sentence = told.sentence || sentence;
  }

  async function refresh() {
    if (asking || document.visibilityState !== "visible") return;
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), PATIENCE_MS);
    asking = performance.now();
    try {
      const address = `${page.dataset.now}?mode=${encodeURIComponent(page.dataset.mode)}`;
      const answer = await fetch(address, { signal: stop.signal, headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.redirected || answer.status === 401 || answer.status === 403) { turn("gone"); return; }
      if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
      take(answer, answer.status === 304 ? null : await answer.json());
      turn("fine");
    } catch {
      turn("stale");
    } finally {
      clearTimeout(limit);
      asking = 0;
      tell();
    }
  }

  function wake() {
    clearInterval(timer);
    if (document.visibilityState !== "visible") return;
    if (performance.now() - read >= EVERY_MS) refresh();
    timer = setInterval(refresh, EVERY_MS);
  }

  again.addEventListener("click", () => { if (state === "gone") window.location.reload(); else refresh(); });
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", refresh);
  setInterval(() => { if (document.visibilityState === "visible") tell(); }, 1000);
  tell();
  wake();
})();
