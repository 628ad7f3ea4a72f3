// A form is sent once: the second click while the first is under way does nothing.
const PATIENCE = 8000; // ms; a download leaves the page in place, so the form must come back by itself

function release(form) {
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[data-sent]")) {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("data-sent");
  }
}

export function startOnceOnly() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    if (event.submitter) {
      // not `disabled`: a disabled button would not send its name
      event.submitter.setAttribute("aria-disabled", "true");
      event.submitter.setAttribute("data-sent", "");
    }
    setTimeout(release, PATIENCE, form);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll('form[aria-busy="true"]').forEach(release);
  });
}
