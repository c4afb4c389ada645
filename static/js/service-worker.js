// Keeps the shells and their files, so that the tally opens without a network. Written by hand: what is needed of
// Workbox is these lines, and Workbox is larger than the whole tally. VERSION, FILES and SHELLS are put above by the view.
//
// It holds pages and files alone. Nothing that belongs to a person comes here: that is in the phone's own database, which
// no change of version touches.

const CACHE = `amp-${VERSION}`;
// So long a page waits for a network that is there in name only. Of the day there is more to see online, so it waits more.
const PATIENCE = { tally: 4_000, queue: 4_000, today: 10_000 };
// One file that does not come must not cost all the others: on a square it often comes the second time.
const TRIES = 5;

const isOld = (name) => name.startsWith("amp-") && name !== CACHE;

const pause = (tries) => new Promise((resolve) => setTimeout(resolve, 250 * 2 ** tries));

const take = async (cache, address) => {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await fetch(new Request(address, { cache: "no-cache" }));
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      return await cache.put(address, answer);
    } catch (error) {
      if (tries === TRIES) throw error;
      await pause(tries);
    }
  }
};

// All or nothing: a worker that is in charge has everything. What it took before it was stopped it keeps for the next try.
const fill = async () => {
  const cache = await caches.open(CACHE);
  const missing = [];
  for (const address of FILES) if (!(await cache.match(address))) missing.push(address);
  await Promise.all([...missing, ...Object.values(SHELLS)].map((address) => take(cache, address)));
  await self.skipWaiting();
};

self.addEventListener("install", (event) => event.waitUntil(fill()));

self.addEventListener("activate", (event) => {
  const settle = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(settle());
});

const fromCache = async (address) => (await caches.open(CACHE)).match(address);

const shellOf = ({ pathname }) => pathname.match(/^\/p\/[^/]+\/(tally|queue)\/$/)?.[1] ?? (/^\/p\/[^/]+\/$/.test(pathname) ? "today" : "offline");

const page = async (event, address) => {
  const name = shellOf(address);
  const asked = fetch(event.request);
  // Any other page is worth waiting for: what stands in its place says only that there is no network.
  const late = new Promise((resolve) => {
    if (name in PATIENCE) setTimeout(() => resolve(fromCache(SHELLS[name])), PATIENCE[name]);
  });
  try {
    return (await Promise.race([asked, late])) ?? (await asked);
  } catch {
    return (await fromCache(SHELLS[name])) ?? Response.error();
  }
};

const file = async (event) => (await fromCache(event.request)) ?? fetch(event.request);

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event, address));
  else if (FILES.includes(address.pathname)) event.respondWith(file(event));
});
