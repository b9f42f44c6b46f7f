// The list of samples: select the page, shift-click a range, count what is selected, show only what the action needs.
// Without it the boxes, the action and its fields are a plain form.
const form = document.querySelector("[data-bulk]");
const boxes = form ? [...form.querySelectorAll("input[name=sample]")] : [];
const page = form?.querySelector("[data-select-page]");
const said = form?.querySelector("[data-selected-count]");
const verb = form?.querySelector("[name=verb]");
let last = null;

function tell() {
  const count = boxes.filter((box) => box.checked).length;
  said.textContent = count === 1 ? "the selected sample" : `the ${count || ""} selected samples`.replace("  ", " ");
  page.checked = count === boxes.length;
  page.indeterminate = count > 0 && count < boxes.length;
}

function selectRange(from, to, checked) {
  const [low, high] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
  for (const box of boxes.slice(low, high + 1)) box.checked = checked;
}

function showNeeded() {
  for (const label of form.querySelectorAll("[data-for]")) {
    label.hidden = !label.dataset.for.split(" ").includes(verb.value);
  }
}

if (form && page && verb) {
  page.hidden = false;
  form.querySelector("[data-select-line]")?.removeAttribute("hidden");
  page.addEventListener("change", () => {
    for (const box of boxes) box.checked = page.checked;
    tell();
  });
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) selectRange(last, box, box.checked);
      last = box;
      form.querySelector("[name=scope][value=selected]").checked = true;
      tell();
    });
  }
  verb.addEventListener("change", showNeeded);
  showNeeded();
  // A page that is shown again from the browser's memory keeps its boxes.
  window.addEventListener("pageshow", () => {
    tell();
    showNeeded();
  });
}
