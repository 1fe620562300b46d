"use strict";

/* Shares and minutes by week; a week of few is a hollow point, a week of none is a gap. */
(() => {
  const told = document.getElementById("cu-charts");
  if (!told || typeof Chart === "undefined") return;
  const data = JSON.parse(told.textContent);
  const tones = ["#1f77b4", "#2a9d6f"];
  const style = getComputedStyle(document.querySelector(".cu"));
  const ink = style.getPropertyValue("--lm-subtle").trim();
  const line = style.getPropertyValue("--lm-line").trim();

  function draw(id, lines, unit, most) {
    const canvas = document.getElementById(id);
    if (!canvas) return;
    new Chart(canvas, {
      type: "line",
      data: {
        labels: data.weeks,
        datasets: lines.map((one, n) => ({
          label: one.label, data: one.values, borderColor: tones[n], backgroundColor: tones[n], borderWidth: 2, tension: 0, spanGaps: false, pointRadius: 4,
          pointBackgroundColor: one.counts.map((count) => (count < data.few ? "transparent" : tones[n])), pointBorderColor: tones[n],
        })),
      },
      options: {
        animation: false, maintainAspectRatio: false, interaction: { mode: "index", intersect: false },
        scales: { x: { ticks: { color: ink }, grid: { display: false } }, y: { min: 0, max: most, ticks: { color: ink }, grid: { color: line } } },
        plugins: {
          legend: { display: lines.length > 1, position: "bottom", labels: { color: ink, usePointStyle: true, boxHeight: 6 } },
          tooltip: { callbacks: { label: (at) => { const one = lines[at.datasetIndex]; const count = one.counts[at.dataIndex]; return `${one.label}: ${at.formattedValue}${unit} (n = ${count}${count < data.few ? `, ${data.words.few}` : ""})`; } } },
        },
      },
    });
  }

  draw("cu-shares", data.shares, " %", 100);
  draw("cu-minutes", data.minutes, " min", undefined);
})();
