/* Takes a toast away after its time, never while the pointer is on it or the focus in it.
   Hooks: [data-toast=<seconds>], [data-toast-close] inside. */
for (const toast of document.querySelectorAll("[data-toast]")) {
  const wait = () => {
    setTimeout(() => {
      if (toast.matches(":hover") || toast.querySelector(":focus")) wait();
      else toast.remove();
    }, Number(toast.dataset.toast) * 1000);
  };
  wait();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]").remove();
});
