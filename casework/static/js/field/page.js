// Keeps this page and its files on the device, for the service worker to hand out.
const CACHE = "casework-field:";

export async function registerWorker(place) {
  try {
    await navigator.serviceWorker.register(`${place}worker.js`, { scope: place, updateViaCache: "none" });
  } catch {
    // no network, or the session has ended: the worker that is there goes on
  }
}

/** Take this page and everything that it is made of into the cache, in the present version. */
export async function keepPage(place) {
  const parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src]");
  const files = [...parts].map((part) => new URL(part.href || part.src).pathname);
  const wanted = new Set([place, ...files, ...JSON.parse(document.body.dataset.files)]);
  try {
    if (await navigator.serviceWorker.getRegistration(place)) await navigator.serviceWorker.ready;
    const cache = await caches.open(CACHE + place);
    await Promise.all([...wanted].map(async (path) => {
      const answer = await fetch(path, { cache: "no-cache", redirect: "manual" });
      if (answer.ok) await cache.put(path, answer);
    }));
    for (const request of await cache.keys()) {
      if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
    }
  } catch {
    // the network has gone meanwhile: what was kept before stays
  }
}
