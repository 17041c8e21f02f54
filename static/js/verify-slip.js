// Is a slip genuine, from its code alone, in this browser, also without a network? Nothing scanned is sent anywhere.
// The bytes of a code: cards/receipts/payload.py. The answers: cards/receipts/verify.py.
"use strict";
(() => {
  const SIGNATURE = 64, DIGEST = 8, VERSION = 1, ROUNDS_POWER_MOST = 24;
  const page = document.querySelector("[data-verifier]");
  const form = page.querySelector("form");
  const box = form.elements.code;
  const out = page.querySelector("[data-answer]");
  const text = (name) => page.querySelector('[data-words="' + name + '"]').innerHTML;

  const hexBytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
  const utf8 = (words) => new TextEncoder().encode(words);
  const number = (year, serial) => String(year % 100).padStart(2, "0") + "-" + String(serial).padStart(5, "0");
  const integer = (bytes) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

  function bytesOf(digits) {
    let hex = BigInt(digits).toString(16);
    if (hex.length % 2) hex = "0" + hex;
    return hexBytes(hex);
  }

  // What the code says; null when it is none, or a part is missing.
  function read(typed) {
    const digits = typed.replace(/\s/g, "");
    if (!/^\d{190,260}$/.test(digits)) return null;
    const raw = bytesOf(digits);
    const body = raw.slice(0, raw.length - SIGNATURE), signature = raw.slice(raw.length - SIGNATURE);
    const keyLength = body[1], rest = body.slice(2 + keyLength);
    if (body[0] !== VERSION || keyLength < 1 || keyLength > 8 || rest.length !== 14 + DIGEST) return null;
    const day = new Date(Date.UTC(2000, 0, 1 + integer(rest.slice(11, 13))));
    const commune = String(integer(rest.slice(0, 3))).padStart(5, "0");
    return {
      body, signature, commune,
      keyId: String.fromCharCode(...body.slice(2, 2 + keyLength)),
      slip: number(rest[3], integer(rest.slice(4, 7))),
      file: number(rest[7], integer(rest.slice(8, 11))),
      day: String(day.getUTCDate()).padStart(2, "0") + "/" + String(day.getUTCMonth() + 1).padStart(2, "0") + "/" + day.getUTCFullYear(),
      cost: rest[13],
      digest: rest.slice(14),
    };
  }

  // The browser's own Ed25519 where it has one (Chrome 137, Firefox 129, Safari 17), otherwise the library beside us.
  async function isSigned(publicKey, message, signature) {
    try {
      const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
    } catch (fault) {
      const library = await import(page.dataset.library);
      try { return await library.verifyAsync(signature, message, publicKey); } catch (broken) { return false; }
    }
  }

  async function fits(code, name, holder) {
    if (code.cost > ROUNDS_POWER_MOST) return false;
    const said = name.normalize("NFC").toUpperCase().trim().split(/\s+/).join(" ") + "|" + holder.replace(/\D/g, "");
    const key = await crypto.subtle.importKey("raw", utf8(said), "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: utf8(code.commune + "/" + code.file), iterations: 2 ** code.cost };
    const bits = new Uint8Array(await crypto.subtle.deriveBits(how, key, DIGEST * 8));
    return bits.every((byte, place) => byte === code.digest[place]);
  }

  let data = null, withdrawn = null;
  async function load() {
    const answer = await fetch(page.dataset.address, { credentials: "omit" });
    data = await answer.json();
    data.byId = new Map(data.keys.map((one) => [one.id, hexBytes(one.key)]));
    const list = data.withdrawn, key = data.byId.get(list.key_id);
    if (key && await isSigned(key, utf8(list.signed), hexBytes(list.signature))) withdrawn = JSON.parse(list.signed);
  }

  async function verdict(code) {
    if (!code) return "unreadable";
    const key = data.byId.get(code.keyId);
    if (!key) return "unknown_key";
    if (!await isSigned(key, code.body, code.signature)) return "altered";
    return withdrawn && withdrawn.slips.includes(code.commune + "/" + code.slip) ? "withdrawn" : "genuine";
  }

  function line(list, label, value) {
    const row = document.createElement("div");
    row.append(Object.assign(document.createElement("dt"), { textContent: label }), Object.assign(document.createElement("dd"), { textContent: value }));
    list.append(row);
  }

  async function check() {
    out.hidden = false;
    if (!window.isSecureContext || !crypto.subtle) { out.innerHTML = text("insecure"); return; }
    out.innerHTML = text("working");
    if (!data) { try { await load(); } catch (fault) { out.innerHTML = text("no-data"); return; } }
    const code = read(box.value), found = await verdict(code);
    out.innerHTML = text(found);
    out.dataset.verdict = found;
    if (found !== "genuine" && found !== "withdrawn") return;
    const list = Object.assign(document.createElement("dl"), { className: "verify-facts" });
    line(list, "Số phiếu", code.slip);
    line(list, "Số hồ sơ", code.file);
    line(list, "Mã xã lập phiếu", code.commune);
    line(list, "Hẹn trả ngày", code.day);
    const name = form.elements.name.value.trim(), holder = form.elements.number.value.trim();
    if (name && holder) line(list, "Họ tên và số vừa nhập", await fits(code, name, holder) ? "khớp với phiếu" : "KHÔNG khớp với phiếu");
    out.append(list);
    const when = withdrawn ? "Danh sách phiếu thu hồi lấy lúc " + new Date(withdrawn.made_at).toLocaleString("vi-VN") + "." : "Chưa có danh sách phiếu thu hồi.";
    out.append(Object.assign(document.createElement("p"), { className: "verify-when", textContent: when }));
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); check(); });
  box.addEventListener("input", () => { if (read(box.value)) check(); });

  // --- The camera, where the browser can read codes -----------------------------------------------------------------
  const start = page.querySelector("[data-camera]"), video = page.querySelector("video");
  let stream = null;
  function stop() {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = true;
  }
  async function look(detector) {
    if (!stream) return;
    const codes = await detector.detect(video).catch(() => []);
    const hit = codes.find((one) => read(one.rawValue));
    if (!hit) { requestAnimationFrame(() => look(detector)); return; }
    box.value = hit.rawValue;
    stop();
    check();
  }
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    start.hidden = false;
    start.addEventListener("click", async () => {
      if (stream) { stop(); return; }
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        video.srcObject = stream;
        video.hidden = false;
        await video.play();
        look(new BarcodeDetector({ formats: ["qr_code"] }));
      } catch (fault) { stop(); out.hidden = false; out.innerHTML = text("no-camera"); }
    });
  }

  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register(page.dataset.worker, { scope: page.dataset.scope }).then((registration) => {
      if (registration.active) registration.active.postMessage("again");
    }).catch(() => undefined);
    navigator.serviceWorker.ready.then(() => { page.querySelector("[data-kept]").hidden = false; });
  }
  load().catch(() => undefined);
})();
