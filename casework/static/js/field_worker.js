// The service worker of one audit in the field. It answers for the page at its scope and for what that page
// has put into its cache, when the network does not, and for nothing else; it never caches anything itself.
const PAGE = new URL(self.registration.scope).pathname;
const CACHE = `casework-field:${PAGE}`;
const PATIENCE = 5000; // ms for which a page waits for a network that is there and does not answer

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const page = request.mode === "navigate" && url.pathname === PAGE;
  if (page || (request.mode !== "navigate" && request.destination !== "")) event.respondWith(answer(request, page));
});

// Files that the page asks for go to the network first too, so that page and scripts are of one version.
async function answer(request, page) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(page ? PAGE : request, { ignoreVary: true });
  if (!kept) return fetch(request);
  try {
    const fresh = await Promise.race([fetch(request), late()]);
    return fresh.status >= 500 ? kept : fresh;
  } catch {
    return kept;
  }
}

const late = () => new Promise((_, refuse) => setTimeout(refuse, PATIENCE, new Error("late")));
