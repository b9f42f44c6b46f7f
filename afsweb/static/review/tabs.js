// Tabs of one person in one browser tell each other which samples they have, so that no two of them show the same.
import { newKey } from "./outbox.js";

const LIFE = 150_000; // ms after which a tab that says nothing is taken for closed; each speaks once a minute

export class Tabs {
  constructor(user) {
    this.prefix = `afs-held:${user}:`;
    this.own = this.prefix + newKey();
    window.addEventListener("pagehide", () => this.tell([]));
  }

  tell(samples) {
    try {
      if (samples.length) localStorage.setItem(this.own, JSON.stringify({ at: Date.now(), samples }));
      else localStorage.removeItem(this.own);
    } catch {
      // without storage the server still counts each decision once
    }
  }

  get others() {
    const found = new Set();
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(this.prefix) || name === this.own) continue;
        const { at, samples } = JSON.parse(localStorage.getItem(name));
        if (Date.now() - at > LIFE) localStorage.removeItem(name);
        else for (const sample of samples) found.add(sample);
      }
    } catch {
      // what another tab just removed, or storage that is switched off
    }
    return found;
  }
}
