/* On a phone a week is a swipe of days: it opens on today. Hooks: .agenda holding .day[aria-current]. */
for (const agenda of document.querySelectorAll(".agenda")) {
  const today = agenda.querySelector(".day[aria-current]");
  if (today) agenda.scrollLeft = today.offsetLeft - agenda.querySelector(".hours").offsetWidth - agenda.offsetLeft;
}
