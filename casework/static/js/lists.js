// Lists that change in place (htmx): short addresses, the focus, what is read aloud.
import { announce } from "./announce.js";

// What a form of filters leaves empty needs not stand in the address.
function leaveOutEmpty(event) {
  const { verb, parameters } = event.detail;
  if (verb !== "get") return;
  for (const name of [...new Set(Object.keys(parameters))]) {
    if (parameters[name] === "") delete parameters[name];
  }
}

// The link that was followed may be gone: go on from the number of cases, which is read aloud.
function settle() {
  const main = document.querySelector("#main");
  if (!main) return;
  announce(main);
  if (document.activeElement === document.body) main.querySelector("[data-refocus]")?.focus();
}

// The choice of a language comes back to the page as it is now.
function comeBackHere() {
  const here = location.pathname + location.search;
  for (const field of document.querySelectorAll("form.languages input[name=next]")) field.value = here;
}

export function startLists() {
  document.addEventListener("htmx:configRequest", leaveOutEmpty);
  document.addEventListener("htmx:pushedIntoHistory", () => { comeBackHere(); settle(); });
}
