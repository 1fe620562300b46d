"use strict";

/* The charts of the home page: what of, how far back, told apart by what; a point leads to its calls. */
(() => {
  const box = document.getElementById("hm-chart");
  if (!box || typeof Chart === "undefined") return;
  const REFRESH_MS = 60000;
  const KEPT = "home.chart";
  const CAN = { response: ["", "product", "carrier", "merchant"], errors: ["", "product", "carrier", "merchant"],
    calls: ["", "product", "carrier", "merchant"], delay: ["", "carrier"], told: [""], own: ["", "endpoint", "merchant"] };
  const words = JSON.parse(document.getElementById("hm-words").textContent);
  const canvas = document.getElementById("hm-canvas");
  const nothing = document.getElementById("hm-nothing");
  const legend = document.getElementById("hm-legend");
  const help = document.getElementById("hm-chart-help");
  const table = document.getElementById("hm-table");
  const tones = ["#1f77b4", "#d9822b", "#2a9d6f", "#8e5bc0", "#c2478b", "#6b7d8c"];
  const wanted = { of: "response", reach: "hour", by: "" };
  let alone = null;
  let data = null;
  let chart = null;
  let turn = 0;
  let read = 0;

  const fill = (text, given) => text.replace(/\{(\w+)\}/g, (all, name) => given[name] ?? all);
  const short = (value) => (value < 10 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0));
  function spell(value) {
    if (value === null || value === undefined) return "—";
    if (data.unit === "count") return Math.round(value).toLocaleString();
    if (data.unit === "share") return `${Number((value * 100).toPrecision(3))} %`;
    if (value < 1) return `${Math.round(value * 1000)} ms`;
    if (value < 60) return `${short(value)} s`;
    if (value < 3600) return `${short(value / 60)} min`;
    return value < 86400 ? `${short(value / 3600)} h` : `${short(value / 86400)} d`;
  }

  function recall() {
    try { Object.assign(wanted, JSON.parse(window.localStorage.getItem(KEPT) || "{}")); } catch { /* a choice is no loss */ }
    if (!CAN[wanted.of]) wanted.of = "response";
    if (!CAN[wanted.of].includes(wanted.by)) wanted.by = "";
  }

  function mark() {
    box.querySelectorAll("button[data-of], button[data-reach], button[data-by]").forEach((button) => {
      const [[name, value]] = Object.entries(button.dataset);
      const on = wanted[name] === value;
      button.classList.toggle("lm-on", on);
      button.setAttribute("aria-pressed", String(on));
      if (name === "by") button.hidden = !CAN[wanted.of].includes(value);
    });
    document.querySelectorAll(".hm-figure").forEach((one) => one.classList.toggle("hm-on", one.dataset.chart === wanted.of));
  }

  const ask = (more) => {
    const address = `${box.dataset.address}?${new URLSearchParams({ ...wanted, mode: box.dataset.mode, ...more })}`;
    return fetch(address, { signal: AbortSignal.timeout(10000) });
  };

  /* The line of a week ago is read when a line stands alone. */
  async function single() {
    const line = data.lines.find((one) => one.key === alone);
    show();
    if (!line || line.before) return;
    try {
      const answer = await ask({ key: alone });
      if (!answer.ok) return;
      line.before = (await answer.json()).lines.find((one) => one.key === line.key)?.before ?? null;
      if (alone === line.key && data.lines.includes(line)) show();
    } catch { /* the line itself is there */ }
  }

  async function load() {
    const mine = ++turn;
    box.classList.add("hm-loading");
    try {
      const answer = await ask({});
      if (mine !== turn) return;
      if (answer.redirected) throw new Error("logged out");
      const told = await answer.json();
      if (!answer.ok) { say(told.late || words.failed); return; }
      data = told;
      read = performance.now();
      if (alone === null || !data.lines.some((line) => line.key === alone)) show();
      else single();
    } catch {
      if (mine === turn) say(words.failed);
    } finally {
      if (mine === turn) box.classList.remove("hm-loading");
    }
  }

  function say(text) {
    nothing.textContent = text;
    nothing.hidden = false;
  }

  const visible = () => (alone === null ? data.lines : data.lines.filter((line) => line.key === alone));

  function sets() {
    const lines = visible();
    const single = lines.length === 1;
    const made = lines.map((line) => {
      const tone = tones[data.lines.indexOf(line) % tones.length];
      return { label: line.label, data: line.now, line, borderColor: tone, backgroundColor: tone, borderWidth: 2,
        pointRadius: data.steps.length > 30 ? 1.5 : 2.5, pointHitRadius: 12, pointHoverRadius: 5, tension: 0.15, spanGaps: false,
        segment: { borderDash: (part) => (part.p1DataIndex === data.steps.length - 1 ? [3, 3] : undefined) } };
    });
    if (single && lines[0].before) made.push({ label: words.before, data: lines[0].before, borderColor: "#9aa5b1", borderWidth: 1.5,
      borderDash: [2, 3], pointRadius: 0, pointHitRadius: 0, tension: 0.15, spanGaps: false });
    if (data.limit !== null) made.push({ label: words.limit, data: data.steps.map(() => data.limit), borderColor: "#d64545",
      borderWidth: 1, borderDash: [6, 4], pointRadius: 0, pointHitRadius: 0 });
    return made;
  }

  function address(line, step) {
    if (!line || !line.href || !data.steps[step].query) return "";
    return `${line.href}${line.href.includes("?") ? "&" : "?"}${data.steps[step].query}`;
  }

  function options() {
    const dark = document.documentElement.classList.contains("dark");
    const ink = dark ? "#9aa5b1" : "#52606d";
    const rule = dark ? "rgb(255 255 255 / .08)" : "rgb(0 0 0 / .07)";
    return {
      responsive: true, maintainAspectRatio: false, animation: false, interaction: { mode: "nearest", axis: "x", intersect: false },
      onClick: (event, found) => {
        const hit = chart.getElementsAtEventForMode(event, "nearest", { intersect: true }, false)[0] || found[0];
        const line = hit && chart.data.datasets[hit.datasetIndex].line;
        const to = hit && address(line || visible()[0], hit.index);
        if (to) window.location.assign(to);
      },
      onHover: (event, found) => { canvas.style.cursor = found.length && visible().some((line) => line.href) ? "pointer" : "default"; },
      plugins: { legend: { display: false },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${spell(item.parsed.y)}` } } },
      scales: {
        x: { ticks: { color: ink, maxRotation: 0, autoSkipPadding: 18 }, grid: { display: false } },
        y: { beginAtZero: true, ticks: { color: ink, maxTicksLimit: 5, callback: (value) => spell(value) }, grid: { color: rule } },
      },
    };
  }

  function show() {
    if (alone !== null && !data.lines.some((line) => line.key === alone)) alone = null;
    const measured = data.lines.some((line) => line.now.some((value) => value !== null) || line.before?.some((value) => value !== null));
    nothing.hidden = measured;
    nothing.textContent = words.nothing;
    const drawn = { labels: data.steps.map((step) => step.label), datasets: measured ? sets() : [] };
    if (chart) { chart.data = drawn; chart.options = options(); chart.update(); }
    else chart = new Chart(canvas, { type: "line", data: drawn, options: options() });
    canvas.setAttribute("aria-label", describe());
    names();
    rows();
    const leads = data.lines.some((line) => line.href);
    const parts = [data.lines.length > 1 && alone === null ? words.click : leads ? words.leads : "",
      visible().length === 1 && visible()[0].before ? words.dotted : "", data.left_out ? fill(words.left, { n: data.left_out }) : ""];
    help.textContent = measured ? parts.filter(Boolean).join(" ") : "";
  }

  function describe() {
    const said = visible().map((line) => {
      const last = line.now.filter((value) => value !== null).pop();
      return `${line.label}: ${spell(last ?? null)}`;
    });
    return `${data.title}. ${said.join("; ")}`;
  }

  function names() {
    legend.replaceChildren();
    if (!data.by || !data.lines.length) return;
    data.lines.forEach((line, number) => {
      const button = document.createElement("button");
      const dot = document.createElement("i");
      button.type = "button";
      button.className = "hm-name";
      button.setAttribute("aria-pressed", String(alone === line.key));
      dot.style.background = tones[number % tones.length];
      button.append(dot, `${line.label} `);
      const count = document.createElement("small");
      count.textContent = line.count.toLocaleString();
      button.append(count);
      button.addEventListener("click", () => { alone = alone === line.key ? null : line.key; if (alone === null) show(); else single(); });
      legend.append(button);
    });
  }

  function rows() {
    const lines = visible();
    const head = document.createElement("tr");
    for (const text of [words.time, ...lines.map((line) => line.label), ...(lines.length === 1 && lines[0].before ? [words.before] : [])]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = text;
      head.append(cell);
    }
    const body = data.steps.map((step, number) => {
      const row = document.createElement("tr");
      const time = document.createElement("th");
      time.scope = "row";
      time.textContent = step.label;
      row.append(time);
      for (const line of lines) {
        const cell = document.createElement("td");
        const to = line.now[number] === null ? "" : address(line, number);
        if (to) {
          const link = document.createElement("a");
          link.href = to;
          link.textContent = spell(line.now[number]);
          cell.append(link);
        } else cell.textContent = spell(line.now[number]);
        row.append(cell);
      }
      if (lines.length === 1 && lines[0].before) {
        const cell = document.createElement("td");
        cell.textContent = spell(lines[0].before[number]);
        row.append(cell);
      }
      return row;
    });
    table.replaceChildren(head, ...body.reverse());
  }

  function choose(name, value) {
    wanted[name] = value;
    if (!CAN[wanted.of].includes(wanted.by)) wanted.by = "";
    if (name !== "reach") alone = null;
    try { window.localStorage.setItem(KEPT, JSON.stringify(wanted)); } catch { /* a choice is no loss */ }
    mark();
    load();
  }

  box.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-of], button[data-reach], button[data-by]");
    if (!button) return;
    const [[name, value]] = Object.entries(button.dataset);
    choose(name, value);
  });
  document.getElementById("home").addEventListener("click", (event) => {
    const figure = event.target.closest(".hm-figure");
    if (!figure || event.target.closest("a")) return;
    choose("of", figure.dataset.chart);
    box.scrollIntoView({ behavior: "smooth", block: "nearest" });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && performance.now() - read > REFRESH_MS) load();
  });
  setInterval(() => { if (document.visibilityState === "visible") load(); }, REFRESH_MS);
  recall();
  mark();
  load();
})();
