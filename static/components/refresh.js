/* A form whose answer appears in place: filters and their results, a booking and its price.
   Hooks: form[data-refresh=<ids of the regions to renew>]; data-refresh-url where the preview is read, when it is not
   the form's own action; [data-refresh-submit] is hidden, since every change is sent. A region with role="status"
   outside the others, named too, says how many were found. The page of the answer is the page without a script: the
   server draws both. */
const running = new WeakMap();

for (const button of document.querySelectorAll("form[data-refresh] [data-refresh-submit]")) button.hidden = true;

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.refresh) refresh(form);
});

async function refresh(form) {
  running.get(form)?.abort();
  const stop = new AbortController();
  running.set(form, stop);
  const own = !form.dataset.refreshUrl;
  const url = new URL(form.dataset.refreshUrl || form.action, location.href);
  const said = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
  url.search = new URLSearchParams(said);
  const regions = form.dataset.refresh.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
  const busy = setTimeout(() => regions.forEach((region) => region.setAttribute("aria-busy", "true")), 500);
  try {
    const answer = await fetch(url, { signal: stop.signal, credentials: "same-origin" });
    // A preview that is refused says why in the same regions.
    if (!answer.ok && (own || answer.status !== 422)) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const region of regions) {
      const fresh = page.getElementById(region.id);
      if (fresh) region.replaceChildren(...document.importNode(fresh, true).childNodes);
    }
    if (own) history.replaceState(null, "", url);
  } catch (error) {
    if (error.name === "AbortError") return;
    // The whole page says what is wrong, in words; a preview that cannot be had leaves nothing stale behind.
    if (own) form.submit();
    else regions.forEach((region) => region.replaceChildren(form.dataset.refreshFailed ?? ""));
  } finally {
    clearTimeout(busy);
    if (running.get(form) === stop) regions.forEach((region) => region.removeAttribute("aria-busy"));
  }
}
