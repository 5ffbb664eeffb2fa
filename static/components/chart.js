/* Tiles under the chart, where a tile server is set and answers: the marks stay the same links. Until the first tile is
   there, and when none comes, the drawn chart stands. Hooks: [data-chart][data-tiles][data-attribution][data-leaflet]
   [data-leaflet-css] holding svg.chart with a[data-lat][data-lon]. */
for (const frame of document.querySelectorAll("[data-chart][data-tiles]")) {
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    show(frame);
  }).observe(frame);
}

async function show(frame) {
  const drawn = frame.querySelector("svg.chart");
  const links = [...drawn.querySelector("svg").querySelectorAll("a[data-lat]")];
  if (!links.length) return;
  const { tiles, attribution, leaflet, leafletCss } = frame.dataset;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: leafletCss }));
  await new Promise((loaded, failed) => {
    const script = Object.assign(document.createElement("script"), { src: leaflet, onload: loaded, onerror: failed });
    document.head.append(script);
  });
  const L = window.L;
  const box = document.createElement("div");
  box.className = "map is-waiting";
  frame.append(box);
  const map = L.map(box, { scrollWheelZoom: false });
  const places = links.map((link) => [Number(link.dataset.lat), Number(link.dataset.lon)]);
  const bounds = L.latLngBounds(places).pad(0.15);
  const closest = { maxZoom: 15 };
  map.fitBounds(bounds, closest);
  links.forEach((link, index) => {
    const mark = document.createElement("a");
    mark.href = link.getAttribute("href");
    mark.className = `map-mark ${link.getAttribute("class") ?? ""}`;
    mark.setAttribute("aria-label", link.getAttribute("aria-label"));
    mark.append(Object.assign(document.createElement("span"), { textContent: link.querySelector(".mark").textContent }));
    L.marker(places[index], {
      icon: L.divIcon({ html: mark, className: "map-spot", iconSize: [28, 28] }),
      interactive: false,
      keyboard: false,
    }).addTo(map);
  });
  L.tileLayer(tiles, { attribution, maxZoom: 19 })
    .once("tileload", () => {
      drawn.setAttribute("hidden", "");
      box.classList.remove("is-waiting");
      map.invalidateSize();
      map.fitBounds(bounds, closest);
    })
    .addTo(map);
}
