// Shared by the other scripts: the CSRF token, posting, messages, and the shape of time.
// Loaded first. Everything here is an addition: every page works without it.
"use strict";
document.documentElement.classList.add("has-script");

window.portal = {
  csrf() {
    const headers = document.body.getAttribute("hx-headers");
    return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
  },

  // POST and answer the response; a redirect to the sign-in page is told as `signedOut`.
  async post(url, body, options) {
    const response = await fetch(url, {
      method: "POST", body: body, credentials: "same-origin",
      headers: { "X-CSRFToken": portal.csrf(), "X-Requested-With": "XMLHttpRequest" }, ...options,
    });
    const signedOut = response.redirected || response.status === 401 || response.status === 403;
    return { ok: response.ok && !signedOut, signedOut: signedOut, response: response };
  },

  clock(date) {
    const two = (number) => String(number).padStart(2, "0");
    return two(date.getHours()) + ":" + two(date.getMinutes());
  },

  signInAddress() {
    const next = location.pathname + location.search;
    return document.body.dataset.signInUrl + "?next=" + encodeURIComponent(next);
  },

  typing(target) {
    return Boolean(target.closest && target.closest("input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]"));
  },

  shown(element) {
    return element.getClientRects().length > 0 && !element.disabled;
  },

  // One line at the top of the page, for troubles of the line. `kind` as in components/notice.html.
  say(text, kind) {
    const place = document.getElementById("thong-bao");
    if (!place) return;
    const old = [...place.querySelectorAll("[data-from-script]")].find((notice) => notice.textContent === text);
    if (old) return;
    const notice = document.createElement("div");
    notice.className = "notice notice-" + (kind || "warn");
    notice.dataset.fromScript = "";
    notice.textContent = text;
    place.append(notice);
  },
};

// Fragments that did not come: say so, never leave the officer waiting before a dead button.
document.addEventListener("htmx:sendError", () => portal.say("Không nối được máy chủ. Kiểm tra đường truyền rồi thử lại."));
document.addEventListener("htmx:timeout", () => portal.say("Máy chủ chưa trả lời. Chờ một lát rồi thử lại."));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 404) portal.say("Không tìm thấy phần vừa yêu cầu. Tải lại trang để xem dữ liệu mới nhất.");
  else if (status === 403) portal.say("Yêu cầu bị từ chối. Tải lại trang; nếu vẫn vậy, đăng nhập lại.");
  else if (status === 429) portal.say("Thao tác quá nhanh. Chờ một phút rồi thử lại.");
  else portal.say("Chưa thực hiện được vì máy chủ gặp lỗi. Thử lại; nếu vẫn vậy, báo quản trị.");
});
// A fragment answered by the sign-in page means that the session is over.
document.addEventListener("htmx:beforeSwap", (event) => {
  const signIn = document.body.dataset.signInUrl;
  const from = event.detail.xhr.responseURL;
  if (!signIn || !from || new URL(from).pathname !== signIn) return;
  event.detail.shouldSwap = false;
  location.assign(portal.signInAddress());
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close-notice]");
  if (close) close.closest(".notice").remove();
});

// A table that scrolls inside its box can be scrolled with the keyboard: also one that came later, or grew with a font.
(() => {
  const BOXES = ".table-box:not(.table-stack)";
  function reach(box) {
    const scrolls = box.scrollWidth > box.clientWidth;
    if (scrolls && !box.hasAttribute("tabindex")) { box.tabIndex = 0; box.dataset.reach = ""; }
    else if (!scrolls && "reach" in box.dataset) { box.removeAttribute("tabindex"); delete box.dataset.reach; }
  }
  const sizes = new ResizeObserver((changes) => {
    for (const box of new Set(changes.map((one) => one.target.closest(BOXES)))) if (box) reach(box);
  });
  function watch(root) {
    for (const box of root.querySelectorAll(BOXES)) for (const one of [box, ...box.children]) sizes.observe(one);
  }
  watch(document);
  document.addEventListener("htmx:load", (event) => watch(event.detail.elt.parentNode || document));
})();
