// An audit in the field: works on what this device keeps, and sends it when there is a network.
import { able, Box, open } from "./store.js";
import { View } from "./view.js";
import { keepPage, registerWorker } from "./page.js";
import * as talk from "./talk.js";

const PLACE = location.pathname;
const AGAIN = 30000; // ms after which what waits is tried again
const PAUSE = 500; // ms after the last key until what is being written is kept

class Field {
  constructor(view) {
    this.view = view;
    this.box = null; // opens what this person has on this device
    this.audit = null; // the audit as the server last said it
    this.waiting = []; // results and photos that were not sent
    this.drafts = new Map();
    this.last = 0;
    this.pauses = new Map();
  }

  async start(store) {
    this.store = store;
    await registerWorker(PLACE);
    const key = await this.store.keyOf(PLACE);
    if (key) {
      this.box = new Box(this.store, key);
      this.audit = (await this.box.list("snapshot"))[0]?.audit || null;
      await this.refresh();
    }
    window.addEventListener("online", () => this.sync());
    window.addEventListener("offline", () => this.view.state("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.sync());
    setInterval(() => this.waiting.some((each) => !each.why) && this.sync(), AGAIN);
    await this.sync();
  }

  /** Read again what waits on this device, and show everything. */
  async refresh() {
    this.waiting = this.box ? await this.box.list("entry", "photo") : [];
    this.drafts = new Map((this.box ? await this.box.list("draft") : []).map((draft) => [draft.code, draft]));
    this.last = Math.max(this.last, ...this.waiting.map((each) => each.at));
    this.view.show(this.audit, this.waiting, this.drafts);
  }

  /** Talk with the server: one round at a time, and another one when there was a wish for it meanwhile. */
  async sync(everything = false) {
    this.wish = true;
    this.everything ||= everything;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.wish) {
        this.wish = false;
        const all = this.everything;
        this.everything = false;
        await this.round(all);
      }
    } finally {
      this.busy = false;
    }
  }

  async round(all) {
    let found = await talk.load(PLACE);
    if (found.state !== "ok") return this.without(found.state);
    const state = await this.come(found.body);
    if (state !== "ok") return this.without(state);
    const sent = await this.send(found.body.csrf, all);
    if (sent.number) {
      found = sent.state === "ok" ? await talk.load(PLACE) : found;
      if (found.state === "ok" && sent.state === "ok") await this.keep(found.body);
    } else await this.keep(found.body);
    await this.refresh();
    if (sent.state !== "ok") return this.without(sent.state);
    if (found.state !== "ok") return this.without(found.state);
    await keepPage(PLACE);
    await this.tell(found.body, sent.number);
  }

  /** See who is signed in; take the key in if this device does not have it. */
  async come({ reader, key, closed, csrf }) {
    await this.store.dropKeys((each) => each.reader !== reader);
    if (this.box && this.box.key.reader !== reader) {
      this.box = this.audit = null;
      this.view.empty();
    }
    if (closed || (this.box && this.box.key.id === key)) return "ok";
    const given = await talk.askKey(PLACE, csrf);
    if (given.state !== "ok") return given.state;
    const before = this.box;
    this.box = new Box(this.store, await this.store.takeKey(given.id, PLACE, reader, given.bytes));
    if (before && before.key.id !== given.id) await this.carryOver(before);
    return "ok";
  }

  /** Seal with the new key what the former one opens; it was forgotten when the audit closed, and now it is open again. */
  async carryOver(before) {
    for (const row of await before.list("entry", "photo")) {
      const { id, kind, at, ...value } = row;
      await this.box.put(kind, id, value, await before.bytes(id), at);
    }
    await this.store.dropKeys((each) => each.id === before.key.id);
  }

  async send(csrf, all) {
    const due = this.box ? (await this.box.list("entry", "photo")).filter((each) => all || !each.why) : [];
    if (!due.length) return { state: "ok", number: 0 };
    this.view.say("sending");
    const entries = due.filter((each) => each.kind === "entry");
    const settled = await talk.sendEntries(PLACE, csrf, entries, (answer) => this.settle(answer, due));
    if (settled.state !== "ok") return { state: settled.state, number: due.length };
    for (const photo of due.filter((each) => each.kind === "photo")) {
      const answer = await talk.sendPhoto(PLACE, csrf, photo, await this.box.bytes(photo.id));
      if (answer.state !== "ok") return { state: answer.state, number: due.length };
      await this.settle(answer.body, due);
    }
    return { state: "ok", number: due.length };
  }

  /** What the server has, this device need not keep; what it refuses stays here with its reason. */
  async settle(answer, due) {
    const { id, kind, at, ...value } = due.find((each) => each.id === answer.id);
    if (answer.outcome === "refused") return this.box.change(id, { ...value, why: answer.why });
    await this.store.remove([id]);
    const row = this.view.rowOf(this.audit, value.code);
    if (kind !== "entry" || answer.outcome !== "saved" || !row) return null;
    Object.assign(row.auditor, { result: value.result, label: this.audit.labels[value.result], note: value.note, revision: answer.revision, by: "" });
    return this.keep({ audit: this.audit });
  }

  async keep({ audit }) {
    this.audit = audit || null;
    if (!this.box) return;
    const id = `snapshot:${this.box.key.id}`;
    await (audit ? this.box.put("snapshot", id, { audit }) : this.store.remove([id]));
  }

  async without(state) {
    if (state === "gone") {
      await this.store.dropKeys((each) => each.place === PLACE);
      await caches.delete(`casework-field:${PLACE}`);
      this.box = this.audit = null;
      this.view.empty();
    }
    await this.refresh();
    this.view.state(state === "offline" && !this.box ? "first" : state);
  }

  async tell({ forgotten, closed }, sent) {
    const others = await this.store.foreign(PLACE, this.box?.key.id);
    this.view.others([...others].map(([owner, number]) => ({ owner, number, mine: forgotten.includes(owner) })));
    this.view.state("ready", closed);
    if (sent && !this.waiting.length) this.view.say("sent");
  }

  async save(code, base, result, note, settles = null) {
    const before = this.waiting.filter((each) => each.kind === "entry" && each.code === code && !each.why).at(-1);
    const entry = { code, base, result, note, taken_at: new Date().toISOString(), follows: before?.id || null, settles };
    await this.put("entry", entry, null);
    if (!settles) await this.dropDraft(code);
    return this.kept(code);
  }

  async photo(code, file) {
    const value = { code, caption: "", name: file.name, type: file.type, size: file.size, taken_at: new Date().toISOString() };
    await this.put("photo", value, await file.arrayBuffer());
    return this.kept(code);
  }

  async put(kind, value, bytes) {
    navigator.storage?.persist?.();
    this.last = Math.max(Date.now(), this.last + 1);
    await this.box.put(kind, crypto.randomUUID(), value, bytes, this.last);
  }

  async kept(code) {
    await this.refresh();
    this.view.say("kept", { code });
    this.sync();
  }

  /** Keep what is being written, so that a device that goes dark loses nothing. */
  draft(code, value) {
    clearTimeout(this.pauses.get(code));
    const keep = () => {
      const kept = this.box?.put("draft", this.draftOf(code), { code, ...value });
      this.writing = kept?.then(() => this.view.begun(code)).catch(console.error);
    };
    this.pauses.set(code, setTimeout(keep, PAUSE));
  }

  async dropDraft(code) {
    clearTimeout(this.pauses.get(code));
    await this.writing; // one that is on its way would come after
    await this.store.remove([this.draftOf(code)]);
  }

  draftOf(code) {
    return `draft:${this.box.key.id}:${code}`;
  }

  async discard(id) {
    await this.store.remove([id]);
    await this.refresh();
  }

  async forget(owner) {
    const rows = (await this.store.all("sealed")).filter((row) => row.owner === owner);
    await this.store.remove(rows.map((row) => row.id));
    await this.sync();
  }
}

const view = new View(document);
const field = new Field(view);
view.listen(field);
try {
  if (!able()) throw new Error("not here");
  await field.start(await open());
} catch (error) {
  view.state(field.store ? "failed" : "unable");
  console.error(error);
}
