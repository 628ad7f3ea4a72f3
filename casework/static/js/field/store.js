// What a device keeps of audits. IndexedDB holds two kinds of rows: keys that no script can read
// (CryptoKey, not extractable), and sealed rows (AES-GCM) under the identifier of the key that seals them.
// In the open lie only identifiers, kinds and the order in which rows were made.
const NAME = "casework-field";
const UNSENT = ["entry", "photo", "draft"];
const text = { in: new TextEncoder(), out: new TextDecoder() };

/** Whether this browser gives a page what it takes (it does so over HTTPS and on the machine itself). */
export const able = () => Boolean(globalThis.isSecureContext && navigator.serviceWorker && globalThis.indexedDB && crypto.subtle);

export async function open() {
  const asking = indexedDB.open(NAME, 1);
  asking.onupgradeneeded = () => {
    asking.result.createObjectStore("keys", { keyPath: "id" });
    asking.result.createObjectStore("sealed", { keyPath: "id" }).createIndex("owner", "owner");
  };
  return new Store(await done(asking));
}

/** Open what there is; null on a device that has never taken an audit along. */
export async function openIfAny() {
  if (!able()) return null;
  const known = indexedDB.databases ? await indexedDB.databases() : [{ name: NAME }];
  return known.some((each) => each.name === NAME) ? open() : null;
}

function done(asking) {
  return new Promise((resolve, reject) => {
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error);
    asking.onblocked = () => reject(new Error("blocked"));
  });
}

class Store {
  constructor(db) {
    this.db = db;
    db.onversionchange = () => db.close();
  }

  async write(name, work) {
    const change = this.db.transaction(name, "readwrite", { durability: "strict" });
    work(change.objectStore(name));
    await new Promise((resolve, reject) => {
      change.oncomplete = resolve;
      change.onerror = change.onabort = () => reject(change.error);
    });
  }

  all(name) {
    return done(this.db.transaction(name).objectStore(name).getAll());
  }

  async keyOf(place) {
    return (await this.all("keys")).find((key) => key.place === place) || null;
  }

  /** Take a key in for a place (an audit's page); from here on nobody gets its bytes from the browser. */
  async takeKey(id, place, reader, bytes) {
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    await this.write("keys", (keys) => keys.put({ id, place, reader, key }));
    return { id, place, reader, key };
  }

  /** Drop keys and what was only a copy of the server's; what was not sent stays, sealed. */
  async dropKeys(which) {
    const gone = new Set((await this.all("keys")).filter(which).map((key) => key.id));
    const copies = (await this.all("sealed")).filter((row) => gone.has(row.owner) && !UNSENT.includes(row.kind));
    await this.write("sealed", (rows) => copies.forEach((row) => rows.delete(row.id)));
    await this.write("keys", (keys) => gone.forEach((id) => keys.delete(id)));
    return gone.size;
  }

  remove(ids) {
    return this.write("sealed", (rows) => ids.forEach((id) => rows.delete(id)));
  }

  /** How many rows of a place wait that other keys have sealed, by the identifier of the key. */
  async foreign(place, own) {
    const counts = new Map();
    for (const row of await this.all("sealed")) {
      if (row.place !== place || row.owner === own || !UNSENT.includes(row.kind)) continue;
      counts.set(row.owner, (counts.get(row.owner) || 0) + 1);
    }
    return counts;
  }

  /** How many rows wait to be sent that the keys on this device open. */
  async unsent() {
    const own = new Set((await this.all("keys")).map((key) => key.id));
    return (await this.all("sealed")).filter((row) => own.has(row.owner) && UNSENT.includes(row.kind)).length;
  }
}

/** Seals and opens the rows of one person and audit. */
export class Box {
  constructor(store, key) {
    this.store = store;
    this.key = key;
  }

  async put(kind, id, value, bytes = null, at = Date.now()) {
    const row = { id, owner: this.key.id, place: this.key.place, kind, at };
    row.words = await this.seal(row, text.in.encode(JSON.stringify(value)));
    if (bytes) row.bytes = await this.seal(row, bytes);
    await this.store.write("sealed", (rows) => rows.put(row));
  }

  /** Return every row of a kind, opened, in the order in which they were made. */
  async list(...kinds) {
    const rows = (await this.store.all("sealed")).filter((row) => row.owner === this.key.id && kinds.includes(row.kind));
    rows.sort((one, other) => one.at - other.at);
    return Promise.all(rows.map(async (row) => ({ ...(await this.words(row)), id: row.id, kind: row.kind, at: row.at })));
  }

  async bytes(id) {
    const row = await done(this.store.db.transaction("sealed").objectStore("sealed").get(id));
    return row?.bytes ? this.unseal(row, row.bytes) : null;
  }

  /** Write other words into a row and leave the rest of it as it is. */
  async change(id, value) {
    const row = await done(this.store.db.transaction("sealed").objectStore("sealed").get(id));
    if (!row) return;
    row.words = await this.seal(row, text.in.encode(JSON.stringify(value)));
    await this.store.write("sealed", (rows) => rows.put(row));
  }

  async words(row) {
    return JSON.parse(text.out.decode(await this.unseal(row, row.words)));
  }

  async seal(row, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: about(row) }, this.key.key, bytes) };
  }

  unseal(row, { iv, data }) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: about(row) }, this.key.key, data);
  }
}

// A sealed text opens in its own row alone.
const about = (row) => text.in.encode(`${row.owner}|${row.kind}|${row.id}`);
