"use strict";
// The review: findings filtered by severity and check; a click on a place brings the other column to it as well.
(() => {
  const items = [...document.querySelectorAll(".finding")], sieve = document.querySelector(".sieve");
  const filter = () => {
    const boxes = [...sieve.querySelectorAll("input[data-severity]")];
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.severity));
    const aside = sieve.querySelector("input[data-aside]")?.checked ?? true, check = sieve.querySelector("[data-check]").value;
    let shown = 0;
    for (const item of items) {
      const wanted = severities.has(item.dataset.severity) && (!check || item.dataset.check === check) && (aside || !("aside" in item.dataset));
      item.hidden = !wanted;
      shown += wanted;
    }
    sieve.querySelector("[data-shown]").textContent = shown;
  };
  sieve?.addEventListener("change", filter);
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".to, mark a");
    const item = link && document.querySelector(link.getAttribute("href"));
    if (item?.hidden) item.hidden = false;
  });
})();
