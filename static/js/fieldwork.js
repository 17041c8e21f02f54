// Typing a sheet back: 1–5 chooses a box and goes on to the next person, 0 clears, a scanned code leads to its household.
"use strict";
(() => {
  const form = document.getElementById("ket-qua");
  const groups = form ? [...form.querySelectorAll("[data-boxes]")] : [];

  const chosen = (group) => (group.querySelector("input:checked") || { value: "" }).value;
  function entry(group) {
    return group.querySelector("input:checked") || group.querySelector("input");
  }
  function pick(group, value) {
    const radio = [...group.querySelectorAll("input")].find((one) => one.value === value);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const group = event.target.closest && event.target.closest("[data-boxes]");
    if (!group || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const value = event.key === "0" || event.key === "Backspace" || event.key === "Delete" ? "" : event.key;
    if (value !== "" && !/^[1-5]$/.test(value)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!pick(group, value)) return;
    const next = value === "2" ? group.parentElement.querySelector(".field-remark input") : groups[groups.indexOf(group) + 1];
    if (value === "") entry(group).focus();
    else if (!next) entry(group).focus();
    else if (next.matches("[data-boxes]")) entry(next).focus();
    else next.focus();
  }, true);

  for (const button of document.querySelectorAll("[data-all-right]")) {
    button.addEventListener("click", () => {
      for (const group of button.closest(".field-home").querySelectorAll("[data-boxes]")) if (chosen(group) === "") pick(group, "1");
    });
  }

  const progress = document.querySelector("[data-progress]");
  function count() {
    const done = groups.filter((group) => chosen(group) !== "").length;
    progress.textContent = "Đã nhập " + done + "/" + progress.dataset.people + " người";
  }
  if (form && progress) form.addEventListener("change", count);

  // A code of this very sheet leads to its household without leaving the page, and what was typed stays.
  for (const find of document.querySelectorAll("[data-find-code]")) {
    find.addEventListener("submit", (event) => {
      const code = find.elements.ma.value.trim();
      const home = code && document.querySelector('[data-code="' + CSS.escape(code) + '"]');
      if (!home) return;
      event.preventDefault();
      find.elements.ma.value = "";
      home.scrollIntoView({ block: "start" });
      const open = [...home.querySelectorAll("[data-boxes]")].find((group) => chosen(group) === "");
      if (open) entry(open).focus({ preventScroll: true });
      else home.focus({ preventScroll: true });
    });
  }
})();
