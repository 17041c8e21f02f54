// Drafts. <form data-autosave-url="…"> is posted there 800 ms after the last keystroke, and when the page is left.
// The answer may be {"saved_at": "10:42", "version": "…", "said": ["…"], "fields": {"draft": "…"}}: `said` is told to the
// officer (a colleague took the form over, another window saved it), `fields` are written back into the form.
// Status goes to [data-autosave-status] in the form (or the one whose value is the form's id).
//
// Sending: the draft is saved first, by the same road. Where that fails the line is cut or the server is down, and the
// form stays as it is; a submit would have left the officer before the browser's error page.
"use strict";
(() => {
  const PAUSE_MS = 800;
  const RETRY_MS = [2000, 5000, 10000, 30000];
  const PATIENCE_MS = 15000; // without an answer for so long the line counts as cut
  const NEVER = ["password", "file"];
  const CUT = "Mất kết nối, chưa ghi. Nội dung trên màn hình còn nguyên; có mạng lại thì bấm ghi lần nữa.";

  for (const form of document.querySelectorAll("form[data-autosave-url]")) watch(form);
  document.addEventListener("htmx:load", (event) => {
    for (const form of event.target.querySelectorAll("form[data-autosave-url]")) watch(form);
  });

  function watch(form) {
    if (form.dataset.autosaving) return;
    form.dataset.autosaving = "yes";
    const status = form.querySelector("[data-autosave-status]") ||
      (form.id && document.querySelector('[data-autosave-status="' + form.id + '"]'));
    let timer = 0, tries = 0, dirty = false, sent = false, asking = false, passed = false;
    let sending = null; // the save that is on its way
    let version = form.dataset.autosaveVersion || "";

    function show(state, text) {
      if (!status) return;
      status.dataset.state = state;
      if (status.textContent !== text) status.textContent = text;
    }

    // Where the officer's hand is: beside the button. Gone with the next save that arrives.
    let notice = null;
    function trouble(text) {
      if (notice) notice.remove();
      notice = null;
      if (!text) return;
      notice = document.createElement("div");
      notice.className = "notice notice-block";
      notice.setAttribute("role", "alert");
      notice.textContent = text;
      const foot = form.querySelector(".form-foot");
      if (foot) foot.prepend(notice); else form.append(notice);
      notice.scrollIntoView({ block: "nearest" });
    }

    function fields() {
      const data = new FormData(form);
      for (const input of form.elements) if (NEVER.includes(input.type) && input.name) data.delete(input.name);
      return new URLSearchParams(data);
    }

    async function post(options) {
      const url = form.dataset.autosaveUrl + (version ? "&version=" + encodeURIComponent(version) : "");
      const patience = new AbortController();
      const clock = setTimeout(() => patience.abort(), PATIENCE_MS);
      try {
        const answer = await portal.post(url, fields(), { signal: patience.signal, ...options });
        if (!answer.ok) throw answer.signedOut ? new Error("signed out") : new Error("refused");
        return await answer.response.json().catch(() => ({}));
      } finally {
        clearTimeout(clock);
      }
    }

    function told(answer) {
      for (const [name, value] of Object.entries(answer.fields || {})) if (form.elements[name]) form.elements[name].value = value;
      if (answer.version) version = answer.version;
      trouble("");
      for (const sentence of answer.said || []) portal.say(sentence, "warn");
      if (answer.saved_at !== null) show("saved", "đã lưu " + (answer.saved_at || portal.clock(new Date())));
      else if ((answer.said || []).length) show("failed", "chưa lưu được");
      document.dispatchEvent(new CustomEvent("portal:saved"));
    }

    function save(options) {
      clearTimeout(timer);
      if (!dirty || sending || sent) return;
      sending = attempt(options).finally(() => {
        sending = null;
        if (dirty && !tries && !sent) later();
      });
    }

    // Answers whether the server has heard: true also when it signed the officer out or refused, and so can answer.
    async function attempt(options) {
      dirty = false;
      try {
        told(await post(options));
        tries = 0;
        return true;
      } catch (error) {
        dirty = true;
        const over = error.message === "signed out";
        show("failed", over ? "chưa lưu được: phiên đã hết, hãy đăng nhập lại" : "chưa lưu được, sẽ thử lại");
        if (!over) timer = setTimeout(save, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
        return over || error.message === "refused";
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
    // What is in the form went to the server with another form (a scanned card): a save must not come after it.
    form.addEventListener("portal:sent-otherwise", () => {
      sent = true;
      clearTimeout(timer);
    });

    // One save at a time: a late one must not arrive after the form, and bring the draft back.
    async function send(button) {
      asking = true;
      form.setAttribute("aria-busy", "true");
      show("", "đang gửi…");
      if (sending) await sending;
      clearTimeout(timer);
      const heard = await attempt();
      clearTimeout(timer);
      asking = false;
      form.removeAttribute("aria-busy");
      if (!heard) {
        timer = setTimeout(save, RETRY_MS[0]);
        show("failed", "chưa lưu được, sẽ thử lại");
        return trouble(CUT);
      }
      passed = true;
      try {
        form.requestSubmit(button || undefined);
      } finally {
        passed = false;
      }
    }

    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (!passed && form.requestSubmit) {
        event.preventDefault();
        if (!asking && !sent) send(event.submitter);
        return;
      }
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
