// Keys. data-key="/" or "g c" on a link, button or field; Enter moves on in <form data-enter-moves>; Ctrl+Enter sends.
// One-letter keys sleep while somebody types, and can be turned off in the list that "?" opens (WCAG 2.1.4).
"use strict";
(() => {
  const OFF = "portal.keys-off";
  const WAIT_MS = 1200;
  let pressed = "";
  let timer = 0;

  const off = () => { try { return localStorage.getItem(OFF) === "1"; } catch (error) { return false; } };
  const named = () => [...document.querySelectorAll("[data-key]")].filter(portal.shown);

  function act(element) {
    if (element.matches("input, textarea, select")) { element.focus(); if (element.select) element.select(); }
    else { element.focus(); element.click(); }
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event);
    if (event.key === "Enter" && !event.altKey && !event.shiftKey) return moveOn(event);
    if (event.ctrlKey || event.metaKey || event.altKey || portal.typing(event.target) || off()) return;
    if (document.querySelector("dialog[open]") || event.key.length !== 1) return;
    if (event.key === "?" && help()) return event.preventDefault();

    clearTimeout(timer);
    pressed = (pressed + " " + event.key.toLowerCase()).trim();
    timer = setTimeout(() => { pressed = ""; }, WAIT_MS);
    const all = named();
    let found = all.find((element) => element.dataset.key === pressed);
    if (!found && pressed.includes(" ") && !all.some((element) => element.dataset.key.startsWith(pressed + " "))) {
      pressed = event.key.toLowerCase();
      found = all.find((element) => element.dataset.key === pressed);
    }
    if (!found) return;
    event.preventDefault();
    pressed = "";
    act(found);
  });

  function send(event) {
    const form = event.target.form || event.target.closest("form");
    if (!form || form.method.toLowerCase() !== "post") return;
    event.preventDefault();
    const button = [...form.elements].find((element) => element.type === "submit" && portal.shown(element));
    if (form.requestSubmit) form.requestSubmit(button || undefined);
    else if (button) button.click();
  }

  function moveOn(event) {
    const field = event.target;
    const form = field.form;
    if (!form || !form.matches("[data-enter-moves]")) return;
    if (field.matches("textarea, button, [type=submit], [type=button], [type=search], [aria-expanded=true]")) return;
    event.preventDefault();
    const stops = [...form.elements].filter((element) => isStop(element, field));
    const next = stops[stops.indexOf(field) + 1];
    if (!next) return;
    next.focus();
    if (next.select && next.matches("input:not([type=checkbox]):not([type=radio])")) next.select();
  }

  // A stop is a field, or at the end the submit button; of a radio group only the chosen one, or the first.
  function isStop(element, from) {
    if (element === from) return true;
    if (!portal.shown(element) || element.readOnly || element.tabIndex < 0 || element.matches("fieldset, output, [type=hidden], [type=button], [type=reset]")) return false;
    if (element.tagName === "BUTTON") return element.type === "submit";
    if (element.type !== "radio") return true;
    if (from.type === "radio" && from.name === element.name) return false;
    const group = [...element.form.elements].filter((other) => other.type === "radio" && other.name === element.name);
    return element === (group.find((radio) => radio.checked) || group[0]);
  }

  const dialog = document.getElementById("phim-tat");
  function help() {
    if (!dialog || !dialog.showModal) return false;
    const list = dialog.querySelector("dl");
    const seen = new Set();
    list.replaceChildren();
    for (const element of named()) {
      if (seen.has(element.dataset.key)) continue;
      seen.add(element.dataset.key);
      const term = document.createElement("dt");
      const keys = document.createElement("kbd");
      keys.textContent = element.dataset.key;
      term.append(keys);
      const text = document.createElement("dd");
      const words = element.cloneNode(true);
      for (const hint of words.querySelectorAll("kbd, .nav-count")) hint.remove();
      text.textContent = element.getAttribute("data-key-label") || element.getAttribute("aria-label") || words.textContent.trim() || element.name;
      list.append(term, text);
    }
    dialog.querySelector("[data-keys-off]").checked = off();
    dialog.showModal();
    return true;
  }
  if (dialog) {
    dialog.querySelector("[data-keys-off]").addEventListener("change", (event) => {
      try { localStorage.setItem(OFF, event.target.checked ? "1" : "0"); } catch (error) { /* storage is off */ }
    });
    for (const opener of document.querySelectorAll("[data-open-keys]")) opener.addEventListener("click", help);
  }
})();
