"use strict";
// Loads what takes longer than the page: an element with data-load is filled from that address.
(() => {
  for (const place of document.querySelectorAll("[data-load]")) {
    fetch(place.dataset.load, { headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((text) => { place.innerHTML = text; })
      .catch(() => { place.textContent = place.dataset.failed; });
  }
})();
