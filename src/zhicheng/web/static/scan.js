"use strict";
// Reading a code with the camera, where the browser itself can (BarcodeDetector, over HTTPS or on this machine): without
// it no button shows. What is read goes into the field beside the button; a search is made at once.

(async () => {
  const dialog = document.getElementById("scan");
  if (!dialog || !window.isSecureContext || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.length) return;
  document.documentElement.classList.add("scans");
  const video = dialog.querySelector("video"), said = dialog.querySelector("[role=status]");
  let stream = null, turn = 0;

  function stop() {
    turn += 1;
    for (const track of stream?.getTracks() ?? []) track.stop();
    video.srcObject = stream = null;
  }
  dialog.addEventListener("close", stop);

  async function camera(mine) {
    const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    if (mine !== turn) { for (const track of opened.getTracks()) track.stop(); return false; } // closed meanwhile
    stream = opened;
    video.srcObject = stream;
    await video.play();
    return mine === turn;
  }

  async function read(field) {
    stop();
    const mine = turn, detector = new BarcodeDetector({ formats });
    said.textContent = said.dataset.waiting;
    dialog.showModal();
    try {
      if (!(await camera(mine))) return;
    } catch (error) {
      if (mine === turn) said.textContent = error.name === "NotAllowedError" ? said.dataset.denied : said.dataset.missing;
      return;
    }
    said.textContent = said.dataset.looking;
    while (mine === turn) {
      const codes = await detector.detect(video).catch(() => []);
      const text = codes.map((code) => code.rawValue.trim()).find(Boolean);
      if (mine !== turn) return;
      if (text && field.maxLength > 0 && text.length > field.maxLength) said.textContent = said.dataset.long;
      else if (text) return took(field, text);
      await new Promise((go) => setTimeout(go, 120));
    }
  }

  function took(field, text) {
    dialog.close();
    navigator.vibrate?.(60);
    if (field.type === "search" && URL.canParse(text) && new URL(text).origin === location.origin) { location.href = text; return; }
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
    if (field.type === "search") field.form.requestSubmit();
  }

  document.addEventListener("click", (event) => {
    const field = event.target.closest("[data-scan]")?.parentElement.querySelector("input:not([type=hidden])");
    if (field) read(field);
  });
})();
