// Lists of cards: one button ticks every box of its form, or none when all are ticked. data-tick-all may hold the end of
// the boxes' names where a line has several.
"use strict";
(() => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick-all]");
    if (!button || !button.form) return;
    const end = button.dataset.tickAll || "file";
    const boxes = [...button.form.querySelectorAll("input[type=checkbox]")].filter((box) => box.name.endsWith(end));
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
})();
