// The idle clock. The server ends a session after data-idle-seconds without work; two minutes before, a dialog asks.
// Tabs share one moment, the last contact with the server, in localStorage; nothing else is stored.
"use strict";
(() => {
  const idleSeconds = Number(document.body.dataset.idleSeconds);
  const dialog = document.getElementById("sap-het-phien");
  if (!idleSeconds || !dialog || !dialog.showModal) return;

  const KEY = "portal.last-contact";
  const WARN_SECONDS = Math.min(120, idleSeconds / 2);
  const QUIET_SECONDS = Math.min(180, idleSeconds / 4); // an officer who types without sending: tell the server this often
  const clock = dialog.querySelector("[data-clock]");
  const title = document.title;
  let active = false;
  let mine = Date.now();

  function contact() {
    mine = Date.now();
    try { localStorage.setItem(KEY, String(mine)); } catch (error) { /* storage is off: this tab counts alone */ }
  }
  function last() {
    let shared = 0;
    try { shared = Number(localStorage.getItem(KEY)) || 0; } catch (error) { /* as above */ }
    return Math.max(mine, Math.min(shared, Date.now()));
  }

  async function stay() {
    active = false;
    const url = document.body.dataset.stayUrl + "?path=" + encodeURIComponent(location.pathname);
    try {
      const answer = await portal.post(url);
      if (answer.signedOut) return leave();
      if (answer.ok) contact();
    } catch (error) {
      portal.say("Không nối được máy chủ, chưa gia hạn được phiên. Nội dung đã lưu nháp vẫn còn.");
    }
    tick();
  }

  function leave() {
    location.assign(portal.signInAddress());
  }

  function tick() {
    const left = Math.ceil(idleSeconds - (Date.now() - last()) / 1000);
    if (left <= 0) return leave();
    if (left > WARN_SECONDS) {
      if (dialog.open) { dialog.close(); document.title = title; }
      if (active && idleSeconds - left > QUIET_SECONDS) stay();
      return;
    }
    if (!dialog.open) {
      if (active) return void stay();
      document.dispatchEvent(new CustomEvent("portal:save-now"));
      dialog.showModal();
    }
    clock.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    document.title = "Sắp hết phiên (" + clock.textContent + ")";
  }

  contact();
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && !event.target.closest("[data-background]")) contact();
  });
  document.addEventListener("portal:saved", contact);
  for (const name of ["keydown", "pointerdown"]) {
    document.addEventListener(name, () => { if (!dialog.open) active = true; }, { passive: true });
  }
  dialog.querySelector("[data-stay]").addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  window.addEventListener("storage", (event) => { if (event.key === KEY) tick(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
  setInterval(tick, 1000);
})();
