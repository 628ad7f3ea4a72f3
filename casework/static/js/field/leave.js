// Signing out, and another person at the same device: the keys go and so do the copies of what the server has.
// What was not sent stays sealed; its owner gets the key again by signing in.
import { openIfAny } from "./store.js";

/** Drop the keys of everybody but whoever is at the page. */
export async function keepKeysOf(reader) {
  if (!reader) return;
  const store = await openIfAny().catch(() => null);
  await store?.dropKeys((key) => key.reader !== reader).catch(console.error);
}

async function clear(store) {
  await store?.dropKeys(() => true);
  for (const name of globalThis.caches ? await caches.keys() : []) {
    if (name.startsWith("casework-field:")) await caches.delete(name);
  }
}

/** After signing out, also where the button was faster than this script. */
async function clearOnceOut() {
  await clear(await openIfAny().catch(() => null)).catch(console.error);
}

async function leave(form, submitter) {
  const store = await openIfAny().catch(() => null);
  const unsent = store ? await store.unsent() : 0;
  if (unsent && !window.confirm(form.dataset.unsent.replace("{number}", unsent))) return;
  await clear(store).catch(console.error); // whatever happens here, one can sign out
  form.dataset.left = "";
  form.requestSubmit(submitter);
}

export function startLeaving() {
  if ("left" in document.body.dataset) clearOnceOut();
  keepKeysOf(document.querySelector('meta[name="reader"]')?.content);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-unsent]") || "left" in form.dataset) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    leave(form, event.submitter);
  });
}
