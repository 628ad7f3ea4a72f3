// Repeatable rows: add and remove in place what the server also does when the buttons are posted.
const NUMBERED = ["id", "name", "for", "aria-describedby", "href"];

function rowsOf(list) {
  return [...list.children].filter((child) => child.matches("[data-row]"));
}

function indexOf(list, row) {
  const name = list.dataset.rows;
  const control = row.querySelector(`[name^="${CSS.escape(name)}-"]`);
  return control ? Number(control.name.slice(name.length + 1).split("-")[0]) : 0;
}

function renumber(list) {
  rowsOf(list).forEach((row, at) => {
    for (const number of row.querySelectorAll("[data-row-number]")) number.textContent = String(at + 1);
  });
}

function moveTo(row, name, from, to) {
  const swap = (text) => text.replaceAll(`${name}-${from}`, `${name}-${to}`);
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of NUMBERED) {
      if (element.hasAttribute(attribute)) element.setAttribute(attribute, swap(element.getAttribute(attribute)));
    }
  }
}

function empty(row) {
  row.querySelectorAll(".error").forEach((error) => error.parentElement.remove());
  row.querySelectorAll(".is-invalid").forEach((field) => field.classList.remove("is-invalid"));
  for (const control of row.querySelectorAll("input, select, textarea")) {
    control.removeAttribute("aria-invalid");
    if (control.type === "checkbox" || control.type === "radio") control.checked = control.defaultChecked = false;
    else if (control.tagName === "SELECT") control.selectedIndex = 0;
    else control.value = control.defaultValue = "";
  }
}

/** Add an empty row to a list; false when there is no row to take as a model or no room. */
export function addRow(list) {
  const rows = rowsOf(list);
  const model = rows.at(-1);
  const most = Number(list.dataset.max || Infinity);
  if (!model || rows.length >= most) return false;
  const next = Math.max(...rows.map((row) => indexOf(list, row))) + 1;
  const row = model.cloneNode(true);
  moveTo(row, list.dataset.rows, indexOf(list, model), next);
  empty(row);
  model.after(row);
  renumber(list);
  return true;
}

function onClick(event) {
  const button = event.target.closest("[data-row-add], [data-row-remove]");
  const list = button && button.closest("[data-rows]");
  if (!list) return;
  if (button.hasAttribute("data-row-add")) {
    if (!addRow(list)) return; // the server knows how to make the first one
    event.preventDefault();
    rowsOf(list).at(-1).querySelector("input:not([type=hidden]), select, textarea")?.focus();
  } else {
    const row = button.closest("[data-row]");
    if (rowsOf(list).length < 2) return; // the last one is the model: let the server take it away
    event.preventDefault();
    const neighbour = row.nextElementSibling;
    row.remove();
    renumber(list);
    (neighbour?.querySelector("[data-row-remove]") || list.querySelector("[data-row-add]")).focus();
  }
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

export function startRows() {
  document.addEventListener("click", onClick);
}
