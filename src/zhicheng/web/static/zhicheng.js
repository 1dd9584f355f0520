"use strict";
// Behaviour of all pages: menus, keyboard, row tables, limits, forms that must not be sent twice.
// Everything is delegated from the document, so what htmx inserts later behaves the same.

const typing = (el) => el.closest("input, textarea, select, [contenteditable], dialog[open]");

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-toggle]");
  if (toggle) {
    const target = document.getElementById(toggle.dataset.toggle);
    if (target instanceof HTMLDialogElement) target.showModal();
    else if (target) target.classList.toggle("open");
    return;
  }
  const rail = document.getElementById("rail");
  if (rail && rail.classList.contains("open") && !event.target.closest("#rail")) rail.classList.remove("open");
  for (const menu of document.querySelectorAll("details.top-person[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copy]");
  if (copier) navigator.clipboard?.writeText(copier.parentElement.querySelector("[data-secret]").textContent).then(() => { copier.textContent = copier.dataset.copy; });
  const adder = event.target.closest("[data-add-row]");
  if (adder) addRow(adder.closest("[data-grid]"), true);
  const remover = event.target.closest("[data-remove-row]");
  if (remover) removeRow(remover);
  const filler = event.target.closest("[data-fill]");
  if (filler) fill(filler);
});

// Keyboard: / search, n new, j k rows, Enter opens, ? help.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const rows = [...document.querySelectorAll("[data-rows] a[data-open]")];
  const at = rows.indexOf(document.activeElement);
  if (event.key === "/") document.querySelector("[data-key='/']")?.focus();
  else if (event.key === "n") document.querySelector("[data-key='n']")?.click();
  else if (event.key === "j" && rows.length) rows[Math.min(at + 1, rows.length - 1)].focus();
  else if (event.key === "k" && rows.length) rows[Math.max(at - 1, 0)].focus();
  else if (event.key === "?") document.getElementById("keys")?.showModal();
  else return;
  event.preventDefault();
});

// A list's filters apply as soon as they are chosen; empty ones stay out of the address.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-filters] select, [data-filters] input[type=date], [data-filters] input[list]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-late]")) showLate(event.target);
  mark(event.target);
});
document.addEventListener("input", (event) => mark(event.target));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-filters]")) {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    return;
  }
  if (form.method !== "post" || form.method === "dialog") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1"; // the server keeps a token too: this only spares the second trip
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const field of document.querySelectorAll("[data-filters] :disabled")) field.disabled = false;
});

// Rows of a fact: add, remove, paste from a spreadsheet.
function addRow(grid, focus) {
  const body = grid.querySelector("tbody");
  const row = grid.querySelector("template").content.firstElementChild.cloneNode(true);
  const i = Number(grid.dataset.next);
  grid.dataset.next = i + 1;
  for (const field of row.querySelectorAll("[name]")) {
    field.name = field.name.replace("__i__", i);
    if (field.name.endsWith("-rows")) field.value = i;
  }
  for (const field of row.querySelectorAll("[aria-label]")) field.setAttribute("aria-label", field.getAttribute("aria-label").replace("__i__", body.rows.length + 1));
  body.append(row);
  if (focus) row.querySelector("input:not([type=hidden]), select")?.focus();
  return row;
}
function removeRow(button) {
  const row = button.closest("tr"), next = row.nextElementSibling || row.previousElementSibling;
  const grid = row.closest("[data-grid]");
  row.remove();
  told(grid);
  next?.querySelector("input:not([type=hidden]), select")?.focus();
}
// Values that no key put there are changes too: whoever keeps drafts hears of them.
function told(grid) {
  grid.dispatchEvent(new Event("input", { bubbles: true }));
}
function fill(button) {
  const grid = button.closest("[data-grid]");
  for (const field of grid.querySelectorAll(`tbody [data-column="${button.dataset.fill}"]`)) if (!field.value) field.value = button.dataset.value;
  told(grid);
}
document.addEventListener("paste", (event) => {
  const cell = event.target.closest("[data-grid] [data-column]");
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const grid = cell.closest("[data-grid]");
  let row = cell.closest("tr");
  const first = [...row.querySelectorAll("[data-column]")].indexOf(cell);
  for (const line of text.replace(/\r?\n$/, "").split(/\r?\n/)) {
    row = row || addRow(grid, false);
    const cells = [...row.querySelectorAll("[data-column]")].slice(first);
    line.split("\t").forEach((value, i) => cells[i] && put(cells[i], value.trim()));
    row = row.nextElementSibling;
  }
  told(grid);
});
function put(field, value) {
  if (field instanceof HTMLSelectElement) {
    const option = [...field.options].find((o) => o.value === value || o.text === value);
    if (option) field.value = option.value;
  } else field.value = value;
  mark(field);
}

// Limits: a measured value outside its limits is marked before saving, in colour and in words.
function mark(field) {
  const row = field.closest?.("[data-grid][data-limits] tr");
  if (!row) return;
  const grid = row.closest("[data-grid]");
  const limits = JSON.parse(grid.dataset.limits)[row.querySelector("[data-column=characteristic]")?.value.trim()];
  const input = row.querySelector("[data-column=value]"), said = row.querySelector("[data-said]"), shown = row.querySelector("[data-shown]");
  if (!input) return;
  row.classList.toggle("judged", Boolean(limits && (limits.lower !== null || limits.upper !== null)));
  if (shown) shown.textContent = limits ? limits.text : "";
  const value = parseFloat(input.value);
  const known = limits && !Number.isNaN(value) && (limits.lower !== null || limits.upper !== null);
  const out = known && ((limits.lower !== null && value < limits.lower) || (limits.upper !== null && value > limits.upper));
  input.classList.toggle("out", Boolean(out));
  input.classList.toggle("in", Boolean(known && !out));
  input.setAttribute("aria-invalid", String(Boolean(out)));
  if (said) said.textContent = known ? (out ? grid.dataset.out : grid.dataset.in) : "";
}

// The reason for a late entry is asked for as soon as the date is far enough back.
function showLate(field) {
  const reason = document.querySelector("[data-late-reason]");
  if (!reason || !field.value) return;
  const days = (Date.parse(field.dataset.today) - Date.parse(field.value)) / 86400000;
  if (!reason.dataset.keep) reason.hidden = days <= Number(field.dataset.late);
}

// What plays a part only where another field has certain values is asked for only then; a fault stays in sight.
function showConcerned() {
  for (const field of document.querySelectorAll("[data-when]")) {
    const name = CSS.escape(field.dataset.when);
    const other = document.querySelector(`select[name="${name}"], [name="${name}"]:checked`);
    const apart = other && other.closest("[data-when][hidden]");
    field.hidden = Boolean(other) && !field.classList.contains("bad") && (Boolean(apart) || !field.dataset.values.split(" ").includes(other.value));
  }
}
document.addEventListener("change", showConcerned);

document.addEventListener("DOMContentLoaded", () => {
  showConcerned();
  for (const field of document.querySelectorAll("[data-grid][data-limits] [data-column=value]")) mark(field);
  for (const field of document.querySelectorAll("[data-late]")) showLate(field);
  document.querySelector(".field.bad input, .field.bad select, .field.bad textarea, [autofocus]")?.focus();
});
