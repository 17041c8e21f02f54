// The one box: suggestions come by htmx into a listbox; arrows walk, Enter opens, Escape closes.
// A wedge scanner types fast and ends with Enter: with nothing chosen, Enter submits the form as it would without script.
"use strict";
(() => {
  const form = document.querySelector("[data-search]");
  if (!form) return;
  const box = form.querySelector("input[name=q]");
  const list = document.getElementById(box.getAttribute("aria-controls"));
  const LEAST_LETTERS = 2;
  let chosen = -1;

  const options = () => [...list.querySelectorAll('[role="option"]:not([aria-disabled="true"])')];

  function choose(index) {
    const all = options();
    chosen = all.length ? (index + all.length) % all.length : -1;
    all.forEach((option, i) => {
      option.id = option.id || "goi-y-" + i;
      option.setAttribute("aria-selected", String(i === chosen));
    });
    if (chosen < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function close() {
    list.replaceChildren();
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  box.addEventListener("htmx:configRequest", (event) => {
    if (box.value.trim().length >= LEAST_LETTERS) return;
    event.preventDefault();
    close();
  });
  list.addEventListener("htmx:afterSwap", () => {
    if (document.activeElement !== box) return close();
    chosen = -1;
    options().forEach((option, i) => {
      option.id = option.id || "goi-y-" + i;
      option.tabIndex = -1;
      option.setAttribute("aria-selected", "false");
    });
    box.setAttribute("aria-expanded", String(list.childElementCount > 0));
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = list.childElementCount > 0;
    if (event.key === "ArrowDown" && open) choose(chosen + 1);
    else if (event.key === "ArrowUp" && open) choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Escape" && open) close();
    else if (event.key === "Enter" && open && chosen >= 0) options()[chosen].click();
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    if (!box.value.trim()) event.preventDefault();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) setTimeout(close, 150);
  });
  window.addEventListener("pageshow", close);
})();
