"use strict";

/* The list of rules: searched and filtered on the page, gone through by keys. */
(() => {
  const page = document.querySelector("#cp-set");
  const rows = [...page.querySelectorAll("[data-cp-rule]")];
  const search = page.querySelector("#cp-search");
  const filters = [...page.querySelectorAll("[data-filter]")];
  const count = page.querySelector("#cp-count");
  const none = page.querySelector("#cp-none");
  let current = -1;

  function narrow() {
    const terms = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = filters.filter((one) => one.value).map((one) => [one.dataset.filter, one.value]);
    let shown = 0;
    for (const row of rows) {
      const fits = terms.every((term) => row.dataset.search.includes(term)) && wanted.every(([name, value]) => row.dataset[name].split(" ").includes(value));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    count.textContent = String(shown);
    if (none) none.hidden = shown > 0;
    const kept = new URLSearchParams(wanted);
    if (terms.length) kept.set("q", search.value.trim());
    history.replaceState(null, "", kept.size ? `#${kept}` : location.pathname + location.search);
    current = -1;
  }
  function read() {
    const kept = new URLSearchParams(location.hash.slice(1));
    search.value = kept.get("q") || "";
    for (const one of filters) one.value = [...one.options].some((option) => option.value === kept.get(one.dataset.filter)) ? kept.get(one.dataset.filter) : "";
    narrow();
  }
  const visible = () => rows.filter((row) => !row.hidden);
  function go(step) {
    const open = visible();
    if (!open.length) return;
    current = Math.max(0, Math.min(open.length - 1, current + step));
    for (const row of rows) row.classList.toggle("cp-on", row === open[current]);
    open[current].focus({ preventScroll: true });
    open[current].scrollIntoView({ block: "nearest" });
  }
  search.addEventListener("input", narrow);
  for (const one of filters) one.addEventListener("change", narrow);
  addEventListener("hashchange", read);
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && document.activeElement === search) { search.value = ""; narrow(); search.blur(); return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    const row = visible()[current];
    const doing = {
      "/": () => search.focus(),
      j: () => go(1),
      k: () => go(-1),
      n: () => { const made = page.querySelector("#cp-new button"); if (made) made.click(); },
      e: () => { const button = row && row.querySelector("[data-switch]"); if (button) button.click(); },
      Enter: () => { if (row && document.activeElement === row) row.querySelector(".cp-what a").click(); },
    }[event.key];
    if (doing) { if (event.key !== "Enter") event.preventDefault(); doing(); }
  });
  if (filters.length) read();
})();
