// Drafts. <form data-autosave-url="…"> is posted there 800 ms after the last keystroke, and when the page is left.
// The answer may be {"saved_at": "10:42", "fields": {"draft": "…"}}; `fields` are written back into the form.
// Status goes to [data-autosave-status] in the form (or the one whose value is the form's id).
"use strict";
(() => {
  const PAUSE_MS = 800;
  const RETRY_MS = [2000, 5000, 10000, 30000];
  const NEVER = ["password", "file"];

  for (const form of document.querySelectorAll("form[data-autosave-url]")) watch(form);
  document.addEventListener("htmx:load", (event) => {
    for (const form of event.target.querySelectorAll("form[data-autosave-url]")) watch(form);
  });

  function watch(form) {
    if (form.dataset.autosaving) return;
    form.dataset.autosaving = "yes";
    const status = form.querySelector("[data-autosave-status]") ||
      (form.id && document.querySelector('[data-autosave-status="' + form.id + '"]'));
    let timer = 0, tries = 0, dirty = false, sending = false, sent = false;

    function show(state, text) {
      if (!status) return;
      status.dataset.state = state;
      if (status.textContent !== text) status.textContent = text;
    }

    function fields() {
      const data = new FormData(form);
      for (const input of form.elements) if (NEVER.includes(input.type) && input.name) data.delete(input.name);
      return new URLSearchParams(data);
    }

    async function save(options) {
      clearTimeout(timer);
      if (!dirty || sending || sent) return;
      dirty = false;
      sending = true;
      try {
        const answer = await portal.post(form.dataset.autosaveUrl, fields(), options);
        if (!answer.ok) throw answer.signedOut ? new Error("signed out") : new Error("refused");
        const told = await answer.response.json().catch(() => ({}));
        for (const [name, value] of Object.entries(told.fields || {})) if (form.elements[name]) form.elements[name].value = value;
        tries = 0;
        if (told.saved_at !== null) show("saved", "đã lưu " + (told.saved_at || portal.clock(new Date())));
        document.dispatchEvent(new CustomEvent("portal:saved"));
      } catch (error) {
        dirty = true;
        const over = error.message === "signed out";
        show("failed", over ? "chưa lưu được: phiên đã hết, hãy đăng nhập lại" : "chưa lưu được, sẽ thử lại");
        if (!over) timer = setTimeout(save, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
      } finally {
        sending = false;
        if (dirty && !tries) later();
      }
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(save, PAUSE_MS);
    }
    function touched(event) {
      if (event.target.closest("[data-autosave-skip]")) return;
      dirty = true;
      tries = 0;
      later();
    }
    const leaving = () => save({ keepalive: true });

    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      sent = true;
      clearTimeout(timer);
    });
    document.addEventListener("portal:save-now", leaving);
    document.addEventListener("visibilitychange", () => { if (document.hidden) leaving(); });
    window.addEventListener("pagehide", leaving);
    window.addEventListener("online", () => { if (dirty) save(); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
    window.addEventListener("beforeunload", (event) => { if (dirty && tries && !sent) event.preventDefault(); });
  }
})();
