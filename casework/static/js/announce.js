// A status region is read aloud when its content changes, not when the page arrives with it.
export function announce(root) {
  for (const region of root.querySelectorAll("[data-announce]")) {
    const parts = [...region.childNodes];
    if (!region.textContent.trim()) continue;
    region.replaceChildren();
    setTimeout(() => region.replaceChildren(...parts), 60);
  }
}
