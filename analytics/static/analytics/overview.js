// Draws the overview's charts from the numbers in the page, in the theme's colours, and again when it changes.
// Without this script the page still says everything: each chart has its table.
(() => {
  const charts = [];

  // "primary" or "orange" from the theme, as a colour that the canvas knows.
  const themed = (name, light, dark) => {
    const shade = isDark() ? dark : light;
    const value = getComputedStyle(document.documentElement).getPropertyValue(`--color-${name}-${shade}`).trim();
    return value || "#888";
  };

  const isDark = () => document.documentElement.classList.contains("dark");

  const options = (spec) => {
    const text = themed("base", 600, 300);
    const grid = themed("base", 200, 800);
    const axis = (title, extra) => ({
      title: { display: Boolean(title), text: title, color: text },
      ticks: { color: text, precision: 0, ...extra },
      grid: { color: grid },
      border: { color: grid },
    });
    const category = { maxRotation: 0, autoSkip: true, autoSkipPadding: 12 };
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: spec.horizontal ? "y" : "x",
      interaction: { mode: "index", intersect: false, axis: spec.horizontal ? "y" : "x" },
      scales: spec.horizontal
        ? {
            x: { ...axis(spec.x), beginAtZero: true, stacked: true },
            y: { ...axis(spec.y, { autoSkip: false }), stacked: true, grid: { display: false } },
          }
        : { x: { ...axis(spec.x, category), grid: { display: false } }, y: { ...axis(spec.y), beginAtZero: true } },
      plugins: {
        legend: { display: true, position: "top", align: "end", labels: { color: text, usePointStyle: true, boxHeight: 7 } },
        tooltip: { callbacks: { footer: (items) => (spec.notes ? spec.notes[items[0].dataIndex] : "") } },
      },
    };
  };

  const dataset = (spec, { label, color, data }, index) => {
    const drawn = themed(color, color === "primary" ? 600 : 500, color === "primary" ? 500 : 400);
    return {
      label,
      data,
      borderColor: drawn,
      backgroundColor: drawn,
      borderWidth: spec.type === "line" ? 2 : 0,
      borderDash: spec.type === "line" && index ? [6, 3] : [],
      pointRadius: spec.labels.length > 1 ? 0 : 4,
      pointStyle: index ? "rect" : "circle",
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

  const followWindowChoice = (form) => {
    const choice = form.elements.window;
    const show = () => (form.dataset.window = choice.value);
    form.classList.add("an-scripted");
    choice.addEventListener("change", show);
    show();
  };

  const filters = document.querySelector(".an-filters");
  if (filters) {
    followWindowChoice(filters);
  }
  const numbers = document.getElementById("an-charts");
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
