"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sp-copy]");
  if (!button) return;
  copyText(button.dataset.spCopy).then((done) => {
    if (!done) return;
    button.classList.add("sp-copied");
    button.dataset.spSaid = button.dataset.spDone;
    setTimeout(() => button.classList.remove("sp-copied"), 1500);
  });
});

/* Without https the clipboard API is missing: a selected field and the old command do. */
async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      if (error.name !== "NotAllowedError") throw error;
    }
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sp-offscreen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
