/* Opens the booking page as a sheet over the present one. Hooks: a[data-sheet], form[method=get][data-sheet]; in the
   page that they lead to, one .sheet with a [tabindex="-1"] title and [data-sheet-close]. Anything unexpected, such as
   having to sign in first, is simply followed as a link. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-sheet]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(link.href, link);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-sheet]");
  if (!form) return;
  event.preventDefault();
  const url = new URL(form.action, location.href);
  url.search = new URLSearchParams(new FormData(form));
  open(url.href, event.submitter ?? document.activeElement);
});

async function open(url, opener) {
  const sheet = await fetched(url);
  if (!sheet) return location.assign(url);
  const dialog = document.createElement("dialog");
  dialog.className = "sheet-dialog";
  dialog.setAttribute("aria-labelledby", sheet.getAttribute("aria-labelledby"));
  dialog.append(sheet);
  for (const form of dialog.querySelectorAll("form:not([action])")) form.action = url;
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-sheet-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener?.focus();
  });
  dialog.showModal();
  dialog.querySelector("[tabindex='-1']")?.focus();
}

async function fetched(url) {
  try {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const sheet = page.querySelector(".sheet");
    return sheet && document.importNode(sheet, true);
  } catch {
    return null;
  }
}
