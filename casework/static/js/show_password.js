// A button beside each password that shows what was typed; without this module there is none.
export function startShowPassword() {
  const words = document.body.dataset;
  for (const input of document.querySelectorAll("input[data-show-password]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small show-password";
    button.setAttribute("aria-controls", input.id);
    const say = () => {
      const shown = input.type === "text";
      button.textContent = shown ? words.hidePassword : words.showPassword;
      button.setAttribute("aria-pressed", String(shown));
    };
    button.addEventListener("click", () => {
      input.type = input.type === "password" ? "text" : "password";
      say();
    });
    input.form?.addEventListener("submit", () => { input.type = "password"; });
    say();
    input.after(button);
  }
}
