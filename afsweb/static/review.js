// The review page made fast: the next card is painted at once, decisions follow in the background and wait in this
// browser while the server is away. Without this script the same forms are posted one by one. The keys are keys.js's:
// it presses the buttons with data-key; this script says when a key may count.
import { Outbox, ask, countOthers, inWords, newKey } from "./review/outbox.js";
import { closePanels, loadLater, openPanel } from "./review/panels.js";
import { Tabs } from "./review/tabs.js";

const place = document.querySelector("[data-review]");
const saved = document.querySelector("[data-saved]");
const said = document.querySelector("[data-said]");
const notices = document.querySelector("[data-notices]");
const { user } = place.dataset;
const AHEAD = 14; // cards below which more are asked for
const HOLD = 24;
const AT_ONCE = 8; // cards that are claimed at a time
const MEMORY = 100;
const IDLE = 10 * 60_000; // after that long without a key or a click, the leases are left to others
const MOMENT = 700; // ms on a card, after which its neighbours are asked for
const SLOW = 1_500; // ms without an answer, after which a page without a card says so
const PATIENCE = 5_000; // ms that an answer with cards may take; twice as long after each time that none came
const LONGEST = 30_000;
const LOOK_AGAIN = 5_000; // ms until a queue with nothing left is looked into again
const SAID = { accept: "Accepted", reject: "Rejected", skip: "Skipped", golden: "Golden", flag: "Flagged" };
const typing = "input, textarea, select, [contenteditable]";

// A step is a card of this page with what was decided on it: {card, taken}. Steps are gone through with next and previous.
const steps = [];
const labels = new Map(); // reason -> its words
let at = -1; // the step on the screen; one behind the last while the next card is looked for
let ahead = []; // the cards that come next
const taken = []; // what undo takes back, the newest last: {key, sample, decision, reason, step?, isCluster?, before?}
let model = null; // the last decision, for "decide as I did last"
let decided = 0;
let isPainted = false;
let paintedAt = 0;
let activeAt = 0;
let isAsking = false;
let misses = 0; // times in a row that no cards came because no answer came
let trouble = "";
let isPastKnown = false;
let moment = 0;
let lookAgain = 0;

const current = () => steps[at] ?? null;
const isActive = () => performance.now() - activeAt < IDLE;
const tabs = new Tabs(user);
const outbox = new Outbox(user, place.dataset.send, { changed: showSaved, settled, unsafe });

// ---- What is said: saved or not, what was decided, what went wrong.
function showSaved() {
  const count = outbox.waiting.length;
  // That no more cards come concerns a person only while something waits: for the server, or for a card.
  const why = outbox.trouble || (count || !current() ? trouble : "");
  const done = decided ? `${decided} decided here · ` : "";
  saved.textContent = `${done}${count ? `${count} not saved yet` : "saved"}${why && `: ${why}`}`;
  saved.dataset.waiting = count;
}

function say(text) {
  said.textContent = text;
}

function words({ decision, reason }) {
  return (SAID[decision || "reject"] ?? "Edited") + (reason ? `: ${labels.get(reason) ?? reason}` : "");
}

function notify(text, sample = "") {
  const line = [...notices.children].find((one) => one.dataset.about === (sample || text)) ?? document.createElement("li");
  line.dataset.about = sample || text;
  line.className = "message error";
  line.textContent = `${text} `;
  if (sample) {
    const link = document.createElement("a");
    link.href = `${place.dataset.here.split("?")[0]}?sample=${sample}`;
    link.textContent = "Look at it";
    line.append(link);
  }
  notices.append(line);
  notices.hidden = false;
}

function unsafe() {
  notify("This browser's storage is full or switched off: keep this page open until it says saved.");
}

function settled(item, result) {
  for (const [sample, revision] of Object.entries(result.revisions ?? {})) {
    for (const card of [...ahead, ...steps.map((step) => step.card)]) if (card.sample === sample) card.revision = revision;
  }
  if (item.cluster && result.status === "saved") joined(item, result);
  if (result.status !== "refused") return;
  notify(result.message, item.sample);
  const index = taken.findIndex((one) => one.key === item.key);
  if (index >= 0) takeBack(taken.splice(index, 1)[0]);
}

// A decision for a cluster took others with it: they are not shown again.
function joined(item, result) {
  const others = new Set(result.samples);
  ahead = ahead.filter((card) => !others.has(card.sample));
  const left = result.left_out ? `; ${result.left_out} left out, open in front of somebody else` : "";
  say(`${result.samples.length} near-duplicates ${SAID[item.decision || "reject"].toLowerCase()} as one${left}.`);
  for (const step of steps) {
    if (others.has(step.card.sample) && !step.taken) step.taken = taken.find((one) => one.key === item.key) ?? null;
  }
}

// ---- Cards: painted from what was fetched ahead.
function toNode(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

// A card becomes a part of the page's tree only when it is about to be shown: twenty at once would be felt.
class Card {
  constructor({ sample, version, revision, html = "" }, face = null) {
    Object.assign(this, { sample, version, revision: Number(revision), html, face });
  }

  get node() {
    this.face ??= toNode(this.html);
    return this.face;
  }
}

function paint() {
  const step = current();
  isPainted = false;
  clearTimeout(moment);
  const hadFocus = place.contains(document.activeElement);
  if (step) {
    closePanels(step.card.node);
    dress(step);
  }
  place.replaceChildren(step ? step.card.node : waitingShape());
  if (hadFocus && step) step.card.node.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  requestAnimationFrame(() => setTimeout(() => {
    if (step !== current()) return; // another card took its place before it was seen
    isPainted = Boolean(step);
    paintedAt = performance.now();
    place.dataset.painted = step ? step.card.version : "";
    if (step) moment = setTimeout(() => loadLater(step.card.node), MOMENT);
    setTimeout(() => ahead[0]?.node);
  }));
}

function dress({ card, taken: decision }) {
  for (const button of card.node.querySelectorAll("[data-reasons] [value]")) labels.set(button.value, button.dataset.word);
  for (const button of card.node.querySelectorAll("[data-do]")) button.hidden = button.dataset.do === "repeat" && !model;
  const repeat = card.node.querySelector("[data-repeat]");
  if (model && repeat) repeat.textContent = `Again: ${words(model).toLowerCase()}`;
  card.node.querySelector("[data-taken]")?.remove();
  if (!decision) return;
  const line = document.createElement("p");
  line.className = "message";
  line.dataset.taken = "";
  const way = decision.isCluster ? "Undo takes all of them back." : "Undo takes it back, another decision replaces it.";
  line.textContent = `${words(decision)}${decision.isCluster ? ", with its near-duplicates as one" : ""}. ${way}`;
  card.node.prepend(line);
}

function waitingShape() {
  const shape = document.createElement("section");
  shape.className = "card empty";
  shape.dataset.looking = "";
  shape.textContent = looking();
  return shape;
}

function looking() {
  return trouble ? `No next sample yet: ${trouble}. It is asked for until it comes.` : "Looking for the next sample…";
}

// What stands between a person and more cards, or nothing.
function explain(why) {
  trouble = why;
  const shape = place.querySelector("[data-looking]");
  if (shape) shape.textContent = looking();
  showSaved();
}

function goTo(index) {
  at = index;
  paint();
}

// To the next card that nobody decided: one that was passed, or a new one.
function goOn() {
  const open = steps.findIndex((step, index) => index > at && !step.taken);
  if (open >= 0) goTo(open);
  else showNew();
}

function showNew() {
  if (!ahead.length) return goTo(steps.length);
  steps.push({ card: ahead.shift(), taken: null });
  if (steps.length > MEMORY) steps.shift();
  goTo(steps.length - 1);
}

// ---- Cards from the server.
function held() {
  const open = steps.filter((step) => !step.taken).map((step) => step.card);
  return [...open, ...ahead].map((card) => card.sample);
}

// A request that hangs must not keep the next card away; a server that is only slow must have its time.
function patience() {
  return { signal: AbortSignal.timeout?.(Math.min(LONGEST, PATIENCE * 2 ** misses)) };
}

async function refill(isForced = false, more = {}) {
  if (isAsking || (!isForced && ahead.length >= AHEAD)) return;
  isAsking = true;
  const known = new Set([...held(), ...outbox.items.map((item) => item.sample), ...tabs.others]);
  const slow = setTimeout(() => explain(trouble || "the server takes long to answer"), SLOW);
  let came = 0;
  try {
    const count = Math.min(Math.max(HOLD - ahead.length, 0), AT_ONCE);
    const told = await ask(place.dataset.next, { user, held: [...known].slice(0, 200), count, ...more }, patience());
    hear(told);
    // Where nothing is ahead the next card is not kept waiting for the eighth to be made.
    const first = ahead.length ? told.claimed.length : 1;
    for (const some of [told.claimed.slice(0, first), told.claimed.slice(first)]) came += await fetchCards(some);
    misses = 0;
    if (!current()) showNext(told);
  } catch (error) {
    misses += 1;
    explain(inWords(error));
    setTimeout(() => refill(!current(), more), 3000);
  } finally {
    clearTimeout(slow);
    isAsking = false;
  }
  if (came) refill();
}

function hear({ past, lost, claimed }) {
  explain("");
  outbox.retry();
  if (past) learn(past);
  ahead = ahead.filter((card) => !lost.includes(card.sample));
  tabs.tell([...held(), ...claimed.map((one) => one.sample)]);
}

// Returns how many cards were new.
async function fetchCards(claimed) {
  if (!claimed.length) return 0;
  const { cards } = await ask(place.dataset.cards, { user, claimed }, patience());
  // Asked for before the last decisions, an answer may bring what has been on the screen since.
  const shown = steps.map((step) => step.card.sample);
  const known = new Set([...held(), ...shown, ...outbox.waiting.map((item) => item.sample), ...tabs.others]);
  const fresh = cards.map((one) => new Card(one)).filter((card) => !known.has(card.sample));
  ahead.push(...fresh);
  place.dataset.ahead = ahead.length;
  tabs.tell(held());
  showSaved();
  if (!current() && ahead.length) showNew();
  return fresh.length;
}

function showNext(told) {
  const passed = steps.findIndex((step) => !step.taken);
  if (told.claimed.length) setTimeout(() => refill(true), 1000); // all of them known: others come
  else if (told.empty && passed >= 0) goTo(passed);
  else if (told.empty) showEmpty(told.empty);
}

// Nothing is left: others may hold it only for a moment, and new samples come.
function showEmpty(html) {
  const fresh = toNode(html);
  if (!place.firstElementChild?.isEqualNode(fresh)) place.replaceChildren(fresh); // else a focus in it stays
  clearTimeout(lookAgain);
  lookAgain = setTimeout(() => !current() && !document.hidden && isActive() && refill(true), LOOK_AGAIN);
}

// What was decided before this page was opened: what the server does not know yet, from the first moment on, since it may
// be sent while the server's own word is under way; then that word.
function remember(past) {
  const undone = new Set(outbox.items.map((item) => item.undo));
  const here = new Set(taken.map((one) => one.key));
  const unsent = outbox.items.filter((item) => !item.undo && !past.some((one) => one.key === item.key));
  const before = [...past.toReversed(), ...unsent].filter((one) => !undone.has(one.key) && !here.has(one.key));
  taken.unshift(...before.map(({ key, sample, decision, reason }) => ({ key, sample, decision, reason })));
  model ??= before.findLast((one) => one.decision !== "edit" && !one.cluster) ?? null;
  if (current() && model) dress(current());
}

function learn(past) {
  isPastKnown = true;
  document.querySelector("[data-undo] [name=key]").value = ""; // what the form is about when this list is at its end
  remember(past);
}

// ---- What a person does.
function decide(fields, isCluster = false) {
  const step = current();
  const { card } = step;
  const { decision = "", reason = "", note = "" } = fields;
  if (step.taken?.isCluster) return say("It was decided with its near-duplicates as one: undo that first.");
  const before = step.taken;
  if (before && !isCluster) {
    takeBack(taken.splice(taken.indexOf(before), 1)[0]);
    outbox.post({ key: newKey(), undo: before.key, sample: card.sample });
  }
  const key = newKey();
  const seconds = (performance.now() - paintedAt) / 1000;
  step.taken = { key, sample: card.sample, decision, reason, step, isCluster, before: isCluster ? before : null, isHere: true };
  taken.push(step.taken);
  while (taken.length > MEMORY) taken.shift();
  decided += 1;
  if (!isCluster) model = { decision, reason };
  const what = words(step.taken);
  outbox.post({
    key, sample: card.sample, version: card.version, revision: card.revision, decision, reason, note, seconds,
    ticket: card.node.querySelector("[name=ticket]").value,
    ...(isCluster ? { cluster: true } : {}),
  });
  goOn();
  say(`${what}. ${about()}`);
  refill(!current());
}

function about() {
  return current() ? `Now: ${current().card.node.dataset.about}.` : "No other sample is here yet.";
}

// A decision does not count any more: its step is open again, or has the decision that it had before.
function takeBack(one) {
  if (one.isHere) decided -= 1;
  for (const step of steps) if (step.taken === one) step.taken = step === one.step ? one.before : null;
}

async function undo() {
  const last = taken.pop();
  const what = words(last);
  takeBack(last);
  const item = { key: newKey(), undo: last.key, sample: last.sample };
  outbox.post(item);
  if (last.step) {
    let index = steps.indexOf(last.step);
    if (index < 0) steps.splice((index = 0), 0, last.step);
    goTo(index);
    say(`Taken back: ${what.toLowerCase()}. ${about()}`);
  } else if (!(await bring(last.sample, item.key))) {
    say(`Taken back: ${what.toLowerCase()}. Its sample comes again once the server answers.`);
  }
}

// Shows a sample that this page never had, once the server knows that its decision is taken back.
async function bring(sample, key) {
  isPainted = false;
  place.setAttribute("aria-busy", "true");
  let card = null;
  try {
    if (await outbox.isGone(key, 5000)) card = await fetchOne(sample);
  } catch {
    // the same as an answer without the card
  }
  place.removeAttribute("aria-busy");
  isPainted = Boolean(current());
  if (!card) return false;
  ahead = ahead.filter((card) => card.sample !== sample);
  // After an undone edit the card of a text that is current no more would come again later.
  const stale = steps.findIndex((step) => step.card.sample === sample);
  const index = stale >= 0 ? stale : Math.max(at, 0);
  steps.splice(index, stale >= 0 ? 1 : 0, { card, taken: null });
  goTo(index);
  say(`Taken back. ${about()}`);
  return true;
}

async function fetchOne(sample) {
  const { shown } = await ask(place.dataset.next, { user, show: sample });
  const { cards } = shown ? await ask(place.dataset.cards, { user, claimed: [shown] }) : { cards: [] };
  return cards.length ? new Card(cards[0]) : null;
}

function move(step) {
  if (step < 0 && at > 0) goTo(at - 1);
  else if (step > 0 && at < steps.length - 1) goTo(at + 1);
  else if (step > 0 && ahead.length) {
    showNew();
    refill();
  } else {
    refill(true);
    return say(step < 0 ? "This is the first card of this page." : "No other card is here yet.");
  }
  const decision = current().taken ? `${words(current().taken)}. ` : "";
  say(`${decision}${about()}`);
}

async function verifyAgain(step, form) {
  const button = form.querySelector("button");
  button.disabled = true;
  say("Verifying again…");
  try {
    const { card, message } = await ask(form.action, {});
    exchange(step, new Card(card));
    say(message);
  } catch (error) {
    say(`Not verified: ${inWords(error)}.`);
  }
  button.disabled = false;
}

// The new face of a card in the place of the old one: the note and what the eye rests on stay.
function exchange(step, fresh) {
  fresh.node.querySelector("[name=note]").value = step.card.node.querySelector("[name=note]").value;
  const hadFocus = step.card.node.contains(document.activeElement);
  const height = window.scrollY;
  step.card = fresh;
  if (step !== current()) return;
  dress(step);
  place.replaceChildren(fresh.node);
  place.dataset.painted = fresh.version;
  if (hadFocus) fresh.node.focus({ preventScroll: true });
  window.scrollTo(0, height);
  loadLater(fresh.node);
}

const does = {
  next: () => move(1),
  previous: () => move(-1),
  repeat: () => decide(model),
};

// ---- When a key, a button or a form counts.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const isOurs = current() && form.closest("[data-card]") === current().card.node;
  if (form.matches("[data-undo]") && taken.length) {
    event.preventDefault();
    if (isPainted || !current()) undo();
  } else if (form.matches("[data-undo]") && !isPastKnown && outbox.waiting.length) {
    event.preventDefault(); // the form would undo what the server knows of, not what comes next
    say("What was decided before is not known yet: undo it once the server answers.");
  } else if (form.matches("[data-decide], [data-decide-cluster], [data-verify]")) {
    event.preventDefault();
    if (!isPainted || !isOurs) return;
    if (form.matches("[data-verify]")) return verifyAgain(current(), form);
    const note = current().card.node.querySelector("[name=note]").value;
    decide({ ...Object.fromEntries(new FormData(form, event.submitter)), note }, form.matches("[data-decide-cluster]"));
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button && isPainted) does[button.dataset.do]();
  else if (current() && !event.target.closest("details.menu")) closePanels(current().card.node);
});

document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.open || !details.matches("[data-card] details.menu")) return;
  for (const other of document.querySelectorAll("[data-card] details.menu[open]")) if (other !== details) other.open = false;
  if (details.matches("[data-cluster]")) openPanel(details);
}, true);

for (const sign of ["keydown", "pointerdown"]) document.addEventListener(sign, () => { activeAt = performance.now(); });

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches(typing)) event.target.blur();
  else if (event.key === "Escape" && current()) closePanels(current().card.node)[0]?.querySelector("summary").focus();
  // A key held down, or pressed before the card could be seen, would decide what nobody has looked at.
  const isEarly = event.repeat || (current() && !isPainted);
  const isPress = event.key.length === 1 || (event.key === "Enter" && event.target.matches("button, summary, a"));
  if (isEarly && isPress && !event.target.matches(typing)) event.preventDefault();
});

window.addEventListener("pageshow", (event) => event.persisted && refill(true));
document.addEventListener("visibilitychange", () => !document.hidden && !current() && refill(true));
setInterval(() => isActive() && refill(true), 60_000);

function begin() {
  const first = place.querySelector("[data-card]");
  const elsewhere = new Set([...outbox.waiting.map((item) => item.sample), ...tabs.others]);
  const isAsked = location.search.includes("sample=");
  // A page opened for one sample goes on with the queue when it is opened again.
  if (isAsked) history.replaceState(null, "", place.dataset.here);
  const others = countOthers(user);
  if (others) notify(`${others} decisions of somebody else wait in this browser. They are sent when that person logs in here.`);
  showSaved();
  remember([]);
  outbox.send();
  const card = first && new Card(first.dataset, first);
  if (card && (isAsked || !(elsewhere.has(card.sample) || outbox.isStale(card)))) {
    steps.push({ card, taken: null });
    goTo(0);
    tabs.tell(held());
  } else if (card) goTo(0);
  refill(true, { past: true });
  place.dataset.begun = "";
}

begin();
