"use strict";
// The cockpit: draws the charts whose options stand in the page, loads what is slow, opens the records behind a point.
(() => {
  const charts = new Map();
  const data = JSON.parse(document.getElementById("charts").textContent);
  for (const one of data) {
    const place = document.querySelector(`[data-chart="${one.key}"]`);
    if (!place) continue;
    const chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption(one.option);
    chart.on("click", (point) => {
      const address = one.addresses[point.dataIndex];
      if (point.componentType === "series" && address) location.href = address;
    });
    charts.set(place, chart);
  }
  const fit = () => charts.forEach((chart) => chart.resize());
  new ResizeObserver(fit).observe(document.querySelector(".cockpit"));
  window.addEventListener("beforeprint", fit);
  document.querySelector("[data-submit]")?.addEventListener("change", (event) => event.target.form.submit());
  for (const place of document.querySelectorAll("[data-load]")) {
    fetch(place.dataset.load, { headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((text) => { place.innerHTML = text; })
      .catch(() => { place.textContent = "未能核对：请刷新页面重试。"; });
  }
})();
