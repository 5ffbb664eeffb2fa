/* Choosing a stretch inside a free window: drag it, tap it, or move it with the keys; the two fields say it exactly.
   Keys: arrows move by one step, Shift and arrows lengthen or shorten, Enter books, Escape clears.

   Hooks: .slots[data-resource][data-name][data-step][data-least][data-most][data-book-url][data-quote-url] holding
   .slot[data-state=free] > a; the nearest [data-origin][data-zone] and [data-axis=x|y]; one form[data-selection] with
   an <output>, selects `start` and `end`, a hidden `resource`, [data-selection-price] and [data-selection-clear].

   Minutes are elapsed minutes of the axis, as --from, --to and --span have them. What is sent are instants (RFC 3339,
   UTC). The price is the server's: quote-url?resource=&start=&end= answers one sentence of plain text, a refusal too. */
const bar = document.querySelector("form[data-selection]");
const FREE = '.slots[data-resource] > .slot[data-state="free"] > a';

if (bar) {
  const says = bar.querySelector("output");
  const price = bar.querySelector("[data-selection-price]");
  const { start, end, resource } = bar.elements;
  const ownAction = bar.action;
  let chosen = null;
  let asked = null;
  let pointer = "";
  let dragging = null;

  const minutes = (slot, name) => Number(slot.style.getPropertyValue(name));
  const rules = (list) => {
    const step = Number(list.dataset.step) || 30;
    const up = (length) => Math.ceil(length / step) * step;
    const least = Math.max(step, up(Number(list.dataset.least) || 0));
    return { step, least, most: Number(list.dataset.most) || Infinity, usual: Math.max(least, up(60)) };
  };
  const instant = (list, minute) =>
    new Date(Date.parse(list.closest("[data-origin]").dataset.origin) + minute * 60_000).toISOString().replace(".000Z", "Z");
  const clock = (list, minute) => {
    const timeZone = list.closest("[data-zone]").dataset.zone;
    const shape = { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone };
    const parts = new Intl.DateTimeFormat("en", shape).formatToParts(new Date(instant(list, minute)));
    const part = (type) => parts.find((each) => each.type === type).value;
    return `${Number(part("hour"))}:${part("minute")}`;
  };

  /* The stretch as close to the one asked for as the window, the step, the least and the most allow. */
  function fitted(slot, from, to) {
    const { step, least, most } = rules(slot.parentElement);
    const low = minutes(slot, "--from");
    const room = Math.floor((minutes(slot, "--to") - low) / step) * step;
    if (room < least) return null;
    const first = Math.min(Math.max(0, Math.floor((from - low) / step) * step), room - least);
    const length = Math.min(Math.max(least, Math.round((to - from) / step) * step), most, room - first);
    return { from: low + first, to: low + first + length };
  }

  function choose(slot, from, to, settled = true) {
    const stretch = fitted(slot, from, to);
    if (!stretch) return;
    const list = slot.parentElement;
    chosen = { slot, list, ...stretch };
    draw();
    bar.hidden = false;
    if (settled) settle();
  }

  function draw() {
    const { list, from, to } = chosen;
    let draft = list.querySelector('[data-state="draft"]');
    if (!draft) {
      erase();
      draft = document.createElement("li");
      draft.className = "slot";
      draft.dataset.state = "draft";
      draft.append(Object.assign(document.createElement("span"), { className: "word" }));
      list.append(draft);
    }
    draft.style.setProperty("--from", from);
    draft.style.setProperty("--to", to);
    draft.firstChild.textContent = `${clock(list, from)}–${clock(list, to)}`;
  }

  const erase = () => document.querySelectorAll('.slots > [data-state="draft"]').forEach((draft) => draft.remove());

  function settle() {
    const { slot, list, from, to } = chosen;
    const { step, least, most } = rules(list);
    const low = minutes(slot, "--from");
    const high = minutes(slot, "--to");
    fill(start, list, low, high - least, step, from);
    fill(end, list, from + least, Math.min(high, from + most), step, to);
    resource.value = list.dataset.resource;
    bar.action = list.dataset.bookUrl || ownAction;
    says.textContent = `${list.dataset.name}, ${clock(list, from)}–${clock(list, to)}`;
    ask();
  }

  function fill(select, list, low, high, step, value) {
    const options = [];
    for (let minute = low; minute <= high; minute += step) {
      const option = new Option(clock(list, minute), instant(list, minute), false, minute === value);
      option.dataset.minute = minute;
      options.push(option);
    }
    select.replaceChildren(...options);
  }

  function ask() {
    asked?.abort();
    const url = chosen.list.dataset.quoteUrl || bar.dataset.quoteUrl;
    if (!url) return;
    const mine = (asked = new AbortController());
    tell(bar.dataset.waiting);
    const timer = setTimeout(async () => {
      try {
        const question = new URLSearchParams({ resource: resource.value, start: start.value, end: end.value });
        const answer = await fetch(`${url}?${question}`, { signal: mine.signal, headers: { Accept: "text/plain" } });
        if (!answer.headers.get("Content-Type")?.startsWith("text/plain")) throw new Error("not a sentence");
        tell(await answer.text(), !answer.ok);
      } catch (error) {
        if (error.name !== "AbortError") tell(bar.dataset.failed, true);
      }
    }, 200);
    mine.signal.addEventListener("abort", () => clearTimeout(timer));
  }

  function tell(sentence, refused = false) {
    price.textContent = sentence;
    price.classList.toggle("error", refused);
  }

  function clear() {
    const link = chosen?.slot.querySelector("a");
    asked?.abort();
    erase();
    chosen = null;
    bar.hidden = true;
    tell("");
    says.textContent = "";
    link?.focus();
  }

  /* The minute of the axis under the pointer. */
  function under(list, event) {
    const box = list.getBoundingClientRect();
    const down = list.closest("[data-axis]").dataset.axis === "y";
    const share = down ? (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width;
    return share * Number(getComputedStyle(list).getPropertyValue("--span"));
  }

  const plain = (event) => !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.(FREE)) event.preventDefault();
  });

  document.addEventListener("pointerdown", (event) => {
    const link = event.target.closest(FREE);
    pointer = event.pointerType;
    if (!link || pointer === "touch" || !plain(event)) return;
    dragging = { slot: link.parentElement, at: under(link.parentElement.parentElement, event), moved: false };
  });

  document.addEventListener("pointermove", (event) => {
    if (dragging && !event.buttons) dragging = null;
    if (!dragging) return;
    const { slot, at } = dragging;
    const list = slot.parentElement;
    const { step } = rules(list);
    const here = under(list, event);
    if (!dragging.moved && Math.abs(here - at) < step / 2) return;
    dragging.moved = true;
    const low = minutes(slot, "--from");
    const snapped = (minute, round) => low + round((minute - low) / step) * step;
    choose(slot, snapped(Math.min(at, here), Math.floor), snapped(Math.max(at, here), Math.ceil), false);
  });

  document.addEventListener("pointerup", () => {
    if (dragging?.moved && chosen) settle();
  });

  document.addEventListener("pointercancel", () => {
    dragging = null;
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-selection-clear]")) return clear();
    const link = event.target.closest(FREE);
    const dragged = dragging?.moved;
    dragging = null;
    if (!link || !plain(event)) return;
    const slot = link.parentElement;
    const list = slot.parentElement;
    if (event.detail === 0) {
      // Enter: books what is chosen here, or goes on with the whole window as any link does.
      if (chosen?.slot !== slot) return;
      event.preventDefault();
      bar.requestSubmit();
      return;
    }
    const at = under(list, event);
    if (!fitted(slot, at, at)) return;
    event.preventDefault();
    if (!dragged) choose(slot, at, at + rules(list).usual);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen && event.target.closest(`${FREE}, form[data-selection]`)) return clear();
    const link = event.target.closest(FREE);
    const direction = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!link || !direction) return;
    event.preventDefault();
    const slot = link.parentElement;
    const { step, usual } = rules(slot.parentElement);
    const low = minutes(slot, "--from");
    if (chosen?.slot !== slot) return choose(slot, low, low + usual);
    const { from, to } = chosen;
    if (event.shiftKey) return choose(slot, from, to + direction * step);
    const length = to - from;
    const moved = Math.min(Math.max(low, from + direction * step), minutes(slot, "--to") - length);
    choose(slot, moved, moved + length);
  });

  start.addEventListener("change", () => {
    const from = Number(start.selectedOptions[0].dataset.minute);
    choose(chosen.slot, from, Math.max(from + rules(chosen.list).least, chosen.to));
  });
  end.addEventListener("change", () => choose(chosen.slot, chosen.from, Number(end.selectedOptions[0].dataset.minute)));
}
