// Small comforts. Every page works without them.
(() => {
  "use strict";

  const focusFirst = (root) => {
    const first = root.querySelector("[data-focus-first]");
    if (first) first.focus();
  };

  // A second press while the first is under way would only be a repeat: the server counts an attempt once.
  const once = (event) => {
    const button = event.submitter;
    if (!button || !button.matches("[data-once]")) return;
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    setTimeout(() => button.removeAttribute("aria-disabled"), 8000);
  };

  // Fields that only matter for one answer: <div data-shown-when="name=value">. Without JavaScript all are shown.
  const reveal = (form) => {
    for (const part of form.querySelectorAll("[data-shown-when]")) {
      const [name, value] = part.dataset.shownWhen.split("=");
      const chosen = new FormData(form).getAll(name);
      part.hidden = !chosen.includes(value);
    }
  };

  addEventListener("DOMContentLoaded", () => {
    focusFirst(document);
    for (const form of document.forms) reveal(form);
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-once]")) button.removeAttribute("aria-disabled");
  });
  addEventListener("submit", once);
  addEventListener("change", (event) => event.target.form && reveal(event.target.form));
  addEventListener("htmx:afterSettle", (event) => focusFirst(event.target));
})();
