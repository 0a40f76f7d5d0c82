// The pharmacist's desk and pages that look again by themselves. Both work without this file.
(() => {
  "use strict";

  const desk = () => document.querySelector("[data-desk]");

  // An old answer must not stay on the screen while a new one is asked for, or where none comes.
  const clear = () => {
    for (const part of desk().querySelectorAll("#answer-word, .answer-line")) part.textContent = "…";
  };
  const noAnswer = () => {
    desk().replaceChildren(document.getElementById("no-answer").content.cloneNode(true));
    document.getElementById("answer-word").focus();
    document.getElementById("said").textContent = document.getElementById("answer-word").textContent;
  };

  const ours = (event) => desk() && event.detail.target === desk();

  addEventListener("htmx:beforeRequest", (event) => ours(event) && clear());
  addEventListener("htmx:sendError", (event) => ours(event) && noAnswer());
  addEventListener("htmx:timeout", (event) => ours(event) && noAnswer());
  addEventListener("htmx:beforeSwap", (event) => {
    if (!ours(event)) return;
    const answered = event.detail.xhr.getResponseHeader("Desk-Answer");
    event.detail.shouldSwap = Boolean(answered);
    event.detail.isError = !answered;
    if (!answered && !event.detail.xhr.getResponseHeader("HX-Redirect")) noAnswer();
  });

  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
  });
})();
