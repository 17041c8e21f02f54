// Lists with boxes to tick: [data-tick-all="name"] ticks or clears the boxes of that name on the page, and
// [data-tick-count="name"] says how many are ticked. Without script the boxes are ticked one by one.
"use strict";
(() => {
  const boxes = (name) => [...document.querySelectorAll("input[type=checkbox]")].filter((one) => one.name === name);

  function tell(name) {
    const many = boxes(name).filter((box) => box.checked).length;
    for (const place of document.querySelectorAll("[data-tick-count]")) {
      if (place.dataset.tickCount === name) place.textContent = many ? "đã chọn " + many + " người" : "chưa chọn ai";
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick-all]");
    if (!button) return;
    const found = boxes(button.dataset.tickAll);
    const every = found.every((box) => box.checked);
    for (const box of found) box.checked = !every;
    tell(button.dataset.tickAll);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=checkbox]")) tell(event.target.name);
  });
  for (const place of document.querySelectorAll("[data-tick-count]")) tell(place.dataset.tickCount);
})();
