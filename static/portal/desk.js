"use strict";

/* The desk renews its live part every second and a half; what can be turned stays in place. */
const RENEW_MS = 1500;
const TICK_MS = 200;
const page = document.querySelector("#desk");
const live = page.querySelector("#desk-live");
const toast = page.querySelector("#desk-toast");
let toastTimer;
let world;

function say(text, bad) {
  toast.textContent = text;
  toast.classList.toggle("dk-bad", Boolean(bad));
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { toast.hidden = true; }, 4000);
}

function showClock() {
  const passed = world.running ? ((performance.now() - world.since) / 1000) * world.speed : 0;
  const shown = new Date((world.epoch + passed + world.offset) * 1000).toISOString();
  page.querySelector("#desk-clock").textContent = `${shown.slice(0, 10)} ${shown.slice(11, 19)}`;
}

function showRates(rates) {
  for (const form of page.querySelectorAll(".desk-fault")) {
    const percent = Math.round((rates[form.dataset.name] || 0) * 10000) / 100;
    form.classList.toggle("dk-active", percent > 0);
    if (form.contains(document.activeElement) && document.activeElement.type !== "checkbox") continue;
    const box = form.querySelector(".dk-switch");
    if (box) box.checked = percent > 0;
    for (const input of form.querySelectorAll("input[type=range], input[name=percent]")) input.value = percent;
  }
}

function readLive() {
  const data = live.querySelector("#desk-data");
  world = {
    epoch: Number(data.dataset.epoch), offset: Number(data.dataset.offset), speed: Number(data.dataset.speed),
    running: data.dataset.running === "1", since: performance.now(),
  };
  page.querySelector("#desk-face").innerHTML = data.querySelector("template").innerHTML;
  showRates(JSON.parse(data.querySelector("#desk-rates").textContent));
  for (const button of page.querySelectorAll(".dk-speed")) {
    button.classList.toggle("lm-primary", Number(button.dataset.speed) === world.speed);
  }
  const pause = page.querySelector("#desk-pause");
  if (pause) {
    pause.hidden = data.dataset.paused === "1";
    page.querySelector("#desk-resume").hidden = data.dataset.paused !== "1";
  }
  showClock();
}

async function renew() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(page.dataset.live, { headers: { "X-Refresh": "1" } });
  if (answer.redirected) { window.location.reload(); return; }
  if (!answer.ok) throw new Error(String(answer.status));
  live.innerHTML = await answer.text();
  live.classList.remove("dk-stale");
  readLive();
}

async function act(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Desk": "1" } });
  const told = await answer.json();
  say(told.text, !told.ok);
  if (form.dataset.look) await look(form.dataset.look);
  await renew();
}

async function look(number) {
  const form = page.querySelector("#desk-future-form");
  form.elements.number.value = number;
  const answer = await fetch(`${form.dataset.part}?number=${encodeURIComponent(number)}`);
  if (!answer.ok) throw new Error(String(answer.status));
  page.querySelector("#desk-future").innerHTML = await answer.text();
  showPresent();
}

/* A long life is scrolled to the present: what is to come is what one came for. */
function showPresent() {
  const coming = page.querySelector(".dk-life .dk-coming");
  if (coming) coming.parentElement.scrollTop = coming.offsetTop - 160;
}

function failed() {
  live.classList.add("dk-stale");
  say(page.dataset.lost, true);
}

page.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "desk-future-form") {
    event.preventDefault();
    look(form.elements.number.value).catch(failed);
  } else if (form.classList.contains("desk-act")) {
    event.preventDefault();
    act(form).catch(failed);
  }
});

page.addEventListener("input", (event) => {
  if (event.target.type === "range") event.target.form.elements.percent.value = event.target.value;
});

page.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form || !form.classList.contains("desk-fault")) return;
  if (event.target.type === "checkbox") form.elements.percent.value = event.target.checked ? 100 : 0;
  if (!form.reportValidity()) return;
  event.target.blur();
  act(form).catch(failed);
});

page.addEventListener("click", (event) => {
  const button = event.target.closest(".dk-number");
  if (!button) return;
  if (button.dataset.push) page.querySelector("#p-number").value = button.dataset.push;
  else look(button.dataset.number).catch(failed);
});

readLive();
showPresent();
setInterval(showClock, TICK_MS);
(function again() { setTimeout(() => renew().catch(failed).finally(again), RENEW_MS); })();
