// The printed page's button; without script the page says how to print.
const button = document.querySelector("[data-print]");
if (button && window.print) {
  button.hidden = false;
  document.querySelector("[data-hint]").hidden = true;
  button.addEventListener("click", () => window.print());
}
