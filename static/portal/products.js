"use strict";

/* A code confirmed in the picker stands on the page at once; leaving with unsaved fields asks. */
(() => {
  const RELOAD_MS = 1200;
  let changed = false;
  document.addEventListener("hs:chosen", (event) => {
    if (event.detail && event.detail.confirmed && !changed) setTimeout(() => { window.location.hash = "codes"; window.location.reload(); }, RELOAD_MS);
  });
  document.addEventListener("hs:undone", () => { if (!changed) window.location.reload(); });
  const form = document.getElementById("product-form");
  if (!form) return;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  const wrong = form.querySelector(".lm-bad");
  if (wrong) { const box = wrong.closest("details"); if (box) box.open = true; wrong.scrollIntoView({ block: "center" }); }
})();
