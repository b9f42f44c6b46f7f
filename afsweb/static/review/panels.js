// What a card loads only when somebody stays on it or asks: its neighbours, its runs, its near-duplicates.
function fill(place, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  place.replaceChildren(template.content);
}

async function load(place, url) {
  delete place.dataset.later;
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", Accept: "text/html" }, redirect: "manual" });
    if (answer.status !== 200) throw new Error(answer.status);
    fill(place, await answer.text());
  } catch {
    place.dataset.later = url; // tried again when the card is shown again
  }
  place.removeAttribute("aria-busy");
}

export function loadLater(node) {
  for (const place of node.querySelectorAll("[data-later]")) load(place, place.dataset.later);
}

// The panel says how many wait just now, so it is asked for each time that it opens.
export async function openPanel(details) {
  const place = details.querySelector("[data-panel]");
  place.textContent = "Counting…";
  try {
    const answer = await fetch(place.dataset.panel, { headers: { "HX-Request": "true", Accept: "text/html" }, redirect: "manual" });
    if (answer.status !== 200) throw new Error(answer.status);
    fill(place, await answer.text());
  } catch {
    place.textContent = "The server does not answer, so nobody knows how many wait. Close this and open it again.";
  }
}

export function closePanels(node) {
  const open = [...node.querySelectorAll("details.menu[open]")];
  for (const details of open) details.open = false;
  return open;
}
