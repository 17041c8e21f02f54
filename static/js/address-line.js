// One typed line of address into its boxes, and an old name of a commune into today's.
// <input data-address-line="permanent" data-split-url="…"> fills name=permanent_unit, _hamlet, _street of its form.
// Without scripts the server does the same when the form is sent.
"use strict";
(() => {
  const PARTS = ["unit", "hamlet", "street"];

  for (const line of document.querySelectorAll("[data-address-line]")) watch(line);
  document.addEventListener("change", (event) => {
    const radio = event.target.closest("[data-choices-for] input[type=radio]");
    if (radio) choose(radio.form, radio.closest("[data-choices-for]").dataset.choicesFor, radio.value);
  });

  function watch(line) {
    const form = line.form;
    const kind = line.dataset.addressLine;
    let last = line.value;
    const split = () => { if (line.value.trim() && line.value !== last) { last = line.value; fill(line, form, kind); } };
    line.addEventListener("change", split);
    const button = form.querySelector('[data-split-line="' + kind + '"]');
    if (button) button.addEventListener("click", () => { last = ""; split(); });
    const unit = box(form, kind + "_unit");
    if (unit) unit.addEventListener("change", () => { if (unit.value.trim()) understand(line, form, kind, unit); });
  }

  // The text box of that name: radios to choose from bear the same one.
  function box(form, name) {
    return form.querySelector('input[name="' + name + '"]:not([type=radio])');
  }

  async function fill(line, form, kind) {
    const told = await ask(line, { line: line.value });
    if (!told) return;
    for (const part of PARTS) {
      const field = box(form, kind + "_" + part);
      if (!field || !told.fields[part]) continue;
      field.value = told.fields[part];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    offer(form, kind + "_unit", told.choices);
    say(form, kind, [told.sentence, told.warning].filter(Boolean).join(" ") || "Đã tách vào các ô bên dưới; kiểm tra lại.");
  }

  async function understand(line, form, kind, unit) {
    const told = await ask(line, { unit: unit.value });
    if (!told) return;
    if (told.unit && told.sentence) unit.value = told.unit;
    offer(form, kind + "_unit", told.choices);
    say(form, kind, told.sentence);
  }

  async function ask(line, body) {
    try {
      const answer = await portal.post(line.dataset.splitUrl, new URLSearchParams(body));
      return answer.ok ? await answer.response.json() : null;
    } catch (error) {
      return null; // the line is down: the server does it when the form is sent
    }
  }

  function offer(form, name, choices) {
    const place = form.querySelector('[data-choices-for="' + name + '"]');
    if (!place) return;
    place.replaceChildren();
    if (!choices.length) return;
    const set = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = "Chọn nơi đang ở";
    set.append(legend);
    for (const path of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline btn-sm";
      button.textContent = path;
      button.addEventListener("click", () => choose(form, name, path));
      set.append(button);
    }
    place.append(set);
  }

  function choose(form, name, path) {
    const field = box(form, name);
    field.value = path;
    field.classList.remove("is-invalid");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    form.querySelector('[data-choices-for="' + name + '"]').replaceChildren();
    field.focus();
  }

  function say(form, kind, text) {
    const place = form.querySelector('[data-line-says="' + kind + '"]');
    if (place) place.textContent = text;
  }
})();
