"use strict";

/* Asks the rule about one parcel: the stored one, or as the form beside it stands. */
function askOf(box) {
  const form = box.dataset.form ? document.getElementById(box.dataset.form) : null;
  const asked = form ? new FormData(form) : new FormData(box);
  for (const input of box.querySelectorAll("input")) asked.set(input.name, input.value);
  return asked;
}

async function tryParcel(box) {
  const answer = document.querySelector("#try-answer");
  if (!box.querySelector("[name=parcel]").value.trim()) return;
  const reply = await fetch(box.dataset.try, { method: "POST", body: askOf(box) });
  if (reply.redirected) { window.location.reload(); return; }
  answer.innerHTML = reply.ok ? await reply.text() : "";
  if (!reply.ok) answer.textContent = String(reply.status);
}

for (const box of document.querySelectorAll("[data-try]")) {
  const ask = () => tryParcel(box).catch((error) => { document.querySelector("#try-answer").textContent = String(error); });
  box.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  box.querySelector("button").addEventListener("click", (event) => { if (box.dataset.form) { event.preventDefault(); ask(); } });
  box.querySelector("[name=parcel]").addEventListener("keydown", (event) => {
    if (box.dataset.form && event.key === "Enter") { event.preventDefault(); ask(); }
  });
}
