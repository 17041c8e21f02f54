// One click, one record. The pressed button is put to sleep and says "Đang ghi…"; coming back wakes it.
// The server refuses the second submit anyway (submit_token); this only spares the officer the doubt.
// data-busy-label on the button changes the words; data-many on the form leaves it alone (downloads, previews).
"use strict";
(() => {
  const asleep = new Map();

  function sleep(form, button) {
    form.dataset.sent = "yes";
    if (!button) return;
    asleep.set(button, { html: button.innerHTML, form: form });
    button.style.minWidth = button.offsetWidth + "px";
    button.disabled = true;
    button.textContent = button.dataset.busyLabel || "Đang ghi…";
  }
  function wake(form) {
    for (const [button, was] of asleep) {
      if (form && was.form !== form) continue;
      button.innerHTML = was.html;
      button.disabled = false;
      button.style.minWidth = "";
      asleep.delete(button);
    }
    for (const sent of document.querySelectorAll("form[data-sent]")) if (!form || form === sent) delete sent.dataset.sent;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method.toLowerCase() !== "post" || form.matches("[data-many], [target]")) return;
    if (form.dataset.sent) return event.preventDefault();
    if (event.defaultPrevented && !form.matches("[hx-post], [data-hx-post]")) return;
    const button = event.submitter || form.querySelector("button[type=submit], button:not([type])");
    setTimeout(() => sleep(form, button)); // after the browser has gathered the form: a sleeping button sends no value
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form");
    if (form) wake(form);
  });
  window.addEventListener("pageshow", () => wake());
})();
