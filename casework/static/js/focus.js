// htmx puts new elements in the place of old ones: the focus must find its way to what took its place.
let left = null;

function words(element) {
  return `${element.tagName} ${element.getAttribute("name") || ""} ${element.textContent.trim()}`;
}

function twinOf(area) {
  if (left.id) return document.getElementById(left.id);
  const same = [...area.querySelectorAll(left.tag)].filter((element) => words(element) === left.words);
  return same[Math.min(left.place, same.length - 1)];
}

export function startKeepingFocus() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const element = document.activeElement;
    const area = event.detail.target;
    if (!area.contains(element) || element === document.body) return;
    const alike = [...area.querySelectorAll(element.tagName)].filter((other) => words(other) === words(element));
    left = { id: element.id, tag: element.tagName, words: words(element), place: alike.indexOf(element) };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!left) return;
    const main = document.getElementById("main");
    const next = () => twinOf(main || document.body) || main?.querySelector("[data-refocus]") || main;
    if (document.activeElement === document.body) next()?.focus({ preventScroll: true });
    left = null;
  });
}
