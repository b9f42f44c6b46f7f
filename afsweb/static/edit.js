// The edit page made safe: what is typed is kept in this browser within two seconds and comes back when the page is
// opened again. Ctrl+Enter saves, Escape leaves. Without this script the form is a plain one.
const form = document.querySelector("form[data-draft]");
const name = `afs-draft:${form.dataset.draft}`;
const WAIT = 1000;
const KEPT = 14 * 24 * 3600_000;
let timer = 0;

function fields() {
  return [...form.elements].filter((element) => element.matches("textarea"));
}

function differs() {
  return fields().some((field) => field.value !== field.defaultValue);
}

function keep() {
  clearTimeout(timer);
  timer = 0;
  const texts = Object.fromEntries(fields().map((field) => [field.name, field.value]));
  try {
    if (differs()) localStorage.setItem(name, JSON.stringify({ at: Date.now(), texts }));
    else localStorage.removeItem(name);
  } catch {
    // A full or forbidden storage keeps no draft; the form itself is as good as ever.
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forgetOld() {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith("afs-draft:"))) {
    if (!(read(key)?.at > Date.now() - KEPT)) localStorage.removeItem(key);
  }
}

function restore() {
  const texts = read(name)?.texts;
  // A form that came back with an error or a conflict holds what was sent: newer than any draft.
  if (!texts || form.matches(":has(.errorlist)") || document.querySelector(".message.error")) return;
  for (const field of fields()) if (typeof texts[field.name] === "string") field.value = texts[field.name];
  if (!differs()) return;
  form.querySelector("[data-restored]").hidden = false;
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

form.addEventListener("input", () => { timer ||= setTimeout(keep, WAIT); });
window.addEventListener("pagehide", keep);

form.querySelector("[data-discard]").addEventListener("click", () => {
  for (const field of fields()) field.value = field.defaultValue;
  form.querySelector("[data-restored]").hidden = true;
  keep();
  form.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".primary"));
  } else if (event.key === "Escape") {
    if (event.target.matches?.("textarea")) event.target.blur();
    else if (!document.querySelector("dialog[open]")) location.assign(form.dataset.leave);
  }
});

forgetOld();
restore();
