// Puts a Bokeh chart into every <div class="chart" data-chart-url="…">, in the page's theme, and keeps a live one fresh.
// A page's own script hears of each answer by “chart:shown”, and has it asked for again by “chart:again”.
// The address answers {"item": …, "live": …} (afsweb.charts.chart_response); a live chart is asked again every 3 s.
(() => {
  const LIVE_MS = 3000;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function theme() {
    const chosen = document.documentElement.dataset.theme;
    return chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
  }

  async function fetchChart(place) {
    const url = new URL(place.dataset.chartUrl, window.location.href);
    url.searchParams.set("theme", theme());
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return answer.json();
  }

  function say(place, text) {
    place.dataset.failed = "";
    const line = document.createElement("p");
    line.className = "muted";
    line.textContent = text;
    place.replaceChildren(line);
  }

  async function draw(place, item) {
    place.replaceChildren();
    delete place.dataset.failed;
    const views = await Bokeh.embed.embed_item(item, place);
    place.chartDocument = views.roots[0].model.document;
  }

  // New points go into the sources that are already drawn, so zoom and hover stay where they are.
  function update(place, item) {
    const fresh = place.chartDocument.constructor.from_json(item.doc);
    for (const model of fresh._all_models.values()) {
      const old = model.type === "ColumnDataSource" && model.name && place.chartDocument.get_model_by_name(model.name);
      if (old) old.data = model.data;
    }
  }

  // Each call overtakes the one before it: a change of theme does not wait for the answer that is on its way.
  async function refresh(place) {
    if (!place.isConnected) return;
    clearTimeout(place.chartTimer);
    const turn = (place.chartTurn = (place.chartTurn ?? 0) + 1);
    try {
      const answer = await fetchChart(place);
      const { item, live } = answer;
      if (turn !== place.chartTurn) return;
      if (place.chartDocument) update(place, item);
      else await draw(place, item);
      place.dispatchEvent(new CustomEvent("chart:shown", { detail: answer }));
      if (live) place.chartTimer = setTimeout(refresh, LIVE_MS, place);
    } catch (error) {
      if (place.chartDocument) place.chartTimer = setTimeout(refresh, LIVE_MS * 5, place);
      else say(place, `The chart could not be loaded: ${error.message}. The figures stand in the table; reload to try again.`);
    }
  }

  function start(root) {
    for (const place of root.querySelectorAll("[data-chart-url]:not([data-chart-started])")) {
      if (place.closest("details:not([open])")) continue; // what is hidden has no width: it is drawn when it opens
      place.dataset.chartStarted = "";
      place.addEventListener("chart:again", () => refresh(place));
      refresh(place);
    }
  }

  dark.addEventListener("change", () => {
    for (const place of document.querySelectorAll("[data-chart-started]")) {
      place.chartDocument = null;
      refresh(place);
    }
  });
  document.addEventListener("toggle", (event) => event.target.open && start(event.target), true);
  document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
  start(document);
})();
