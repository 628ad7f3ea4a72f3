// The page of an audit in the field: made from the templates in the page, changed in place as things change.
import { Row, fill, slot, stamp } from "./row.js";

const TONES = { ready: "good", offline: "wait", out: "wait", gone: "bad", failed: "wait", first: "wait", unable: "bad", full: "bad" };

export class View {
  constructor(page) {
    this.page = page;
    this.words = JSON.parse(page.body.dataset.words);
    this.most = Number(page.body.dataset.most);
    this.rows = new Map();
    this.shape = "";
  }

  listen(field) {
    this.field = field;
    this.page.querySelector("[data-act=send]").addEventListener("click", () => field.sync(true));
  }

  word(key, values = {}) {
    return fill(this.words[key], values);
  }

  /** Say something to those who hear the page. */
  say(key, values = {}) {
    slot(this.page, "status").textContent = this.word(key, values);
  }

  /** Show how things stand between this device and the server. */
  state(key, instead = "") {
    const notice = slot(this.page, "notice");
    const text = instead || this.word(key);
    notice.className = `notice notice-${instead ? "wait" : TONES[key]}`;
    notice.hidden = false;
    if (slot(notice, "state").textContent !== text) {
      slot(notice, "state").textContent = text;
      slot(this.page, "status").textContent = text;
    }
    slot(this.page, "sign-in").hidden = key !== "out";
  }

  rowOf(audit, code) {
    return audit?.groups.flatMap((group) => group.rows).find((row) => row.code === code);
  }

  /** Say of a criterion that what is being written about it is kept. */
  begun(code) {
    this.rows.get(code)?.begun();
  }

  /** Take everything of the audit off the page. */
  empty() {
    this.rows.clear();
    this.shape = "";
    slot(this.page, "groups").replaceChildren();
    slot(this.page, "title").hidden = true;
  }

  show(audit, waiting, drafts) {
    this.outbox(waiting);
    if (!audit) return this.empty();
    const title = slot(this.page, "title");
    title.hidden = false;
    title.textContent = [audit.cooperative, audit.title, audit.version].filter(Boolean).join(" · ");
    const shape = JSON.stringify(audit.groups.map((group) => [group.name, group.rows.map((row) => row.code)]));
    if (shape !== this.shape) this.build(audit, shape);
    for (const group of audit.groups) {
      for (const data of group.rows) {
        const mine = waiting.filter((each) => each.code === data.code && !each.why);
        this.rows.get(data.code).show(data, audit, mine, drafts.get(data.code));
      }
      this.count(group, waiting);
    }
    const disputed = audit.groups.flatMap((group) => group.rows).filter((row) => this.rows.get(row.code).disputed);
    if (disputed.length) this.say("conflicts", { number: disputed.length });
    return null;
  }

  build(audit, shape) {
    const before = new Set([...this.page.querySelectorAll("details[open]")].map((each) => each.dataset.name));
    this.rows.clear();
    this.shape = shape;
    const groups = audit.groups.map((group, index) => {
      const card = stamp("group");
      card.dataset.name = group.name;
      card.open = before.size ? before.has(group.name) : index === 0;
      slot(card, "name").textContent = group.name;
      for (const data of group.rows) {
        const row = new Row(this, data.code);
        this.rows.set(data.code, row);
        slot(card, "rows").append(row.element);
      }
      return card;
    });
    slot(this.page, "groups").replaceChildren(...groups);
  }

  /** How many criteria of a field have a result, here or at the server. */
  count(group, waiting) {
    const here = new Set(waiting.filter((each) => each.kind === "entry" && !each.why && each.result !== "not_assessed").map((each) => each.code));
    const done = group.rows.filter((row) => row.auditor.result !== "not_assessed" || here.has(row.code)).length;
    const card = this.rows.get(group.rows[0].code).element.closest("details");
    slot(card, "done").textContent = this.word("done", { done, all: group.rows.length });
  }

  outbox(waiting) {
    const box = slot(this.page, "outbox");
    const focused = box.contains(document.activeElement);
    box.hidden = !waiting.length;
    this.page.querySelector("[data-act=send]").hidden = !waiting.length;
    box.querySelector("h2").textContent = this.word("unsent", { number: waiting.length });
    slot(box, "waiting").replaceChildren(...waiting.map((each) => this.item(each)));
    if (focused) (waiting.length ? box.querySelector("h2") : this.page.querySelector("main")).focus();
  }

  item(each) {
    const item = stamp("item");
    const link = slot(item, "what");
    link.textContent = each.code;
    link.href = `#row-${each.code}`;
    link.addEventListener("click", (event) => this.go(each.code, event));
    const label = this.field.audit?.labels[each.result] || each.result;
    const when = new Date(each.taken_at).toLocaleString(this.page.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const what = each.kind === "photo" ? [this.word("photo", { name: each.name })] : [label, each.note];
    slot(item, "detail").textContent = [...what, when].filter(Boolean).join(" · ");
    if (each.why) {
      slot(item, "why").hidden = false;
      slot(item, "why").textContent = this.word("refused", { why: each.why });
    }
    const discard = item.querySelector("[data-act=discard]");
    discard.setAttribute("aria-label", `${discard.textContent}: ${each.code}`);
    discard.addEventListener("click", () => window.confirm(this.word("discard", { code: each.code })) && this.field.discard(each.id));
    return item;
  }

  go(code, event) {
    const row = this.rows.get(code);
    if (!row) return;
    event.preventDefault();
    row.element.closest("details").open = true;
    row.element.querySelector("h3").focus();
    row.element.scrollIntoView({ block: "start" });
  }

  /** What lies here of others, and what nothing opens any more. */
  others(found) {
    const notes = found.map(({ owner, number, mine }) => {
      const note = stamp("other");
      slot(note, "text").textContent = this.word(mine ? "forgotten" : "foreign", { number });
      const button = note.querySelector("[data-act=forget]");
      button.hidden = !mine;
      button.addEventListener("click", () => this.field.forget(owner));
      return note;
    });
    slot(this.page, "others").replaceChildren(...notes);
  }
}
