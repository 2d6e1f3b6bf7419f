/* Shows buttons with data-print, which print the page. Without scripts they stay hidden: the browser's own menu prints. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
  button.hidden = false;
}
