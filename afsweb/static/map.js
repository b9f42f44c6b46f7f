// A map of samples: asks for the points of what is in view, opens the point that is clicked, lists what a line encloses.
// charts.js draws and moves the data; everything that is done here by pointer is also done by the form above the plot.
const SETTLED_MS = 250;
const NEAR_PIXELS = 10;
const place = document.querySelector("[data-map]");
const form = place.parentElement.querySelector("form");
const hooked = new WeakSet();
let corners = null;
let timer = 0;
let isHeld = false;

function figure() {
  return place.chartDocument.get_model_by_name("map");
}

function source() {
  return place.chartDocument.get_model_by_name("points");
}

function view() {
  const { x_range, y_range } = figure();
  return { x0: x_range.start, x1: x_range.end, y0: y_range.start, y1: y_range.end };
}

function ask() {
  const edges = view();
  const url = new URL(place.dataset.points, window.location.href);
  url.searchParams.set("colour", form.elements.colour.value);
  for (const [name, value] of Object.entries(edges)) {
    url.searchParams.set(name, value);
    form.elements[name].value = value.toFixed(4);
  }
  place.dataset.chartUrl = url;
  place.dispatchEvent(new Event("chart:again"));
}

// Not in the middle of a drag: new points would make it stutter.
function askSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => (isHeld ? askSoon() : ask()), SETTLED_MS);
}

function isInside(x, y) {
  let odd = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [ax, ay] = corners[i];
    const [bx, by] = corners[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

// New points came: those within the line stay marked.
function mark() {
  const points = source();
  const { x, y } = points.data;
  const inside = [];
  if (corners) for (let i = 0; i < x.length; i++) if (isInside(x[i], y[i])) inside.push(i);
  points.selected.indices = inside;
}

function look(geometry) {
  if (geometry.type !== "poly") return;
  corners = Array.from(geometry.x, (x, at) => [x, geometry.y[at]]);
  if (corners.length < 3) return;
  const values = { outline: JSON.stringify(corners), csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value };
  htmx.ajax("POST", place.dataset.look, { target: "#selection", swap: "outerHTML", values });
}

function open({ x, y }) {
  const { x_range, y_range, inner_width, inner_height } = figure();
  const across = inner_width / (x_range.end - x_range.start);
  const up = inner_height / (y_range.end - y_range.start);
  const data = source().data;
  let nearest = -1;
  let least = NEAR_PIXELS;
  for (let i = 0; i < data.x.length; i++) {
    const far = Math.hypot((data.x[i] - x) * across, (data.y[i] - y) * up);
    if (far < least) [least, nearest] = [far, i];
  }
  if (nearest >= 0) window.location.assign(`${place.dataset.points}${data.id[nearest]}/`);
}

function hook(plot) {
  hooked.add(plot);
  plot.on_event("rangesupdate", askSoon);
  plot.on_event("tap", open);
  plot.on_event("reset", () => {
    corners = null;
    askSoon();
  });
  plot.on_event("selectiongeometry", ({ geometry, final }) => final && look(geometry));
  place.chartDocument.event_manager.subscribed_models.add(plot);
}

function swatch(colour) {
  const [drawing, dot] = ["svg", "circle"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  drawing.setAttribute("class", "swatch");
  drawing.setAttribute("viewBox", "0 0 10 10");
  drawing.setAttribute("aria-hidden", "true");
  for (const [name, value] of [["cx", 5], ["cy", 5], ["r", 5], ["fill", colour]]) dot.setAttribute(name, value);
  drawing.append(dot);
  return drawing;
}

function showLegend({ legend, shown, there }) {
  const items = legend.map(({ label, colour, count }) => {
    const item = document.createElement("li");
    item.append(swatch(colour), `${label} ${count.toLocaleString("en")}`);
    return item;
  });
  place.parentElement.querySelector("[data-legend]").replaceChildren(...items);
  const all = `${there.toLocaleString("en")} points`;
  place.parentElement.querySelector("[data-shown]").textContent =
    shown < there
      ? `${shown.toLocaleString("en")} of ${all} are drawn: all where few lie, some where many do. Zoom in to see the others; a line takes them all.`
      : `${all}, each drawn.`;
}

place.addEventListener("pointerdown", () => (isHeld = true), true);
for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, () => (isHeld = false), true);

place.addEventListener("chart:shown", ({ detail }) => {
  if (!hooked.has(figure())) hook(figure());
  mark();
  showLegend(detail);
});

// The form lists what lies between its edges; the plot goes there too.
form.addEventListener("submit", () => {
  const edge = Object.fromEntries(["x0", "x1", "y0", "y1"].map((name) => [name, form.elements[name].valueAsNumber]));
  if (!place.chartDocument || !(edge.x0 < edge.x1 && edge.y0 < edge.y1)) return;
  corners = null;
  figure().x_range.setv({ start: edge.x0, end: edge.x1 });
  figure().y_range.setv({ start: edge.y0, end: edge.y1 });
  ask();
});

form.querySelector("[data-colour]").addEventListener("change", () => {
  const url = new URL(window.location.href);
  url.searchParams.set("colour", form.elements.colour.value);
  window.history.replaceState(null, "", url);
  if (place.chartDocument) ask();
});
