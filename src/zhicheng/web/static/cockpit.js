"use strict";
// The cockpit: draws the charts whose options stand in the page, opens the records behind a point.
(() => {
  const charts = new Map();
  const data = JSON.parse(document.getElementById("charts").textContent);
  const font = getComputedStyle(document.body).fontFamily;
  // The option is the report's own; a page has its own font, and a phone no room for every label.
  const fitted = (option, width) => {
    const text = JSON.stringify(option, (key, value) => (key === "fontFamily" ? font : value));
    const own = JSON.parse(text);
    if (width < 620) for (const series of own.series) if (series.label) series.label.fontSize = 9;
    if (width < 420) {
      own.xAxis.axisLabel.interval = "auto";
      if (own.series[0].type === "line") for (const point of own.series[0].data) {
        point.label.show = Boolean(point.label.rich); // what broke a rule stays marked
        if (point.label.rich) point.label.formatter = "{rule|1}";
      }
    }
    return own;
  };
  for (const one of data) {
    const place = document.querySelector(`[data-chart="${one.key}"]`);
    if (!place) continue;
    const chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption(fitted(one.option, place.clientWidth));
    chart.on("click", (point) => {
      const address = one.addresses[point.dataIndex];
      if (point.componentType === "series" && address) location.href = address;
    });
    charts.set(place, chart);
  }
  // With a view box the drawing also shrinks to the paper's width, which no script is told in time.
  const paper = matchMedia("print");
  const fit = () => paper.matches || charts.forEach((chart, place) => {
    chart.resize();
    place.querySelector("svg")?.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
  });
  fit();
  new ResizeObserver(fit).observe(document.querySelector(".cockpit"));
  document.querySelector("[data-submit]")?.addEventListener("change", (event) => event.target.form.submit());
})();
