// Draws the page's charts from the numbers in it, in the theme's colours, and again when those change.
// Without this script the page still says everything: each chart has its table.
//
// The numbers are JSON in #hn-charts, by the name that a <canvas data-chart> has. Of each chart:
//   type ("line" or "bar"), labels, x and y (titles with units), horizontal (its bars are stacked, unless grouped),
//   stacked (its upright bars),
//   percent (y is 0 to 1), notes,
//   range (the ends of the numbers' axis, which else begins at 0),
//   datasets: label, color (of the theme: "primary", "orange", "base", "blue" ...), data, type (where it differs), dashed.
(() => {
  const charts = [];

  // What tells lines apart without their colour.
  const DASHES = [[], [6, 3], [2, 3]];
  const POINTS = ["circle", "rect", "triangle"];
  const LONGEST_LABEL = 34;

  const share = (value) => `${Math.round(value * 1000) / 10}%`;

  // A colour of the theme, as the canvas knows it.
  const themed = (name, light, dark) => {
    const shade = isDark() ? dark : light;
    const value = getComputedStyle(document.documentElement).getPropertyValue(`--color-${name}-${shade}`).trim();
    return value || "#888";
  };

  const ends = (range) => (range ? { min: range[0], max: range[1] } : {});

  const isDark = () => document.documentElement.classList.contains("dark");

  const options = (spec) => {
    const text = themed("base", 600, 300);
    const grid = themed("base", 200, 800);
    const axis = (title, extra) => ({
      title: { display: Boolean(title), text: title, color: text },
      ticks: { color: text, ...extra },
      grid: { color: grid },
      border: { color: grid },
    });
    const count = spec.percent ? { callback: share } : { precision: 0 };
    const category = { maxRotation: 0, autoSkip: true, autoSkipPadding: 12 };
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: spec.horizontal ? "y" : "x",
      interaction: { mode: "index", intersect: false, axis: spec.horizontal ? "y" : "x" },
      scales: spec.horizontal
        ? {
            x: { ...axis(spec.x, count), beginAtZero: true, stacked: !spec.grouped, ...ends(spec.range) },
            y: { ...axis(spec.y, { autoSkip: false }), stacked: !spec.grouped, grid: { display: false } },
          }
        : {
            x: { ...axis(spec.x, category), stacked: Boolean(spec.stacked), grid: { display: false } },
            y: { ...axis(spec.y, count), beginAtZero: true, stacked: Boolean(spec.stacked), ...(spec.percent ? { max: 1 } : {}), ...ends(spec.range) },
          },
      plugins: {
        legend: {
          display: true,
          position: "top",
          align: "end",
          labels: { color: text, usePointStyle: true, boxHeight: 7, generateLabels: shortLabels },
        },
        tooltip: {
          callbacks: {
            footer: (items) => (spec.notes ? spec.notes[items[0].dataIndex] : ""),
            ...(spec.percent ? { label: (item) => `${item.dataset.label}: ${share(item.raw)}` } : {}),
          },
        },
      },
    };
  };

  // A long name would run out of a narrow chart; the table below has it whole.
  const shortLabels = (chart) =>
    Chart.defaults.plugins.legend.labels.generateLabels(chart).map((label) => ({
      ...label,
      text: label.text.length > LONGEST_LABEL ? `${label.text.slice(0, LONGEST_LABEL - 1)}…` : label.text,
    }));

  const dataset = (spec, { label, color, data, type, dashed }, index) => {
    const kind = type || spec.type;
    const drawn = themed(color, color === "primary" ? 600 : 500, color === "primary" ? 500 : 400);
    return {
      label,
      data,
      type: kind,
      borderColor: drawn,
      backgroundColor: drawn,
      borderWidth: kind === "line" ? 2 : 0,
      borderDash: kind === "line" ? DASHES[dashed ? 1 : index] : [],
      pointRadius: spec.labels.length > 1 ? 0 : 4,
      pointStyle: POINTS[index],
      hitRadius: 8,
      maxBarThickness: 28,
    };
  };

  const draw = (specs) => {
    charts.splice(0).forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
      const spec = specs[canvas.dataset.chart];
      charts.push(
        new Chart(canvas, {
          type: spec.type,
          data: { labels: spec.labels, datasets: spec.datasets.map((found, index) => dataset(spec, found, index)) },
          options: options(spec),
        })
      );
    }
  };

  const numbers = document.getElementById("hn-charts");
  if (numbers) {
    const specs = JSON.parse(numbers.textContent);
    draw(specs);
    let dark = isDark();
    new MutationObserver(() => {
      if (dark !== isDark()) {
        dark = isDark();
        draw(specs);
      }
    }).observe(document.documentElement, { attributeFilter: ["class"] });
  }
})();
