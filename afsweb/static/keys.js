// Keys for every page: help, search, next and previous row in tables with data-rows, and one key for each element with
// data-key. Which keys these are is the person's choice: the templates say it, the help's dialog for the first four.
// A page's own script listens on the document and may call preventDefault; this one listens on the window, so after it.
const help = document.getElementById("keys-help");
const typing = "input, textarea, select, [contenteditable]";

function seen(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

function fillHelp() {
  const list = help.querySelector("[data-page-keys]");
  list.replaceChildren();
  for (const element of document.querySelectorAll("[data-key]")) {
    const term = document.createElement("dt");
    const key = document.createElement("kbd");
    const what = document.createElement("dd");
    key.textContent = element.dataset.key;
    what.textContent = element.dataset.keyLabel || element.textContent.trim() || element.getAttribute("aria-label");
    term.append(key);
    list.append(term, what);
  }
}

function toggleHelp() {
  if (help.open) return help.close();
  fillHelp();
  help.showModal();
}

function use(element) {
  if (element.matches(typing)) element.focus();
  else element.click();
}

function moveRow(step) {
  const table = [...document.querySelectorAll("table[data-rows]")].find(seen);
  const rows = table ? [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.querySelector("a[href]")) : [];
  if (!rows.length) return false;
  const now = rows.findIndex((row) => row.hasAttribute("data-selected") || row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  for (const row of rows) row.toggleAttribute("data-selected", row === next);
  next.querySelector("a[href]").focus();
  return true;
}

function search() {
  const box = document.getElementById("nav-search");
  if (!box || !seen(box)) return false;
  box.focus();
  return true;
}

function press(key) {
  const own = help?.dataset ?? {};
  if (key === own.help) return toggleHelp() ?? true;
  if (help?.open) return false;
  const element = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && seen(one));
  if (element) return use(element) ?? true;
  if (key === own.search) return search();
  if (key === own.next) return moveRow(1);
  if (key === own.previous) return moveRow(-1);
  return false;
}

window.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !event.defaultPrevented;
  if (plain && !event.target.closest?.(typing) && press(event.key)) event.preventDefault();
});

for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.hidden = false;
  opener.addEventListener("click", toggleHelp);
}

// On a phone the navigation scrolls sideways: show where we are.
document.querySelector(".nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
