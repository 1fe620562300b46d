"use strict";

/* A field of chips: typed into, filtered, chosen by arrows and Enter, taken out by Backspace. */
const ComplianceForm = (() => {
  const MOST = 60;
  let number = 0;

  function make(tag, given = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined || value === false) continue;
      if (name === "text") node.textContent = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  }

  function select(label, choices, value, changed, disabled) {
    const box = make("select", { "aria-label": label, disabled });
    for (const [key, text] of choices) box.append(make("option", { value: key, text }));
    if (value && ![...box.options].some((one) => one.value === value)) box.append(make("option", { value, text: value }));
    box.value = value;
    box.addEventListener("change", () => changed(box.value));
    return box;
  }

  /* options: {values, choices, label, words, free, single, readonly, titles, search(text) → Promise} */
  function chips(options, changed) {
    const { choices = [], words, free, single, readonly, search } = options;
    const titles = new Map([...Object.entries(options.titles || {}), ...choices]);
    let held = [...options.values];
    const id = `cp-list-${(number += 1)}`;
    const list = make("ul", { id, class: "cp-options", role: "listbox", hidden: true });
    const box = make("input", { class: "cp-typed", "aria-label": options.label, placeholder: options.placeholder || words.add, role: "combobox", "aria-expanded": "false", "aria-controls": id, autocomplete: "off", maxlength: "60" });
    const place = make("span", { class: "cp-chips" });
    let shown = [], on = 0, turn = 0, pause;

    const keep = (next) => { held = next; draw(); changed(held); };
    const add = (value, title) => {
      if (title) titles.set(value, title);
      if (value && !held.includes(value)) keep(single ? [value] : [...held, value]);
      box.value = "";
      close();
      if (!readonly) box.focus();
    };
    const close = () => { list.hidden = true; box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); };

    function draw() {
      const buttons = held.map((one) => make("button", {
        type: "button", class: "cp-chip", title: readonly ? undefined : words.remove, "data-value": one, disabled: readonly,
        onclick: () => { keep(held.filter((other) => other !== one)); box.focus(); }, text: readonly ? titles.get(one) || one : `${titles.get(one) || one} ×`,
      }));
      place.replaceChildren(...buttons, ...(readonly ? [] : [make("span", { class: "cp-combo" }, box, list)]));
    }

    function show(found) {
      shown = found.filter(([value]) => !held.includes(value)).slice(0, MOST);
      on = 0;
      list.replaceChildren(...(shown.length ? shown.map(([value, title], index) => make("li", { role: "option", id: `${id}-${index}`, "aria-selected": String(index === 0), "data-value": value, text: title, onmousedown: (event) => { event.preventDefault(); add(value, title); } }))
        : [make("li", { class: "lm-none", text: words.nothing })]));
      list.hidden = false;
      box.setAttribute("aria-expanded", "true");
      mark();
    }

    function mark() {
      [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === on)));
      const chosen = list.children[on];
      if (chosen && chosen.id) { box.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
    }

    async function look() {
      const text = box.value.trim().toLowerCase();
      if (search) {
        if (!text) { close(); return; }
        const mine = (turn += 1);
        const found = await search(text);
        if (mine === turn && document.activeElement === box) show(found);
        return;
      }
      const starts = ([value, title]) => title.toLowerCase().startsWith(text) || value.toLowerCase().replace(/^[@#$]/, "") === text;
      const holds = choices.filter(([value, title]) => title.toLowerCase().includes(text) || value.toLowerCase().includes(text));
      show(text ? [...holds.filter(starts), ...holds.filter((one) => !starts(one))] : choices);
    }

    box.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(look, search ? 250 : 0); });
    box.addEventListener("focus", () => { if (choices.length) look(); });
    box.addEventListener("blur", () => { close(); if (free && box.value.trim()) add(box.value.trim()); });
    box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) { look(); return; }
        on = Math.max(0, Math.min(shown.length - 1, on + (event.key === "ArrowDown" ? 1 : -1)));
        mark();
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (!list.hidden && shown[on] && (box.value.trim() || !free)) add(...shown[on]);
        else if (free && box.value.trim()) add(box.value.trim());
      } else if (event.key === "Escape") {
        if (!list.hidden) { event.stopPropagation(); close(); }
      } else if (event.key === "Backspace" && !box.value && held.length) keep(held.slice(0, -1));
    });
    draw();
    place.focusBox = () => box.focus();
    return place;
  }

  return { make, select, chips };
})();
