"use strict";
// Pictures of a record: fetched after the page, drawn by ECharts, zoomable, saved as picture or as data. Texts come from the page.
(async () => {
  const MANY = 2000; // points of a picture that are drawn on a canvas, from plain numbers
  const place = document.querySelector("[data-pictures]");
  if (!place) return;
  const words = place.dataset;
  const say = (text) => { place.replaceChildren(Object.assign(document.createElement("p"), { className: "quiet", textContent: text })); };
  say(words.wait);
  let pictures;
  try { // asked for before ECharts is read, which takes as long as the answer
    const answer = await fetch(words.pictures, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    pictures = await answer.json();
    if (!window.echarts) await new Promise((read) => { document.addEventListener("DOMContentLoaded", read, { once: true }); });
  } catch { say(words.fault); return; }
  if (!pictures.length) { say(words.none); return; }
  place.replaceChildren();
  const font = getComputedStyle(document.body).fontFamily;
  pictures.forEach(({ option }, at) => { // labels that two neighbours share come once
    if (option.xAxis.type === "category") option.xAxis.data ??= pictures[at - 1].option.xAxis.data;
  });
  const charts = pictures.map((picture) => draw(picture));
  new ResizeObserver(() => charts.forEach((chart) => chart.resize())).observe(place);

  function draw(picture) {
    const panel = document.createElement("section"), head = document.createElement("div"), canvas = document.createElement("div");
    panel.className = "panel picture";
    head.className = "titles";
    canvas.className = "canvas";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${picture.title}. ${picture.note}`);
    head.append(Object.assign(document.createElement("h2"), { textContent: picture.title }));
    panel.append(head, canvas, Object.assign(document.createElement("p"), { className: "quiet", textContent: picture.note }));
    place.append(panel);
    const option = picture.option, count = Math.max(...option.series.map((one) => one.data.length));
    option.textStyle = { ...option.textStyle, fontFamily: font };
    option.tooltip = { trigger: "axis", confine: true, renderMode: "richText" }; // the policy of the page allows no styles in markup
    if (option.xAxis.type === "category") {
      option.dataZoom = [{ type: "inside" }];
      if (count > 60) { option.dataZoom.push({ type: "slider", height: 16, bottom: 4, showDataShadow: count <= 10 * MANY }); option.grid.bottom = 28; }
    }
    const chart = echarts.init(canvas, null, { renderer: count > MANY ? "canvas" : "svg" });
    chart.on("finished", () => { place.dataset.drawn = String(Number(place.dataset.drawn ?? 0) + 1); chart.off("finished"); });
    chart.setOption(count > MANY ? { ...option, series: option.series.map(packed) } : option);
    head.append(button(words.all, () => chart.dispatchAction({ type: "dataZoom", start: 0, end: 100 })),
      button(words.picture, () => save(picture.title, image(chart, option, canvas))),
      button(words.numbers, () => save(`${picture.title}.csv`, URL.createObjectURL(new Blob([table(option)], { type: "text/csv" })))));
    return chart;
  }

  // A line's values as pairs (place, value) in one block, which ECharts takes without copying; a gap is NaN.
  function packed(one) {
    if (one.type !== "line" || !one.data.every((value) => typeof value === "number" || value === "-")) return one;
    const data = new Float64Array(2 * one.data.length);
    one.data.forEach((value, at) => { data[2 * at] = at; data[2 * at + 1] = value === "-" ? NaN : value; });
    return { ...one, data };
  }

  function button(text, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-ghost-secondary no-print", textContent: text });
    made.addEventListener("click", act);
    return made;
  }

  // Whatever draws the page, the file is a bitmap with a white ground, large enough for paper.
  function image(chart, option, canvas) {
    const off = document.createElement("div");
    off.className = "off-screen";
    off.append(document.createElement("div"));
    document.body.append(off);
    const copy = echarts.init(off.firstChild, null, { renderer: "canvas", width: canvas.clientWidth, height: canvas.clientHeight });
    copy.setOption({ ...option, dataZoom: [] });
    const url = copy.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#ffffff" });
    copy.dispose();
    off.remove();
    return url;
  }

  function save(name, url) {
    const link = Object.assign(document.createElement("a"), { href: url, download: name.replace(/[\\/:*?"<>|]/g, "_") });
    link.click();
    if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  // A first cell that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers.
  function table(option) {
    const plain = (one) => (one !== null && typeof one === "object" && !Array.isArray(one) ? one.value : one);
    const cell = (one) => {
      const text = String(one ?? ""), safe = typeof one === "number" || !/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) || text === "-" ? text : `'${text}`;
      return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    const labels = option.xAxis.data, lines = option.series.filter((one) => one.type === "line");
    const rows = labels
      ? labels.map((label, at) => [label, ...lines.map((one) => plain(one.data[at]))])
      : option.series.flatMap((one) => one.data.map((point) => [one.name, ...[plain(point)].flat()]));
    const head = labels ? ["", ...lines.map((one) => one.name)] : ["", "x", "y"];
    return "\ufeff" + [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  }
})();
