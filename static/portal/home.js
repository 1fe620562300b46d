"use strict";

/* The home page keeps itself up to date while somebody looks at it. */
const REFRESH_MS = 20000;

async function refreshHome() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(window.location.href, { headers: { "X-Refresh": "1" } });
  if (answer.redirected || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of ["#home", ".lm-world"]) {
    const now = document.querySelector(selector);
    const next = fresh.querySelector(selector);
    if (now && next) now.replaceWith(document.adoptNode(next));
  }
}

setInterval(() => refreshHome().catch(() => undefined), REFRESH_MS);
