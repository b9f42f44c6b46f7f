// The outbox: what a person decided and the server does not know yet. It lies in this browser's storage, for all of its
// tabs, and one tab at a time sends it, in its order. What storage cannot keep is held here, and the page says so.
const BATCH = 50;
const PATIENCE = 30_000; // ms that one answer may take
const LONGEST_PAUSE = 15_000;
const LATELY = 30_000; // ms for which a page may still come that was made before a decision was saved
const MOST_LATELY = 100;

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// ---- Talking to the server.
export class Refusal extends Error {}

export async function ask(url, body, more = {}) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
  const signal = AbortSignal.timeout?.(PATIENCE);
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), redirect: "manual", signal, ...more });
  if (answer.ok || answer.status === 422) return answer.json();
  if (answer.type === "opaqueredirect") throw new Refusal("log in again in another tab");
  if (answer.status === 409) throw new Refusal((await answer.json()).message);
  if (answer.status === 403) throw new Refusal("you may not review, or the log-in has changed: reload the page");
  throw new Refusal(`the server answered ${answer.status}`);
}

export function inWords(error) {
  return error instanceof Refusal ? error.message : "the server is away";
}

// ---- This browser's storage, which a person may have switched off, and which may be full.
function names(prefix) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

function read(name) {
  try {
    return { ...JSON.parse(localStorage.getItem(name)), name };
  } catch {
    return null; // not ours: nothing that this script writes looks so
  }
}

function write(item) {
  try {
    localStorage.setItem(item.name, JSON.stringify(item));
    return true;
  } catch {
    return false;
  }
}

// What was saved a moment ago, for the page that this tab shows next: {sample, revision as it was seen, at}.
function lately(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "[]").filter((one) => Date.now() - one.at < LATELY);
  } catch {
    return [];
  }
}

// How many decisions of other people wait in this browser for their log-in.
export function countOthers(user) {
  return names("afs-review:").filter((name) => !name.startsWith(`afs-review:${user}:`)).length;
}

// A decision and its undo of which the server never heard are nothing; one that was ever sent may have arrived.
function withoutPairs(items) {
  const gone = new Set();
  for (const item of items) {
    const target = item.undo && !item.tried && items.find((one) => one.key === item.undo && !one.tried);
    if (target) gone.add(item).add(target);
  }
  return items.filter((item) => !gone.has(item));
}

export class Outbox {
  // `told` hears of every change and every answer: {changed()}, {settled(item, result)}, {unsafe()}.
  constructor(user, url, told) {
    Object.assign(this, { user, url, told, prefix: `afs-review:${user}:`, loose: new Map(), counter: 0, failures: 0 });
    this.trouble = "";
    this.notBefore = 0;
    this.isBusy = false;
    this.lately = `afs-saved:${user}`;
    this.items = this.known();
    window.addEventListener("storage", (event) => {
      if (!event.key?.startsWith(this.prefix)) return;
      this.reload();
      this.send(); // the tab that wrote it may be closed before it has sent it
    });
    window.addEventListener("online", () => this.retry());
    window.addEventListener("pagehide", () => this.sendLast());
    window.addEventListener("beforeunload", (event) => this.loose.size && event.preventDefault());
  }

  known() {
    const stored = names(this.prefix).map(read).filter(Boolean);
    return [...stored, ...this.loose.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  reload() {
    this.items = this.known();
    this.told.changed();
  }

  get waiting() {
    return withoutPairs(this.items);
  }

  post(item) {
    this.counter += 1;
    item.name = `${this.prefix}${String(Date.now()).padStart(15, "0")}-${String(this.counter).padStart(6, "0")}`;
    this.items.push(item);
    this.keep(item);
    this.told.changed();
    this.send();
  }

  keep(item) {
    if (write(item)) this.loose.delete(item.name);
    else {
      this.loose.set(item.name, item);
      this.told.unsafe();
    }
  }

  forget(item) {
    try {
      localStorage.removeItem(item.name);
    } catch {
      // storage is switched off, so there is nothing to remove
    }
    this.loose.delete(item.name);
    this.items = this.items.filter((one) => one.name !== item.name);
    for (const one of [...this.loose.values()]) this.keep(one);
  }

  retry() {
    this.notBefore = 0;
    this.send();
  }

  send() {
    if (this.isBusy || !this.items.length || performance.now() < this.notBefore) return;
    this.isBusy = true;
    const work = () => this.drain();
    // Where there are no locks (plain HTTP to another machine) two tabs may send the same, which counts once.
    const done = navigator.locks ? navigator.locks.request(`${this.prefix}send`, work) : work();
    done.finally(() => {
      this.isBusy = false;
      this.told.changed();
      this.send();
    });
  }

  async drain() {
    try {
      for (let batch = this.compose(); batch.length; batch = this.compose()) {
        const { results } = await ask(this.url, { user: this.user, items: batch });
        results.forEach((result, index) => this.settle(batch[index], result, batch));
        this.failures = 0;
        this.trouble = "";
        this.told.changed();
      }
    } catch (error) {
      this.failures += 1;
      this.trouble = inWords(error);
      const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures);
      this.notBefore = performance.now() + pause - 10;
      setTimeout(() => this.send(), pause);
    }
  }

  compose() {
    this.reload();
    const kept = new Set(this.waiting);
    for (const item of this.items.filter((one) => !kept.has(one))) this.forget(item);
    const batch = [];
    const undone = new Set();
    for (const item of this.items.slice(0, BATCH)) {
      if (undone.has(item.sample)) break; // only the answer to the undo tells the sample's revision
      if (item.undo) undone.add(item.sample);
      batch.push(item);
    }
    for (const item of batch) if (!item.tried) this.keep(Object.assign(item, { tried: true }));
    return batch;
  }

  // Whether a card is not newer than what was decided on it here: a page that was asked for before that decision was
  // saved has it, as it stood then or as the decision left it, which is one revision later.
  isStale({ sample, revision }) {
    return lately(this.lately).some((one) => one.sample === sample && revision <= (one.revision ?? revision) + 1);
  }

  // A cluster's other samples are known by name alone; one that was taken back is open again.
  noteSaved(item, result) {
    const samples = new Set([item.sample, ...(result.samples ?? []), ...Object.keys(result.revisions ?? {})]);
    const others = lately(this.lately).filter((one) => !samples.has(one.sample));
    const revisionOf = (sample) => (sample === item.sample ? item.revision : null);
    const fresh = [...samples].map((sample) => ({ sample, revision: revisionOf(sample), at: Date.now() }));
    const kept = result.status === "saved" ? [...others, ...fresh] : others;
    try {
      sessionStorage.setItem(this.lately, JSON.stringify(kept.slice(-MOST_LATELY)));
    } catch {
      // a stale card is then refused by the server, with its words
    }
  }

  settle(item, result, batch) {
    if (result.status !== "refused") this.noteSaved(item, result);
    this.forget(item);
    for (const [sample, revision] of Object.entries(result.revisions ?? {})) this.renumber(sample, revision);
    if (result.status === "refused" && !item.undo) {
      // Its undo has nothing to undo. What was decided after that is refused with words of its own, if at all.
      const undo = [...batch, ...this.items].find((one) => one.undo === item.key);
      if (undo) undo.isVoid = true;
      if (undo && !batch.includes(undo)) this.forget(undo);
    }
    if (!item.isVoid) this.told.settled(item, result);
  }

  renumber(sample, revision) {
    for (const later of this.items) if (later.sample === sample && !later.undo) this.keep(Object.assign(later, { revision }));
  }

  // True once the item is off the list, false when that takes longer than `patience` ms.
  async isGone(key, patience) {
    const until = performance.now() + patience;
    while (this.waiting.some((one) => one.key === key)) {
      if (performance.now() > until) return false;
      await new Promise((resume) => setTimeout(resume, 20));
    }
    return true;
  }

  sendLast() {
    const batch = this.items.length ? this.compose() : [];
    if (batch.length) ask(this.url, { user: this.user, items: batch }, { keepalive: true }).catch(() => {});
  }
}
