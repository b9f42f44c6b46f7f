// The review page made fast: the next card is painted at once, decisions follow in the background and wait in this
// browser while the server is away. Without this script the same forms are posted one by one. The keys are keys.js's:
// it presses the buttons with data-key; this script says when a key may count.
const place = document.querySelector("[data-review]");
const saved = document.querySelector("[data-saved]");
const notices = document.querySelector("[data-notices]");
const prefix = `afs-review:${place.dataset.user}:`;
const AHEAD = 10;
const HOLD = 20;
const BATCH = 50;
const MEMORY = 100;
const IDLE = 10 * 60_000; // after that long without a key or a click, the leases are left to others

let current = null; // the card on the screen
let ahead = []; // the cards that come next
let past = []; // the cards decided on this page, for undo, with the key of their decision
let decided = 0;
let isPainted = false;
let paintedAt = 0;
let activeAt = 0;

// ---- The outbox: what the server does not know yet, in this browser's storage too.
const outbox = Object.keys(localStorage)
  .filter((name) => name.startsWith(prefix))
  .sort()
  .map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }));
let counter = 0;
let sending = [];
let failures = 0;
let trouble = "";

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function post(item) {
  counter += 1;
  item.name = `${prefix}${String(Date.now()).padStart(15, "0")}-${String(counter).padStart(6, "0")}`;
  outbox.push(item);
  keep(item);
  showSaved();
  send();
}

function keep(item) {
  try {
    localStorage.setItem(item.name, JSON.stringify(item));
  } catch {
    notify("This browser keeps nothing: do not close the page before it says saved.");
  }
}

function forget(item) {
  localStorage.removeItem(item.name);
  const at = outbox.indexOf(item);
  if (at >= 0) outbox.splice(at, 1);
}

function nextBatch() {
  const batch = [];
  for (const item of outbox.slice(0, BATCH)) {
    batch.push(item);
    if (item.undo) break; // what follows may be about the same card, whose revision only the answer tells
  }
  return batch;
}

function ask(url, body, keepalive = false) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), redirect: "manual", keepalive });
}

async function send() {
  if (sending.length || !outbox.length) return;
  sending = nextBatch();
  try {
    const answer = await ask(place.dataset.send, { user: place.dataset.user, items: sending });
    if (!answer.ok) throw await refusal(answer);
    for (const [index, result] of (await answer.json()).results.entries()) settle(sending[index], result);
    failures = 0;
    trouble = "";
  } catch (error) {
    failures += 1;
    trouble = error instanceof Refusal ? error.message : "the server is away";
    setTimeout(send, Math.min(15000, 500 * 2 ** failures));
  }
  const again = sending.length && !trouble;
  sending = [];
  showSaved();
  if (again) send();
}

class Refusal extends Error {}

async function refusal(answer) {
  if (answer.type === "opaqueredirect") return new Refusal("log in again in another tab");
  if (answer.status === 409) return new Refusal((await answer.json()).message);
  if (answer.status === 403) return new Refusal("you may not review, or the log-in has changed: reload the page");
  return new Refusal(`the server answered ${answer.status}`);
}

function settle(item, result) {
  forget(item);
  if (result.status === "undone") {
    const cards = [current, ...ahead, ...past.map((one) => one.card)];
    for (const card of cards) if (card?.sample === item.sample) card.revision = result.revision;
    for (const later of outbox) if (later.sample === item.sample) keep(Object.assign(later, { revision: result.revision }));
  } else if (result.status === "refused") {
    notify(result.message, item.sample);
    if (past.some((one) => one.key === item.key)) decided -= 1;
    past = past.filter((one) => one.key !== item.key);
  }
}

function showSaved() {
  const done = decided ? `${decided} decided here · ` : "";
  const waiting = outbox.length ? `${outbox.length} not saved yet` : "saved";
  saved.textContent = `${done}${waiting}${trouble && `: ${trouble}`}`;
  saved.dataset.waiting = outbox.length;
}

function notify(text, sample) {
  const line = document.createElement("li");
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

// ---- Cards: painted from what was fetched ahead.
function toNode(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function toCard(node) {
  const { sample, version, revision } = node.dataset;
  return { node, sample, version, revision: Number(revision) };
}

function show(card) {
  current = card;
  isPainted = false;
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(card ? card.node : waitingShape());
  if (hadFocus && card) card.node.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  requestAnimationFrame(() => setTimeout(() => {
    isPainted = Boolean(card);
    paintedAt = performance.now();
    place.dataset.painted = card ? card.version : "";
  }));
}

function waitingShape() {
  const shape = document.createElement("section");
  shape.className = "card empty";
  shape.textContent = "Looking for the next sample…";
  return shape;
}

let isAsking = false;

async function refill(isForced = false) {
  if (isAsking || (!isForced && ahead.length >= AHEAD)) return;
  isAsking = true;
  const held = [current, ...ahead].filter(Boolean).map((card) => card.sample).concat(outbox.map((item) => item.sample));
  try {
    const answer = await ask(place.dataset.next, { held, count: Math.max(HOLD - ahead.length, 0) });
    if (!answer.ok) throw await refusal(answer);
    take(await answer.json());
  } catch (error) {
    trouble = error instanceof Refusal ? error.message : "the server is away";
    setTimeout(() => refill(!current), 3000);
    showSaved();
  } finally {
    isAsking = false;
  }
}

function take(told) {
  if (!outbox.length) trouble = "";
  ahead = ahead.filter((card) => !told.lost.includes(card.sample));
  const known = new Set([current, ...ahead, ...outbox].filter(Boolean).map((one) => one.sample));
  ahead.push(...told.cards.map((one) => toCard(toNode(one.html))).filter((card) => !known.has(card.sample)));
  showSaved();
  if (current) return;
  if (ahead.length) show(ahead.shift());
  else if (told.empty) place.replaceChildren(toNode(told.empty));
}

// ---- What a person does.
function decide(form, button) {
  const card = current;
  const fields = Object.fromEntries(new FormData(form, button));
  const key = newKey();
  past = [...past, { card, key }].slice(-MEMORY);
  decided += 1;
  const { decision = "", reason = "", note, ticket } = fields;
  const seconds = (performance.now() - paintedAt) / 1000;
  const { sample, version, revision } = card;
  post({ key, sample, version, revision, decision, reason, note, ticket, seconds });
  show(ahead.shift() ?? null);
  refill(!current);
}

function undo() {
  const { card, key } = past.pop();
  const unsent = outbox.find((item) => item.key === key && !sending.includes(item));
  decided -= 1;
  if (unsent) forget(unsent);
  else post({ key: newKey(), undo: key, sample: card.sample });
  if (current) ahead.unshift(current);
  card.node.querySelector("[data-reasons]").open = false;
  show(card);
  showSaved();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-decide]")) {
    event.preventDefault();
    if (isPainted && form.closest("[data-card]") === current.node) decide(form, event.submitter);
  } else if (form.matches("[data-undo]") && past.length) {
    event.preventDefault();
    undo();
  }
});

for (const sign of ["keydown", "pointerdown"]) document.addEventListener(sign, () => { activeAt = performance.now(); });

document.addEventListener("keydown", (event) => {
  const reasons = current?.node.querySelector("[data-reasons]");
  if (event.key === "Escape" && reasons?.open) reasons.open = false;
  if (event.key === "Escape" && event.target.matches("input, textarea")) event.target.blur();
  // A key held down, or pressed before the card could be seen, would decide what nobody has looked at.
  if (event.key.length === 1 && !event.target.matches("input, textarea, select") && (event.repeat || (current && !isPainted))) {
    event.preventDefault();
  }
});

window.addEventListener("pagehide", () => {
  if (outbox.length) ask(place.dataset.send, { user: place.dataset.user, items: nextBatch() }, true).catch(() => {});
});
window.addEventListener("online", send);
setInterval(() => performance.now() - activeAt < IDLE && refill(true), 60_000);

function begin() {
  const first = place.querySelector("[data-card]");
  const undecided = new Set(outbox.map((item) => item.sample));
  // A page opened for one sample goes on with the queue when it is opened again.
  if (location.search.includes("sample=")) history.replaceState(null, "", place.dataset.here);
  showSaved();
  send();
  if (!first) return;
  const card = toCard(first);
  show(undecided.has(card.sample) ? null : card);
  refill(true);
}

begin();
