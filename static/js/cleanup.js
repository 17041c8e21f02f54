// The case page. An outcome opens with the cursor in its first field; by its key, one that needs nothing more is sent at
// once. "Sửa" puts the cursor into the first field of the record.
"use strict";
(() => {
  const typed = (form) => [...form.elements].filter((field) => field.matches("input:not([type=hidden]), select, textarea"));
  const empty = (form) => typed(form).find((field) => field.required && !field.value);

  document.addEventListener("click", (event) => {
    const edit = event.target.closest("[data-first-field]");
    if (edit) {
      event.preventDefault();
      const fields = typed(document.getElementById(edit.dataset.firstField));
      const field = fields.find((one) => portal.shown(one) && !one.readOnly && (one.type !== "radio" || one.checked)) || fields[0];
      if (!field) return;
      field.focus();
      if (field.select && field.matches("input:not([type=checkbox]):not([type=radio])")) field.select();
      return;
    }
    const opener = event.target.closest("summary[data-outcome]");
    if (!opener) return;
    const details = opener.parentElement;
    const form = details.querySelector("form");
    const byKey = event.detail === 0;
    if (details.open && !byKey) return; // the mouse closes it
    event.preventDefault();
    details.open = true;
    const lacking = empty(form);
    if (byKey && !lacking && form.requestSubmit) form.requestSubmit();
    else (lacking || typed(form)[0]).focus();
  });
})();
