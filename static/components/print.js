/* Prints the page. Hook: button[data-print][hidden], shown where there is a script to do it. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
