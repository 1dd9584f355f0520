"use strict";
// The verify page: files dropped on their field, the name of what was chosen, one submission at a time.
(() => {
  for (const drop of document.querySelectorAll("[data-drop]")) {
    const input = drop.querySelector("input"), name = drop.querySelector("[data-name]");
    const show = () => {
      if (!input.files.length) return;
      name.textContent = `${input.files[0].name}\u2003${(input.files[0].size / 1048576).toFixed(2)} MB`;
      drop.classList.add("filled");
    };
    input.addEventListener("change", show);
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => { event.preventDefault(); if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show(); } });
  }
  document.querySelector(".verify form").addEventListener("submit", (event) => {
    const button = event.target.querySelector("[data-wait]");
    button.textContent = button.dataset.wait;
    button.disabled = true;
  });
  document.getElementById("result")?.focus();
})();
