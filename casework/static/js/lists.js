// Lists that change in place (htmx): short addresses, what is read aloud, the keyboard.
import { announce } from "./announce.js";

// What a form of filters leaves empty needs not stand in the address.
function leaveOutEmpty(event) {
  const { verb, parameters } = event.detail;
  if (verb !== "get") return;
  for (const name of [...new Set(Object.keys(parameters))]) {
    if (parameters[name] === "") delete parameters[name];
  }
}

// The choice of a language comes back to the page as it is now.
function comeBackHere() {
  const here = location.pathname + location.search;
  for (const field of document.querySelectorAll("form.languages input[name=next]")) field.value = here;
}

// Inside the list: j and k or the arrows go from row to row, x ticks. A tick with Shift ticks all between.
const TO_NEXT = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
let lastTicked = null;

function onKey(event) {
  const row = event.target.closest?.(".list tbody tr");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in TO_NEXT) {
    const other = TO_NEXT[event.key] > 0 ? row.nextElementSibling : row.previousElementSibling;
    const kind = event.target.matches("input") ? "input[type=checkbox]" : "a";
    if (!other?.querySelector(kind)) return;
    event.preventDefault();
    other.querySelector(kind).focus();
  } else if (event.key === "x") {
    row.querySelector("input[type=checkbox]").click();
  }
}

function onTick(event) {
  if (!event.target.matches?.(".list tbody input[type=checkbox]")) return;
  const ticks = [...document.querySelectorAll(".list tbody input[type=checkbox]")];
  if (event.shiftKey && ticks.includes(lastTicked)) {
    const [first, last] = [ticks.indexOf(lastTicked), ticks.indexOf(event.target)].sort((a, b) => a - b);
    for (const tick of ticks.slice(first, last + 1)) tick.checked = event.target.checked;
  }
  lastTicked = event.target;
}

export function startLists() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onTick);
  document.addEventListener("htmx:configRequest", leaveOutEmpty);
  document.addEventListener("htmx:pushedIntoHistory", () => {
    comeBackHere();
    announce(document);
  });
}
