// The page of many cases: one button ticks all of them, or none when all are ticked.
"use strict";
(() => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick-all]");
    if (!button) return;
    const boxes = [...button.form.querySelectorAll("input[type=checkbox][name=case]")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
})();
