/* Copies the value of a field. Hooks: button[data-copy=<field id>][data-done=<sentence>], and in the same
   .copy-field an element [data-copy-status] that says so. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const status = button.closest(".copy-field").querySelector("[data-copy-status]");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Only pages served safely may write to the clipboard; the older way works on the selection just made.
    if (!document.execCommand("copy")) return;
  }
  status.textContent = button.dataset.done;
});
