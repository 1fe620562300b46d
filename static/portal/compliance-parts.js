"use strict";

/* Tables of a rule set: rows of texts, days, chips; sent as one JSON when kept. */
(() => {
  const { make, select, chips } = ComplianceForm;
  const setup = JSON.parse(document.querySelector("#cp-parts").textContent);
  const { words, readonly } = setup;

  function cell(row, column, touch) {
    const keep = (value) => { row[column.name] = value; touch(); };
    const { kind, label, choices } = column;
    if (kind === "many") return chips({ values: row[column.name] || [], label, words, choices, readonly }, keep);
    if (kind === "one") return chips({ values: row[column.name] ? [row[column.name]] : [], label, words, choices, readonly, single: true }, (held) => keep(held[0] || ""));
    if (kind === "pick") { row[column.name] = row[column.name] || choices[0][0]; return select(label, choices, row[column.name], keep, readonly); }
    if (kind === "yes") { const box = make("input", { type: "checkbox", "aria-label": label, disabled: readonly, onchange: () => keep(box.checked) }); box.checked = !!row[column.name]; return box; }
    const box = make("input", { type: kind === "day" ? "date" : "text", "aria-label": label, maxlength: kind === "code" ? "20" : "300", disabled: readonly, class: `lm-input cp-${kind}`, oninput: () => keep(box.value) });
    box.value = row[column.name] || "";
    return box;
  }

  for (const form of document.querySelectorAll("[data-table]")) {
    const name = form.dataset.table;
    const columns = setup.columns[name];
    const wrong = setup.wrong[name] || {};
    const place = form.querySelector("[data-rows]");
    const save = form.querySelector("[type=submit]");
    const rows = JSON.parse(document.querySelector(`#held-${name}`).textContent);
    const touch = () => { if (save) save.disabled = false; };
    function draw(problems) {
      place.replaceChildren(...(rows.length ? rows.map((row, index) => make("div", { class: "cp-part" },
        ...columns.map((column) => make("label", { class: `cp-cell cp-c-${column.kind}${problems[`${index}.${column.name}`] ? " lm-bad" : ""}` }, make("small", { text: column.label }), cell(row, column, touch), ...(problems[`${index}.${column.name}`] ? [make("p", { class: "lm-field-error", role: "alert", text: problems[`${index}.${column.name}`] })] : []))),
        ...(readonly ? [] : [make("button", { type: "button", class: "lm-button lm-small cp-cut", "aria-label": words.remove, title: words.remove, text: "×", onclick: () => { rows.splice(index, 1); touch(); draw({}); } })])))
        : [make("p", { class: "lm-none", text: words.empty })]));
    }
    const add = form.querySelector("[data-add]");
    if (add) add.addEventListener("click", () => { rows.push({}); touch(); draw({}); place.lastElementChild.querySelector("input, select").focus(); });
    form.addEventListener("submit", () => { form.querySelector("[name=rows]").value = JSON.stringify(rows); });
    draw(wrong);
    if (Object.keys(wrong).length) touch();
  }
})();
