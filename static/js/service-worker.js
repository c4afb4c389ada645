// Keeps the shells and their files, so that the tally opens without a network. Written by hand: what is needed of
// Workbox is these lines, and Workbox is larger than the whole tally. VERSION, FILES and SHELLS are put above by the view.
//
// It holds pages and files alone. Nothing that belongs to a person comes here: that is in the phone's own database, which
// no change of version touches.

const CACHE = `amp-${VERSION}`;
// So long a page waits for a network that is there in name only.
const PATIENCE = 4_000;

const isOld = (name) => name.startsWith("amp-") && name !== CACHE;

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    const fresh = [...FILES, ...Object.values(SHELLS)].map((address) => new Request(address, { cache: "no-cache" }));
    await cache.addAll(fresh);
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const settle = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(settle());
});

const fromCache = async (address) => (await caches.open(CACHE)).match(address);

const shellOf = ({ pathname }) => {
  const [, page] = pathname.match(/^\/p\/[^/]+\/(tally|queue)\/$/) ?? [];
  return SHELLS[page ?? "offline"];
};

const page = async (event, address) => {
  const shell = shellOf(address);
  const asked = fetch(event.request);
  // Any other page is worth waiting for: what stands in its place says only that there is no network.
  const late = new Promise((resolve) => {
    if (shell !== SHELLS.offline) setTimeout(() => resolve(fromCache(shell)), PATIENCE);
  });
  try {
    return await Promise.race([asked, late]);
  } catch {
    return (await fromCache(shell)) ?? Response.error();
  }
};

const file = async (event) => (await fromCache(event.request)) ?? fetch(event.request);

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event, address));
  else if (FILES.includes(address.pathname)) event.respondWith(file(event));
});
