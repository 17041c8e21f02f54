// A QR scanner types like a keyboard: digits first, "|" between the parts, Enter or Tab at the end.
// The text of a card is sent by POST only and asks for no suggestions: it must not stand in an address or a log.
// Without this script a card is scanned into a box and sent with its button.
"use strict";
(() => {
  const CARD = /\d{11,12}\|/;
  const MRZ = /^\s*[I1]\s*DVNM/i;
  const LEAST_BARS = 6, MRZ_LENGTH = 90;
  const FAST_MS = 60, FAST_KEYS = 4; // nobody types four digits at that pace
  const HELD_UP_MS = 1000;

  const bars = (text) => text.split("|").length - 1;
  const isScan = (text) => text.includes("|") || MRZ.test(text);
  const isWhole = (text) => bars(text) >= LEAST_BARS || (MRZ.test(text) && text.replace(/\s/g, "").length >= MRZ_LENGTH);
  const lastsLonger = (text) => MRZ.test(text) && !isWhole(text); // two more lines of an MRZ are to come

  const searchForm = document.querySelector("[data-search]");
  const scanField = document.querySelector("[data-scan]");
  if (searchForm) watchBox(searchForm);
  for (const field of document.querySelectorAll("[data-scan]")) endsScan(field, field.form);
  for (const form of document.querySelectorAll("[data-scan-fills]")) watchForm(form, document.getElementById(form.dataset.scanFills));

  function watchBox(form) {
    const box = form.elements.q;
    box.addEventListener("htmx:configRequest", (event) => { if (isScan(box.value)) event.preventDefault(); });
    endsScan(box, form);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !box.value.trim()) return;
      if (isScan(box.value)) return setTimeout(() => { box.value = ""; }); // after the browser has gathered the form
      event.preventDefault(); // a plain question needs no detour over the scan's address
      location.assign(form.dataset.searchUrl + "?q=" + encodeURIComponent(box.value.trim()));
    });
  }

  // Tab ends a scan as Enter does; either is only a new line while the rest of an MRZ is still on its way.
  function endsScan(field, form) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Tab") return;
      if (lastsLonger(field.value)) {
        if (field.tagName === "TEXTAREA" && event.key === "Enter") return;
        event.preventDefault();
        event.stopImmediatePropagation();
      } else if (isWhole(field.value)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        if (form.requestSubmit) form.requestSubmit();
        else form.submit();
      }
    }, true);
  }

  // A card scanned into whatever field of the form has the cursor goes over to the scan field.
  function watchForm(form, main) {
    const scan = form.querySelector("[data-scan]");
    if (!main || !scan) return;
    main.addEventListener("input", (event) => {
      const field = event.target;
      const at = field.matches("input, textarea") ? field.value.search(CARD) : -1;
      if (at < 0) return;
      scan.value = field.value.slice(at);
      field.value = field.value.slice(0, at);
      scan.focus();
    });
    form.addEventListener("submit", () => {
      for (const old of form.querySelectorAll("[data-along]")) old.remove();
      for (const [name, value] of new FormData(main)) {
        if (name === "csrfmiddlewaretoken" || typeof value !== "string") continue;
        const along = document.createElement("input");
        Object.assign(along, { type: "hidden", name: "phieu-" + name, value: value });
        along.dataset.along = "";
        form.append(along);
      }
      main.dispatchEvent(new CustomEvent("portal:sent-otherwise"));
      setTimeout(() => { scan.value = ""; });
    });
  }

  // With no field under the cursor, a scan would press the page's one-letter keys. Its first digits catch it: four in a
  // row at the pace of a machine, together with those that a busy page held up just before.
  let digits = "", fast = 0, lastAt = 0;
  document.addEventListener("keydown", (event) => {
    const target = scanField || (searchForm && searchForm.elements.q);
    if (!target || event.ctrlKey || event.altKey || event.metaKey || portal.typing(event.target) || document.querySelector("dialog[open]")) return;
    const gap = event.timeStamp - lastAt;
    lastAt = event.timeStamp;
    if (!/^\d$/.test(event.key)) { digits = ""; fast = 0; return; }
    digits = (gap < HELD_UP_MS ? digits : "") + event.key;
    fast = gap < FAST_MS ? fast + 1 : 1;
    if (fast < FAST_KEYS) return;
    event.preventDefault();
    target.value = digits;
    target.focus();
    digits = "";
    fast = 0;
  }, true);

  // The page of differences: all fields with one press, still to be sent by the officer.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (!button) return;
    for (const radio of button.form.querySelectorAll('input[type="radio"][value="' + button.dataset.choose + '"]')) radio.checked = true;
  });
})();
