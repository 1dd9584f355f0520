"use strict";
// On a wide screen an unsent form also goes to the server, two seconds after the last change (the phone keeps its own: drafts.js).
// Never sent: passwords, PINs, badges and files.

(() => {
  for (const forget of document.querySelectorAll("form[data-forget]")) {
    forget.addEventListener("submit", () => localStorage.removeItem(forget.dataset.forget)); // the copy on this device goes too
  }
  const form = document.querySelector("form[data-draft]");
  const place = form?.querySelector("[data-keep]");
  if (!place) return;
  const wide = matchMedia("(min-width: 801px)");
  const kept = (name, value) => !(value instanceof File) && !["password", "pin", "badge", "kept"].includes(name);
  const offered = document.querySelector("[data-server-draft]"); // until it is taken or dropped, nothing may overwrite it
  let waiting = 0, sent = false;
  const changed = () => {
    clearTimeout(waiting);
    if (wide.matches && !sent && (!offered || offered.hidden)) waiting = setTimeout(() => htmx.trigger(place, "keep"), 2000);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => { sent = true; clearTimeout(waiting); });
  window.addEventListener("pageshow", () => { sent = false; });
  place.addEventListener("htmx:config:request", (event) => {
    const body = new FormData();
    for (const [name, value] of event.detail.ctx.request.body) if (kept(name, value)) body.append(name, value);
    event.detail.ctx.request.body = body;
  });
})();
