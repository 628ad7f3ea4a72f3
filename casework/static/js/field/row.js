// One criterion on the page of an audit in the field.
export const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);
export const stamp = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function line(list, term, label, tone, note, by) {
  const name = document.createElement("dt");
  const value = document.createElement("dd");
  const tag = document.createElement("span");
  name.textContent = term;
  tag.className = `tag tag-${tone}`;
  tag.textContent = label;
  value.append(tag);
  for (const [text, look] of [[note, "small pre"], [by, "small muted"]]) {
    if (!text) continue;
    const part = document.createElement("span");
    part.className = look;
    part.textContent = text;
    value.append(" ", part);
  }
  list.append(name, value);
}

export class Row {
  constructor(view, code) {
    this.view = view;
    this.code = code;
    this.base = 0;
    this.dirty = false;
    this.disputed = false;
    this.element = stamp("row");
    this.element.id = `row-${code}`;
    this.element.querySelector("h3").tabIndex = -1;
    this.form = this.element.querySelector("form");
    for (const part of this.form.querySelectorAll("[data-for]")) part.htmlFor = `${part.dataset.for}-${code}`;
    for (const part of this.form.querySelectorAll("[data-id]")) part.id = `${part.dataset.id}-${code}`;
    this.form.addEventListener("submit", (event) => this.save(event));
    this.form.addEventListener("input", (event) => event.target.name !== "photo" && this.written());
    this.form.elements.photo.addEventListener("change", () => this.photo());
  }

  show(data, audit, mine, draft) {
    this.data = data;
    this.audit = audit;
    const latest = mine.filter((each) => each.kind === "entry").at(-1);
    slot(this.element, "code").textContent = data.code;
    slot(this.element, "kind").textContent = data.computed ? this.view.words.computed : data.kind;
    slot(this.element, "kind").className = `tag tag-${data.mandatory && !data.computed ? "info" : "neutral"}`;
    slot(this.element, "text").textContent = data.text;
    slot(this.element, "expected").hidden = !data.expected;
    slot(this.element, "expects").textContent = data.expected;
    this.mark(mine, draft);
    this.layers(latest);
    this.evidence(mine);
    this.disputes(mine);
    this.writable(latest, draft);
  }

  mark(mine, draft) {
    const mark = slot(this.element, "mark");
    mark.hidden = !mine.length && !draft;
    mark.textContent = this.view.words[mine.length ? "waits" : "draft"];
  }

  begun() {
    if (slot(this.element, "mark").hidden && this.dirty) this.mark([], true);
  }

  layers(latest) {
    const list = slot(this.element, "layers");
    list.replaceChildren();
    const { own, auditor } = this.data;
    for (const said of [own, auditor]) {
      const revision = said.revision > 1 ? this.view.word("revision", { number: said.revision }) : "";
      line(list, said.name, said.label, this.audit.tones[said.result], said.note, [revision, said.by].filter(Boolean).join(" · "));
    }
    if (latest) line(list, this.view.word("by", { name: auditor.name }), this.audit.labels[latest.result], this.audit.tones[latest.result], latest.note, "");
  }

  evidence(mine) {
    const list = slot(this.element, "evidence");
    const photos = mine.filter((each) => each.kind === "photo").map((each) => `${this.view.word("photo", { name: each.name })} (${this.view.words.waits})`);
    const texts = [...this.data.evidence, ...photos];
    list.hidden = !texts.length;
    list.replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }

  /** What stands beside what was taken offline, for each conflict that nothing here ends already. */
  disputes(mine) {
    const ended = new Set(mine.map((each) => each.settles));
    const open = this.data.conflicts.filter((each) => !ended.has(each.id));
    this.disputed = open.length > 0;
    const shape = JSON.stringify([open, this.data.auditor]);
    if (shape === this.shape) return;
    this.shape = shape;
    if (open.length) this.element.closest("details").open = true;
    slot(this.element, "disputes").replaceChildren(...open.map((each) => this.dispute(each)));
  }

  dispute(conflict) {
    const part = stamp("dispute");
    const heading = slot(part, "heading");
    heading.id = `dispute-${conflict.id}`;
    part.setAttribute("aria-labelledby", heading.id);
    for (const [name, said] of [["stands", this.data.auditor], ["came", conflict]]) {
      slot(part, name).textContent = said.label;
      slot(part, name).className = `tag tag-${this.audit.tones[said.result]}`;
      slot(part, `${name}-note`).textContent = said.note;
      slot(part, `${name}-by`).textContent = said.by;
    }
    for (const button of part.querySelectorAll("[data-pick]")) {
      const { result, note } = button.dataset.pick === "entry" ? conflict : this.data.auditor;
      button.hidden = !this.data.writable;
      button.addEventListener("click", () => this.choose(conflict.id, result, note));
    }
    return part;
  }

  async choose(id, result, note) {
    this.dirty = false;
    await this.act(() => this.view.field.save(this.code, this.data.auditor.revision, result, note, id));
    this.element.querySelector("h3").focus();
  }

  writable(latest, draft) {
    const closed = slot(this.element, "closed");
    this.form.hidden = !this.data.writable;
    closed.hidden = this.data.writable || this.data.computed;
    closed.textContent = this.view.words.closed;
    if (this.dirty || !this.data.writable) return;
    const said = draft || latest || this.data.auditor;
    const { result, note } = this.form.elements;
    const options = this.audit.order.filter((key) => key !== "not_applicable" || this.data.na_allowed);
    if (!result.options.length) result.replaceChildren(...options.map((key) => new Option(this.audit.labels[key], key)));
    if (result.value !== said.result) result.value = said.result;
    if (note.value !== said.note) note.value = said.note;
    this.base = draft ? draft.base : this.data.auditor.revision;
    this.dirty = Boolean(draft);
  }

  written() {
    const { result, note } = this.form.elements;
    this.dirty = true;
    this.view.field.draft(this.code, { result: result.value, note: note.value, base: this.base });
  }

  async save(event) {
    event.preventDefault();
    const { result, note } = this.form.elements;
    const was = this.dirty;
    this.dirty = false;
    const done = await this.act(() => this.view.field.save(this.code, this.base, result.value, note.value));
    if (!done) this.dirty = was;
  }

  async photo() {
    const input = this.form.elements.photo;
    const [file] = input.files;
    if (!file) return;
    if (file.size > this.view.most) this.view.state("failed", this.view.words.big);
    else await this.act(() => this.view.field.photo(this.code, file));
    input.value = "";
  }

  async act(work) {
    try {
      await work();
      return true;
    } catch (error) {
      this.view.state("full");
      console.error(error);
      return false;
    }
  }
}
