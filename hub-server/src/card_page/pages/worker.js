// Keeps the card page that was seen last, and what it is made of, for when there is no network. The page's own words say
// of when it is; this shows the line that says why.
"use strict";

const SHELF = "card";
const PATIENCE_MS = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// A page that was there before its worker says what there is to keep.
self.addEventListener("message", (event) => {
  const addresses = event.data.map((address) => new URL(address, self.location));
  const ours = addresses.filter((address) => address.origin === self.location.origin);
  event.waitUntil(Promise.all(ours.map(async (address) => keep(address, await fetch(address)))));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event, address));
  else if (isPart(address)) event.respondWith(part(event.request, address));
});

function isPart(address) {
  return address.pathname.startsWith("/assets/");
}

// Parts have their version behind the question mark; a page is the same whatever stands there.
function place(address) {
  return isPart(address) ? address.pathname + address.search : address.pathname;
}

// One page, and one version of each part: the new one is there before the old ones go. A page that is gone takes its own
// copy with it and no other. A phone that has no room for it shows what came all the same.
async function keep(address, answer) {
  try {
    const shelf = await caches.open(SHELF);
    if (answer.ok) await shelf.put(place(address), answer);
    for (const request of await shelf.keys()) {
      const old = new URL(request.url);
      if (answer.ok && place(old) === place(address)) continue;
      const same = old.pathname === address.pathname;
      const other = !isPart(old) && answer.ok;
      if (isPart(address) ? same : same || other) await shelf.delete(request);
    }
  } catch {
    // Nothing is kept, or both: the next visit tries again.
  }
}

async function found(address) {
  try {
    return await (await caches.open(SHELF)).match(place(address));
  } catch {
    return undefined;
  }
}

async function page(event, address) {
  const fresh = fetch(event.request).then(async (answer) => {
    if (answer.ok || answer.status === 404) await keep(address, answer.clone());
    return answer;
  });
  // Whoever waits below hears of a failure; this only keeps the worker awake.
  event.waitUntil(fresh.catch(() => {}));
  const kept = await found(address);
  // What was just answered on the page is told by the hub alone: the copy is from before.
  if (!kept || address.searchParams.has("said")) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const answer = await Promise.race([fresh.catch(() => undefined), late]);
  // A hub that is busy says nothing of the card.
  return answer && answer.status !== 429 && answer.status < 500 ? answer : old(kept);
}

async function old(kept) {
  const text = await kept.text();
  const headers = new Headers(kept.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  // What was done then is not said again.
  const said = text.replace(/<p class="notice ok" role="status">[^<]*<\/p>/, "");
  return new Response(said.replace(' id="old" hidden', ' id="old"'), { headers });
}

async function part(request, address) {
  const kept = await found(address);
  if (kept) return kept;
  const answer = await fetch(request);
  await keep(address, answer.clone());
  return answer;
}
