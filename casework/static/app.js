// Small helps on top of pages that work without them.
import { announce } from "./js/announce.js";
import { startDrafts, forgetDrafts, keepOnlyOpenDrafts } from "./js/drafts.js";
import { startRows } from "./js/rows.js";
import { startSearch } from "./js/search.js";
import { startKeepingFocus } from "./js/focus.js";
import { startOnceOnly } from "./js/once.js";
import { startLists } from "./js/lists.js";
import { startShowPassword } from "./js/show_password.js";
import { startLeaving } from "./js/field/leave.js";

function focusErrors(root) {
  const summary = root.querySelector("[data-autofocus]");
  if (summary) summary.focus();
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

startLeaving();
keepOnlyOpenDrafts();
startMenus();
startRows();
startSearch();
startOnceOnly();
startShowPassword();
startHtmx();
startKeepingFocus();
startLists();
startDrafts(document);
announce(document);
focusErrors(document);
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget-drafts]")) forgetDrafts();
});
