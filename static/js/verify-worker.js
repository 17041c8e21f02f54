// Keeps the verifier for a phone without a network: the page, its data, and the static files that the page names.
// The page and its data come from the network where there is one; static files have their content in their name.
"use strict";
const KEPT = "kiem-tra-phieu-1";
const PAGE = new URL("./", self.location).pathname;
const DATA = PAGE + "du-lieu.json";
const PATIENCE_MS = 4000;

const staticFiles = (html) => [...new Set([...html.matchAll(/(?:src|href|data-[a-z]+)="(\/static\/[^"]+)"/g)].map((found) => found[1]))];

async function keepAll() {
  const kept = await caches.open(KEPT);
  const page = await fetch(PAGE, { credentials: "omit", cache: "no-cache" });
  if (!page.ok) throw new Error("the page did not come");
  const files = staticFiles(await page.clone().text());
  await kept.put(PAGE, page);
  await kept.add(DATA);
  const wanted = new Set(files.map((file) => new URL(file, self.location).href));
  for (const old of await kept.keys()) {
    if (old.url.includes("/static/") && !wanted.has(old.url)) await kept.delete(old);
  }
  for (const file of files) if (!(await kept.match(file))) await kept.add(file);
}

async function fresh(request) {
  const kept = await caches.open(KEPT);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, { signal: patience.signal });
    if (answer.ok) { await kept.put(new URL(request.url).pathname, answer.clone()); return answer; }
    return (await kept.match(new URL(request.url).pathname)) || answer;
  } catch (fault) {
    const found = await kept.match(new URL(request.url).pathname);
    if (found) return found;
    throw fault;
  } finally { clearTimeout(timer); }
}

async function stored(request) {
  const kept = await caches.open(KEPT);
  return (await kept.match(request)) || fetch(request);
}

self.addEventListener("install", (event) => { event.waitUntil(keepAll().then(() => self.skipWaiting())); });
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("kiem-tra-phieu-") && name !== KEPT).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});
self.addEventListener("message", (event) => { if (event.data === "again") event.waitUntil(keepAll().catch(() => undefined)); });
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === PAGE || url.pathname === DATA) event.respondWith(fresh(event.request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(stored(event.request));
});
