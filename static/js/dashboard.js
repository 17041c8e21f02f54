// Bars drawn from the rows of a table: <canvas data-chart="#table" data-unit="%">, rows with data-label and data-value.
// The table stays what is read aloud and printed; without this script nothing is lost.
"use strict";
(() => {
  if (!window.Chart) return;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const number = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 2 });
  Chart.defaults.font.family = style.getPropertyValue("--font");
  Chart.defaults.color = colour("--ink-soft");
  Chart.defaults.animation = false;

  for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
    const rows = [...document.querySelector(canvas.dataset.chart).querySelectorAll("tr[data-value]")];
    if (!rows.length) continue;
    const unit = canvas.dataset.unit;
    new Chart(canvas, {
      type: "bar",
      data: {
        labels: rows.map((row) => row.dataset.label),
        datasets: [{ data: rows.map((row) => Number(row.dataset.value)), backgroundColor: colour("--green-600"), borderRadius: 3, maxBarThickness: 28 }],
      },
      options: {
        indexAxis: "y",
        maintainAspectRatio: false,
        plugins: { legend: { display: false }, tooltip: { callbacks: { label: (item) => `${number.format(item.parsed.x)} ${unit}` } } },
        scales: {
          x: { beginAtZero: true, max: canvas.dataset.max ? Number(canvas.dataset.max) : undefined, grid: { color: colour("--line") }, ticks: { precision: 0, callback: (value) => number.format(value) } },
          y: { grid: { display: false }, ticks: { autoSkip: rows.length > 20 } },
        },
      },
    });
  }
})();
