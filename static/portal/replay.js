"use strict";

/* A draft at work shows how far it is; the page is whole again when it is done. */
const REPLAY_MS = 1500;

async function refreshReplay() {
  const now = document.querySelector("#replay[data-at-work]");
  if (!now || document.visibilityState !== "visible") return;
  const answer = await fetch(window.location.href, { headers: { "X-Refresh": "1" } });
  if (answer.redirected || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fresh.querySelector("#replay");
  if (next && !next.hasAttribute("data-at-work")) window.location.reload();
  else if (next) now.replaceWith(document.adoptNode(next));
}

setInterval(() => refreshReplay().catch(() => undefined), REPLAY_MS);
