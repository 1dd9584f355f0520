"use strict";
// What was typed and not yet sent stays on this device, under the person's number, for a week.
// Never kept: passwords, PINs, badges, files, and the form's own hidden fields.

(() => {
  const form = document.querySelector("form[data-draft]");
  const bar = document.querySelector("[data-draft-bar]");
  const WEEK = 7 * 86400000;
  const prefix = "zhicheng-draft:";

  const read = (key) => {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  };
  const write = (key, draft) => {
    try { localStorage.setItem(key, JSON.stringify(draft)); } catch { /* a full or forbidden store: nothing is kept */ }
  };
  for (const key of Object.keys(localStorage).filter((k) => k.startsWith(prefix))) {
    const draft = read(key);
    // a page that was reached after sending means that the server took it, unless it is the form itself again
    if (!draft || Date.now() - draft.at > WEEK || (draft.sent && (!form || key !== form.dataset.draft || form.dataset.saved))) localStorage.removeItem(key);
  }
  if (!form) return;

  const key = form.dataset.draft;
  const kept = (field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type) && !["badge", "pin"].includes(field.name);
  const collect = () => {
    const values = [];
    for (const field of form.elements) {
      if (!kept(field) || (["radio", "checkbox"].includes(field.type) && !field.checked)) continue;
      values.push([field.name, field.value]);
    }
    return values;
  };
  const first = JSON.stringify(collect());

  function restore(values) {
    for (const grid of form.querySelectorAll("[data-grid]")) {
      const name = grid.querySelector("template").content.querySelector("[name$='-rows']").name.replace(/-rows$/, "");
      const rows = new Set(values.filter(([n]) => n.startsWith(`${name}-`)).map(([n]) => Number(n.slice(name.length + 1).split("-")[0])));
      const last = Math.max(-1, ...rows);
      while (Number(grid.dataset.next) <= last) addRow(grid, false);
      for (const row of [...grid.querySelectorAll("tbody tr")]) {
        if (!rows.has(Number(row.querySelector("[name$='-rows']").value))) row.remove();
      }
    }
    for (const field of form.elements) if (["radio", "checkbox"].includes(field.type)) field.checked = false;
    for (const [name, value] of values) {
      const field = form.elements.namedItem(name); // a fact may be called "item", as a method of the collection is
      if (field instanceof RadioNodeList) field.value = value;
      else if (field && field.type === "checkbox") field.checked = true;
      else if (field) { field.value = value; mark(field); }
    }
    for (const field of form.querySelectorAll("[data-late]")) showLate(field);
  }

  const draft = read(key);
  // The server's draft of this form (server_drafts.js) is offered in its place, unless what this device kept is newer.
  const server = document.querySelector("[data-server-draft]");
  const newer = !server || (draft && draft.at > Number(server.dataset.serverDraft) + 15000);
  if (draft && newer && bar && JSON.stringify(draft.values) !== first && !form.dataset.returned) {
    bar.hidden = false;
    if (server) server.hidden = true;
    bar.querySelector("[data-draft-at]").textContent = new Date(draft.at).toLocaleString("sv"); // as everywhere: 2017-03-08 14:05:00
    bar.addEventListener("click", (event) => {
      if (event.target.closest("[data-draft-restore]")) restore(draft.values);
      else if (event.target.closest("[data-draft-drop]")) localStorage.removeItem(key);
      else return;
      bar.hidden = true;
    });
  }

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => write(key, { at: Date.now(), values: collect() }), 400);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    write(key, { at: Date.now(), values: collect(), sent: navigator.onLine });
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.querySelector("[data-offline]").hidden = false;
  });
  window.addEventListener("online", () => { document.querySelector("[data-offline]").hidden = true; });
})();
