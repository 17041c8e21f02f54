// A line drawn from the rows of a table, the newest row first: <canvas data-chart="#table" data-unit="%" data-target="90">,
// rows with data-label and data-value ("" where nobody knows). The table stays what is read aloud and printed.
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
    const rows = [...document.querySelector(canvas.dataset.chart).querySelectorAll("tr[data-value]")].reverse();
    const values = rows.map((row) => (row.dataset.value === "" ? null : Number(row.dataset.value)));
    const datasets = [{ label: "Số liệu", data: values, borderColor: colour("--green-700"), backgroundColor: colour("--green-700"), borderWidth: 2, pointRadius: 3, tension: 0 }];
    if (canvas.dataset.target) {
      datasets.push({ label: "Chỉ tiêu", data: values.map(() => Number(canvas.dataset.target)), borderColor: colour("--gold-700"), backgroundColor: colour("--gold-700"), borderWidth: 2, borderDash: [6, 4], pointRadius: 0 });
    }
    const known = datasets.flatMap((one) => one.data).filter((value) => value !== null);
    const least = Math.min(...known), most = Math.max(...known), air = (most - least) / 10 || Math.max(1, most / 20);
    new Chart(canvas, {
      type: "line",
      data: { labels: rows.map((row) => row.dataset.label), datasets },
      options: {
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: {
          legend: { display: datasets.length > 1, position: "bottom", labels: { boxWidth: 24, boxHeight: 1 } },
          tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${number.format(item.parsed.y)} ${canvas.dataset.unit}` } },
        },
        scales: {
          x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 8 } },
          y: { min: Math.max(0, least - air), max: canvas.dataset.unit === "%" ? Math.min(100, most + air) : most + air, grid: { color: colour("--line") }, ticks: { maxTicksLimit: 6, includeBounds: false, callback: (value) => number.format(value) } },
        },
      },
    });
  }
})();
