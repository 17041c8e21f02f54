// The case page: a key that needs something typed first puts the cursor there; the second press, or Enter, sends.
"use strict";
(() => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".case-outcomes button[type=submit]");
    if (!button || event.detail !== 0) return; // only from the keyboard
    const empty = [...button.form.elements].find((field) => field.required && !field.value);
    if (!empty) return;
    event.preventDefault();
    empty.focus();
  });
})();
