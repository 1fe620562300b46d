// A key chooses the reason, unless somebody is typing words.
"use strict";
(() => {
  const form = document.getElementById("contact-form");
  if (!form) return;
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, input[type=search], input[type=text], select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const button = [...form.querySelectorAll("button[data-key]")].find((one) => one.dataset.key === event.key);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
