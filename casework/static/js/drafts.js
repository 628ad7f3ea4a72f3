// Drafts: <form data-draft-url="…" data-draft-saved-at="ISO time"> saves itself to that address as one writes.
// Until the server has it, a copy stays in this tab, so that a lost network or an expired session loses nothing.
import { addRow } from "./rows.js";

const PAUSE = 1500; // ms after the last key
const RETRY = 15000; // ms after a failure
const PREFIX = "casework-draft:";

const reader = () => document.querySelector('meta[name="reader"]')?.content || "";
const keyOf = (form) => `${PREFIX}${reader()}:${form.dataset.draftUrl}`;

function store(action) {
  try {
    return action(sessionStorage);
  } catch {
    return null; // storage full or forbidden: the server's copy is all there is
  }
}

const draftKeys = (storage) => Object.keys(storage).filter((key) => key.startsWith(PREFIX));

/** Drop every copy in this tab (on signing out). */
export function forgetDrafts() {
  store((storage) => draftKeys(storage).forEach((key) => storage.removeItem(key)));
}

/** Drop copies whose form was sent, unless this page is a sign-in or error page, or shows that form again. */
export function keepOnlyOpenDrafts() {
  if (document.body.hasAttribute("data-keep-drafts")) return;
  const open = new Set([...document.querySelectorAll("form[data-draft-url]")].map(keyOf));
  store((storage) => {
    for (const key of draftKeys(storage)) {
      if (!open.has(key) && JSON.parse(storage.getItem(key)).sent) storage.removeItem(key);
    }
  });
}

function answers(form) {
  const hidden = new Set([...form.querySelectorAll("input[type=hidden], input[type=password]")].map((input) => input.name));
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !hidden.has(name));
}

function fill(form, pairs) {
  const names = new Set(pairs.map(([name]) => name));
  for (const list of form.querySelectorAll("[data-rows]")) {
    const wanted = [...names].filter((name) => name.startsWith(`${list.dataset.rows}-`));
    for (let tries = 0; tries < 100 && wanted.some((name) => !form.elements.namedItem(name)); tries += 1) {
      if (!addRow(list)) break;
    }
  }
  for (const control of form.elements) {
    if (!control.name || ["hidden", "password", "file", "submit", "button"].includes(control.type)) continue;
    const values = pairs.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
    else if (control.tagName === "SELECT") for (const option of control.options) option.selected = values.includes(option.value);
    else if (values.length) control.value = values[0];
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.key = keyOf(form);
    this.status = form.querySelector("[data-draft-status]");
    this.ago = form.querySelector("[data-draft-ago]");
    this.offer = form.querySelector("[data-draft-offer]");
    this.savedAt = form.dataset.draftSavedAt ? Date.parse(form.dataset.draftSavedAt) : null;
    this.timer = null;
    this.busy = false;
    this.dirty = false;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", () => this.keep(true));
    window.addEventListener("online", () => this.dirty && this.save());
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty && this.save());
    setInterval(() => this.tell(), 10000);
    this.tell();
    this.offerBack();
  }

  say(word) {
    if (this.status) this.status.textContent = this.status.dataset[word] || "";
  }

  tell() {
    if (!this.ago || !this.savedAt || this.dirty) return;
    const seconds = Math.round((this.savedAt - Date.now()) / 1000);
    const [size, unit] = seconds > -60 ? [1, "second"] : seconds > -3600 ? [60, "minute"] : seconds > -86400 ? [3600, "hour"] : [86400, "day"];
    const format = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
    this.ago.textContent = `(${format.format(Math.min(0, Math.round(seconds / size)), unit)})`;
  }

  keep(sent) {
    clearTimeout(this.timer);
    store((storage) => storage.setItem(this.key, JSON.stringify({ at: Date.now(), sent, pairs: answers(this.form) })));
  }

  forget() {
    store((storage) => storage.removeItem(this.key));
  }

  changed() {
    this.dirty = true;
    this.keep(false);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.busy) return; // changes made meanwhile are saved when this one ends
    if (this.form.getAttribute("aria-busy") === "true") return;
    this.busy = true;
    this.dirty = false;
    this.say("saving");
    if (this.ago) this.ago.textContent = "";
    const outcome = await this.post();
    this.busy = false;
    if (outcome === "saved") {
      this.savedAt = Date.now();
      if (!this.dirty) this.forget();
    }
    this.say(outcome);
    if (outcome === "failed") this.dirty = true;
    else this.tell();
    if (this.dirty) this.timer = setTimeout(() => this.save(), outcome === "failed" ? RETRY : PAUSE);
  }

  async post() {
    const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
    const token = this.form.elements.namedItem("csrf_token")?.value || document.querySelector('meta[name="csrf-token"]')?.content || "";
    try {
      const response = await fetch(this.form.dataset.draftUrl, {
        method: "POST", body, redirect: "manual", credentials: "same-origin",
        keepalive: String(body).length < 60000,
        headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" },
      });
      if (response.ok) return "saved";
      if (response.status === 413) return "toolong";
      const signedOut = response.type === "opaqueredirect" || [400, 401, 403].includes(response.status);
      return signedOut ? "expired" : "failed";
    } catch {
      return "failed";
    }
  }

  offerBack() {
    const copy = store((storage) => JSON.parse(storage.getItem(this.key)));
    if (!copy || !this.offer) return;
    const same = JSON.stringify(copy.pairs) === JSON.stringify(answers(this.form));
    if (same || (this.savedAt && this.savedAt > copy.at)) {
      this.forget();
      return;
    }
    this.offer.hidden = false;
    this.offer.querySelector("[data-draft-restore]").addEventListener("click", () => {
      fill(this.form, copy.pairs);
      this.offer.hidden = true;
      this.changed();
      this.form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
    this.offer.querySelector("[data-draft-discard]").addEventListener("click", () => {
      this.forget();
      this.offer.hidden = true;
    });
  }
}

export function startDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft-url]:not([data-draft-on])")) {
    form.setAttribute("data-draft-on", "");
    new Draft(form);
  }
}
