"use strict";

/* A file of words on its way: how much is sent, how many words are stored, then its page. */
(() => {
  const form = document.querySelector("#cp-import");
  if (!form) return;
  const bar = form.querySelector("progress");
  const said = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sending = new XMLHttpRequest();
    let asking;
    const stop = (text) => { clearInterval(asking); button.disabled = false; bar.hidden = true; said.textContent = text; said.classList.add("lm-field-error"); };
    const look = async () => {
      try {
        const { stored } = await (await fetch(form.dataset.progress, { credentials: "same-origin" })).json();
        if (stored !== null) said.textContent = `${stored.toLocaleString()} ${form.dataset.stored}`;
      } catch { /* the next look may succeed */ }
    };
    sending.upload.addEventListener("progress", (step) => { if (step.lengthComputable) { bar.value = (100 * step.loaded) / step.total; said.textContent = `${Math.round(bar.value)} % ${form.dataset.sent}`; } });
    sending.upload.addEventListener("load", () => { bar.removeAttribute("value"); asking = setInterval(look, 1000); });
    sending.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(sending.responseText); } catch { answer = {}; }
      if (sending.status === 200 && answer.page) { clearInterval(asking); location.href = answer.page; } else stop(answer.error || form.dataset.failed);
    });
    sending.addEventListener("error", () => stop(form.dataset.failed));
    sending.open("POST", form.action);
    said.classList.remove("lm-field-error");
    bar.hidden = false;
    button.disabled = true;
    sending.send(new FormData(form));
  });
})();
