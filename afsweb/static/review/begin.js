// Watches whether the page's own script comes. One that did not, or takes long, is said, and the page is loaded again as
// soon as the server answers; until then it works by plain forms, as it does without scripts.
const place = document.querySelector("[data-review]");
const script = document.querySelector("script[data-begins]");
const saved = document.querySelector("[data-saved]");
const PATIENCE = 5_000; // ms that the script may take, and one answer
const WAS_LOADED_AGAIN = performance.getEntriesByType("navigation")[0]?.type === "reload";
const PAUSE = WAS_LOADED_AGAIN ? 10_000 : 1_000; // what fails a second time may fail for good
const isMissing = () => !("begun" in place.dataset);
const isTyping = () => document.activeElement.matches("input, textarea, select");
let isTrying = false;

async function answers() {
  try {
    return (await fetch(script.src, { cache: "reload", signal: AbortSignal.timeout?.(PATIENCE) })).ok;
  } catch {
    return false;
  }
}

async function again() {
  if (!isMissing()) return;
  saved.textContent = "This page has not come whole. It is loaded again as soon as the server answers.";
  if ((await answers()) && isMissing() && !isTyping()) return location.reload();
  setTimeout(again, PAUSE);
}

function begin() {
  if (!isTrying) setTimeout(again, WAS_LOADED_AGAIN ? PAUSE : 0);
  isTrying = true;
}

script.addEventListener("error", begin);
setTimeout(begin, PATIENCE);
