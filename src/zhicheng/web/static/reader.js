"use strict";
// The reader: a click on a number opens the drawer with what stands behind it; Escape closes it.
(() => {
  const drawer = document.getElementById("drawer"), body = drawer.querySelector("div");
  let opened = null;
  const close = () => { drawer.hidden = true; opened?.classList.remove("open"); opened?.focus(); opened = null; };
  const show = async (no, link) => {
    opened?.classList.remove("open");
    opened = link;
    link.classList.add("open");
    try {
      const answer = await fetch(drawer.dataset.base + no, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      body.innerHTML = await answer.text();
    } catch {
      body.textContent = drawer.dataset.failed;
    }
    drawer.hidden = false;
    drawer.scrollTop = 0;
    drawer.focus({ preventScroll: true });
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) return close();
    const link = event.target.closest("a.figure, a.target, a.declared, a[data-no]");
    if (!link || event.ctrlKey || event.metaKey) return;
    const no = link.dataset.no || link.getAttribute("href").slice(1);
    if (!/^[FTD][0-9]+$/.test(no)) return;
    event.preventDefault();
    show(no, link);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !drawer.hidden) close(); });
})();
