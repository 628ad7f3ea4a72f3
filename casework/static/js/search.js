// The search box: "/" or Ctrl-K comes here, Escape leaves, suggestions are chosen with the arrow keys.
// Without this module the box is a plain form.
const WAIT_MS = 180;

export function startSearch() {
  const form = document.querySelector("form[data-search]");
  if (form) new Box(form);
}

class Box {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.list = form.querySelector("[data-search-list]");
    this.status = form.querySelector("[data-search-status]");
    this.asked = "";
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", "search-options");
    this.close();
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) this.close();
    });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.follow(event.target.closest("[data-href]"), event));
    document.addEventListener("keydown", (event) => this.shortcut(event));
  }

  shortcut(event) {
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
    const control = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!(slash && !typing(event.target)) && !control) return;
    event.preventDefault();
    this.back = document.activeElement;
    this.input.focus();
    this.input.select();
  }

  key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      if (!this.list.hidden) return this.close();
      this.input.blur();
      if (this.back && this.back !== document.body && this.back.isConnected) this.back.focus();
      return;
    }
    const options = [...this.list.querySelectorAll("[role=option]")];
    if (this.list.hidden || !options.length) return;
    const at = options.findIndex((o) => o.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") this.choose(options, (at + 1) % options.length);
    else if (event.key === "ArrowUp") this.choose(options, at < 1 ? options.length - 1 : at - 1);
    else if (event.key === "Enter" && at >= 0) return this.follow(options[at], event);
    else return;
    event.preventDefault();
  }

  choose(options, at) {
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    this.input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }

  follow(option, event) {
    if (!option) return;
    event.preventDefault();
    window.location.assign(option.dataset.href);
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    const text = this.input.value.trim();
    this.asked = text;
    if (text.length < 2) return this.close();
    try {
      const answer = await fetch(`${this.form.dataset.search}?q=${encodeURIComponent(text)}`);
      if (!answer.ok || answer.redirected || this.asked !== text) return;
      this.show(await answer.text(), text);
    } catch {
      this.close(); // the form still works, and says what is wrong
    }
  }

  show(html, text) {
    if (this.asked !== text || document.activeElement !== this.input) return;
    this.list.innerHTML = html;
    const number = this.list.querySelectorAll("[role=option]").length;
    this.list.hidden = number === 0;
    this.input.setAttribute("aria-expanded", String(number > 0));
    this.input.removeAttribute("aria-activedescendant");
    const words = this.form.dataset;
    this.status.textContent = number ? words.searchFound.replace("{number}", number) : words.searchNone;
  }

  close() {
    this.list.hidden = true;
    this.asked = "";
    this.status.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

function typing(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}
