// A proposal that the officer accepts: <button data-fill="id_of_field" data-fill-with="text">. The field hears of it as
// if it had been typed, so that drafts and hints follow.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const field = document.getElementById(button.dataset.fill);
  if (!field) return;
  field.value = button.dataset.fillWith;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
});
