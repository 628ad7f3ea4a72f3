// Small helps on top of pages that work without them.
import { startDrafts, forgetDrafts, keepOnlyOpenDrafts } from "./js/drafts.js";
import { startRows } from "./js/rows.js";
import { startSearch } from "./js/search.js";
import { startKeepingFocus } from "./js/focus.js";
import { startOnceOnly } from "./js/once.js";
import { startShowPassword } from "./js/show_password.js";

function focusErrors(root) {
  const summary = root.querySelector("[data-autofocus]");
  if (summary) summary.focus();
}

// A status region is read aloud when its content changes, not when the page arrives with it.
function announce(root) {
  for (const region of root.querySelectorAll("[data-announce]")) {
    const parts = [...region.childNodes];
    if (!region.textContent.trim()) continue;
    region.replaceChildren();
    setTimeout(() => region.replaceChildren(...parts), 60);
  }
}

function startMenus() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

function startHtmx() {
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token) event.detail.headers["X-CSRFToken"] = token.content;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    focusErrors(event.target);
    startDrafts(event.target);
  });
}

keepOnlyOpenDrafts();
startMenus();
startRows();
startSearch();
startOnceOnly();
startShowPassword();
startHtmx();
startKeepingFocus();
startDrafts(document);
announce(document);
focusErrors(document);
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget-drafts]")) forgetDrafts();
});
