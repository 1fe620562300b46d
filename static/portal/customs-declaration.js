"use strict";

/* The declaration page: fields are edited where they stand, what changed is counted, one key saves. */
(() => {
  const page = document.getElementById("declaration");
  const form = document.getElementById("record");
  const bar = document.getElementById("cu-save");
  const inputs = () => [...form.querySelectorAll("[data-was]")];
  const isTouched = (input) => input.value.trim() !== input.dataset.was;
  let leaving = false;

  function look() {
    const touched = inputs().filter(isTouched);
    inputs().forEach((input) => input.classList.toggle("cu-touched", isTouched(input)));
    if (!bar) return;
    const words = document.getElementById("cu-changed");
    words.textContent = touched.length === 1 ? words.dataset.one : words.dataset.many.replace("{n}", touched.length);
    bar.hidden = !touched.length;
    const reason = document.getElementById("cu-reason");
    if (!reason) return;
    const replaces = touched.some((input) => input.dataset.was);
    reason.hidden = !replaces;
    reason.querySelector("input").required = replaces;
  }

  function save(next) {
    if (!bar || bar.hidden) return;
    form.elements.then.value = next ? "next" : "";
    const reason = document.getElementById("cu-reason")?.querySelector("input");
    if (reason?.required && !reason.value.trim()) { reason.focus(); return; }
    leaving = true;
    /* What was not touched is not sent: a long record is a short form. */
    inputs().filter((input) => !isTouched(input)).forEach((input) => { input.disabled = true; });
    form.submit();
  }

  /* A field that is named in the address is where somebody wants to type. */
  function go(hash) {
    const found = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!found) return false;
    const aside = found.closest("details");
    if (aside) aside.open = true;
    found.scrollIntoView({ block: "center" });
    found.focus({ preventScroll: true });
    found.classList.add("cu-target");
    window.setTimeout(() => found.classList.remove("cu-target"), 1600);
    return true;
  }

  if (form) {
    form.addEventListener("input", look);
    form.addEventListener("change", look);
    form.addEventListener("reset", () => window.setTimeout(() => { inputs().forEach((input) => { input.value = input.dataset.was; }); look(); }));
    form.addEventListener("submit", (event) => { event.preventDefault(); save(event.submitter?.hasAttribute("data-cu-next")); });
    look();
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.target.closest("[data-hs-picker]") && !event.ctrlKey && !event.metaKey) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(event.shiftKey); return; }
    if (typing && event.key === "Enter" && typing.form === form && typing.tagName === "INPUT") { event.preventDefault(); save(false); return; }
    if (typing) { if (event.key === "Escape") typing.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const picker = key === "h" && page.querySelector("[data-cu-picker]");
    if (picker) { event.preventDefault(); picker.open = true; picker.scrollIntoView({ block: "center" }); return; }
    const button = page.querySelector(`[data-cu-key="${key}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });

  page.addEventListener("click", (event) => {
    const link = event.target.closest("[data-cu-go]");
    if (link && !link.getAttribute("href").startsWith("?") && go(link.hash)) { event.preventDefault(); window.history.replaceState(null, "", link.hash); }
  });

  /* Suggestions are asked for when somebody opens them. */
  page.addEventListener("toggle", (event) => {
    const box = event.target;
    if (!box.matches("[data-cu-picker]") || !box.open) return;
    if (!box.querySelector("[data-hs-picker]")) { box.append(box.querySelector("template").content.cloneNode(true)); window.hsPickers(box); }
    box.querySelector("input[type=search]").focus();
  }, true);
  for (const [name, hidden] of [["hs:chosen", false], ["hs:undone", true]]) {
    page.addEventListener(name, (event) => { const said = event.target.closest("[data-cu-picker]")?.querySelector("[data-cu-picked]"); if (said) said.hidden = hidden || !event.detail.code; });
  }

  /* What a version changed is read when somebody opens it. */
  page.addEventListener("toggle", async (event) => {
    const address = event.target.dataset?.cuVersion;
    if (!address || !event.target.open || event.target.dataset.read) return;
    event.target.dataset.read = "1";
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) return;
    const told = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("cu-diff");
    if (told) { told.removeAttribute("id"); event.target.querySelector(".cu-diff").replaceChildren(told); }
  }, true);

  window.addEventListener("beforeunload", (event) => { if (!leaving && form && inputs().some(isTouched)) event.preventDefault(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  window.addEventListener("load", () => { if (!go(window.location.hash)) page.querySelector(".lm-bad .cu-input")?.focus(); });
})();
