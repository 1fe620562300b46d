"use strict";

/* The pages of the day, the gateway and the delays keep themselves up to date while somebody looks at them. */
const REFRESH_MS = 20000;

async function refreshHome() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(window.location.href, { headers: { "X-Refresh": "1" } });
  if (answer.redirected || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of ["#home", "#gateway", "#delays", ".lm-world"]) {
    const now = document.querySelector(selector);
    const next = fresh.querySelector(selector);
    if (!now || !next) continue;
    const unfolded = [...now.querySelectorAll("details")].map((part) => part.open);
    next.querySelectorAll("details").forEach((part, n) => { part.open = Boolean(unfolded[n]); });
    now.replaceWith(document.adoptNode(next));
  }
}

setInterval(() => refreshHome().catch(() => undefined), REFRESH_MS);
