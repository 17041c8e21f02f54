// Importing lists: a file dropped on the frame, its ending and size looked at before it is sent; rows ticked by the page.
// Everything works without: the file is chosen with its button, rows are ticked one by one, the server looks again.
"use strict";
(() => {
  const form = document.querySelector("[data-roster-upload]");
  if (form) {
    const input = form.querySelector("input[type=file]");
    const drop = form.querySelector("[data-drop]");
    const said = form.querySelector("[data-drop-said]");
    const endings = form.dataset.endings.split(",");
    const most = Number(input.dataset.mostBytes);

    const size = (bytes) => bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1).replace(".", ",") + " MB";
    function fault(file) {
      if (!endings.some((ending) => file.name.toLowerCase().endsWith(ending))) return "Tệp “" + file.name + "” không phải .xlsx, .xls, .ods hoặc .csv.";
      if (file.size > most) return "Tệp “" + file.name + "” lớn " + size(file.size) + ", quá " + size(most) + "; chia thành nhiều tệp nhỏ hơn.";
      if (!file.size) return "Tệp “" + file.name + "” trống.";
      return "";
    }
    function tell() {
      const file = input.files[0];
      const wrong = file ? fault(file) : "";
      said.textContent = wrong || (file ? file.name + ", " + size(file.size) : "");
      drop.classList.toggle("drop-wrong", Boolean(wrong));
      input.setCustomValidity(wrong);
      return !wrong;
    }
    input.addEventListener("change", tell);
    form.addEventListener("submit", (event) => {
      if (tell()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      input.focus();
    }, true);
    for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("drop-over"); });
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("drop-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      if (event.dataTransfer.files.length > 1) { said.textContent = "Mỗi lần nộp một tệp."; drop.classList.add("drop-wrong"); return; }
      input.files = event.dataTransfer.files;
      tell();
    });
  }

  const rows = document.querySelector("[data-roster-rows]");
  if (rows) {
    const boxes = () => [...rows.querySelectorAll("input[type=checkbox][name=row]")];
    const scope = rows.querySelector("[name=pham_vi]");
    function count() {
      const many = boxes().filter((box) => box.checked).length;
      rows.querySelector("[data-tick-said]").textContent = many ? "đã đánh dấu " + many + " dòng" : "";
    }
    rows.addEventListener("change", (event) => {
      if (!event.target.matches("input[name=row]")) return;
      scope.value = "chon";
      count();
    });
    rows.querySelector("[data-tick-page]").addEventListener("click", () => {
      const all = boxes().every((box) => box.checked);
      for (const box of boxes()) box.checked = !all;
      scope.value = "chon";
      count();
    });
    count();
  }

  // Another candidate: A means the one that is picked; 1, 2, 3 pick.
  const picks = [...document.querySelectorAll("input[type=radio][name=nguoi]")];
  picks.forEach((pick, place) => {
    const label = pick.closest("label");
    label.dataset.key = String(place + 1);
    label.dataset.keyLabel = "Chọn hồ sơ " + (place + 1);
  });
})();
