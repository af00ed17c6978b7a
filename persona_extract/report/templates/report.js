"use strict";
// Colours are CSS variables inside the SVG, so that light, dark and print need no new drawing.
const held = JSON.parse(document.getElementById("charts").textContent);
const paint = (colour, more) => ({ color: `var(--${colour})`, ...more });
const text = { font: "system-ui, sans-serif", fontSize: 12 };
const config = {
  background: null,
  aria: false, // the page names every chart; thousands of labelled dots help nobody
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    labelColor: "var(--muted)", titleColor: "var(--muted)", gridColor: "var(--grid)",
    domainColor: "var(--line)", tickColor: "var(--line)",
    labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", titleLimit: 240, labelFlush: false,
  },
  axisY: { domain: false, ticks: false, labelPadding: 8 },
  legend: { labelColor: "var(--ink)", labelFontSize: 13, symbolSize: 90 },
  range: { category: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `var(--c${n})`) },
  mark: { color: "var(--c1)" },
  style: {
    "group-title": text,
    dot: paint("dot", { opacity: 0.6 }),
    band: paint("band", { opacity: 0.75 }),
    median: paint("median", { strokeWidth: 2 }),
    bars: paint("bar"),
    "bar-name": paint("ink", text),
    spot: { opacity: 0.6 },
    halo: { ...paint("paper"), stroke: "var(--paper)", strokeWidth: 4, strokeJoin: "round", ...text, fontSize: 13, fontWeight: "bold" },
    "spot-name": paint("ink", { ...text, fontSize: 13, fontWeight: "bold" }),
    curve: paint("c1", { strokeWidth: 2 }),
    "curve-dot": paint("c1", { opacity: 1 }),
    taken: paint("median", { opacity: 1 }),
    "taken-name": paint("ink", { ...text, fontSize: 13, fontWeight: "bold" }),
    whisker: paint("c1", { strokeWidth: 3 }),
    estimate: { opacity: 1 },
    "estimate-name": paint("ink", text),
    chance: paint("muted", { thickness: 3, opacity: 1 }),
    reference: paint("muted", { strokeDash: [4, 4] }),
    span: paint("line", { strokeWidth: 2 }),
    "by-dimension": { opacity: 0.95 },
  },
};

async function draw(place) {
  if (place.dataset.state) return;
  place.dataset.state = "drawing";
  const { spec, data } = held.charts[place.dataset.chart];
  const datasets = Object.fromEntries(Object.entries(data).map(([k, digest]) => [k, held.pool[digest]]));
  try {
    await vegaEmbed(place, { ...spec, datasets: structuredClone(datasets) }, {
      mode: "vega-lite", renderer: "svg", actions: false, ast: true, config, tooltip: { theme: "custom" },
    });
  } catch (error) { // the others can still be drawn
    console.error(error);
    place.textContent = "This chart could not be drawn. Its numbers are in the table.";
  }
  place.style.minHeight = "";
  place.dataset.state = "drawn";
}

function drawAll() {
  const places = [...document.querySelectorAll(".chart")];
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) draw(target);
  }, { rootMargin: "600px" });
  places.forEach((place) => near.observe(place));
  const rest = places.slice();
  const next = async () => {
    const place = rest.find((one) => !one.dataset.state && !one.closest("details:not([open])"));
    if (!place) return void (document.documentElement.dataset.charts = "drawn");
    await draw(place);
    setTimeout(next, 0);
  };
  setTimeout(next, 50);
}

function keepGroups() {
  const groups = [...document.querySelectorAll("details.group")];
  for (const button of document.querySelectorAll("[data-groups]"))
    button.addEventListener("click", () => groups.forEach((g) => (g.open = button.dataset.groups === "open")));
  for (const group of groups) group.addEventListener("toggle", () => {
    if (!group.open) return;
    window.dispatchEvent(new Event("resize")); // a chart keeps its width while it is hidden
    group.querySelectorAll(".chart").forEach(draw);
  });
  if (matchMedia("(max-width: 600px)").matches) groups.slice(1).forEach((g) => (g.open = false));
  const folded = document.querySelectorAll("details.more");
  window.addEventListener("beforeprint", () => [...groups, ...folded].forEach((g) => (g.open = true)));
}

function keepTable(table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const search = table.id && document.querySelector(`input[aria-controls="${table.id}"]`);
  if (search) {
    const said = search.closest(".buttons").querySelector("[role=status]");
    const read = rows.map((row) => `${row.querySelector("code[title]")?.title ?? ""} ${row.textContent}`.toLowerCase());
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLowerCase();
      let n = 0;
      rows.forEach((row, i) => { row.hidden = !read[i].includes(wanted); n += row.hidden ? 0 : 1; });
      said.textContent = (wanted ? `${n} of ` : "") + `${rows.length} ${said.dataset.noun}`;
    });
  }
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    heads.forEach((other) => other.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const compare = head.classList.contains("n") ? (a, b) => key(a) - key(b) : (a, b) => key(a).localeCompare(key(b));
    body.append(...rows.slice().sort((a, b) => (up ? compare(a, b) : compare(b, a))));
  }));
}

function keepMap() {
  const atlas = document.getElementById("user-map");
  if (!atlas) return;
  const field = atlas.querySelector(".field");
  const svg = atlas.querySelector("svg");
  const dots = JSON.parse(document.getElementById("dots").textContent);
  const kinds = [...document.querySelectorAll("[data-pick]")];
  const name = (of) => kinds.find((button) => +button.dataset.pick === of)?.querySelector("span").textContent ?? "none";
  let picked = null;
  for (const button of kinds) button.addEventListener("click", () => {
    picked = picked === +button.dataset.pick ? null : +button.dataset.pick;
    for (const one of kinds) one.setAttribute("aria-pressed", String(+one.dataset.pick === picked));
    for (const part of field.querySelectorAll("[data-of]"))
      part.classList.toggle("faint", picked !== null && +part.dataset.of !== picked);
    for (const path of svg.querySelectorAll(`[data-of="${picked}"]`)) svg.append(path); // on top
  });
  for (const button of document.querySelectorAll("[data-marks]")) button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    for (const mark of field.querySelectorAll(`[data-kind="${button.dataset.marks}"]`)) mark.hidden = !on;
  });

  const ring = field.appendChild(Object.assign(document.createElement("i"), { className: "ring", hidden: true }));
  const card = document.body.appendChild(Object.assign(document.createElement("div"), { className: "map-card", hidden: true }));
  const line = (text, tag = "div") => card.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  const nearest = (x, y, reach) => {
    let best = -1, least = reach * reach;
    for (let i = 0; i < dots.x.length; i++) {
      if (picked !== null && dots.archetype[i] !== picked) continue;
      const far = (dots.x[i] - x) ** 2 + (dots.y[i] - y) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  };
  const hide = () => { ring.hidden = card.hidden = true; };
  const tell = (i) => {
    line(`user ${dots.user[i]}`, "strong");
    line(`archetype: ${name(dots.archetype[i])}` + (dots.fit[i] === null ? "" : `, fit ${dots.fit[i].toFixed(2).replace("-", "\u2212")}`));
    line(`conversations: ${dots.conversations[i]}, turns: ${dots.turns[i]}`);
    for (const at of dots.directives[i]) line(`\u2022 ${dots.texts[at]}`);
  };
  const show = (event) => {
    const mark = event.target.closest(".mark");
    const box = svg.getBoundingClientRect();
    const scale = 1000 / box.width;
    const i = mark ? -1 : nearest((event.clientX - box.left) * scale, (event.clientY - box.top) * scale, 14 * scale);
    if (!mark && i < 0) return hide();
    card.replaceChildren();
    if (mark) { line(mark.dataset.kind, "strong"); line(mark.dataset.said); } else tell(i);
    ring.hidden = Boolean(mark);
    if (!mark) Object.assign(ring.style, { left: `${dots.x[i] / 10}%`, top: `${(dots.y[i] / scale / box.height) * 100}%` });
    card.hidden = false;
    const left = Math.min(event.clientX + 14, innerWidth - card.offsetWidth - 8);
    const below = event.clientY + 16 + card.offsetHeight < innerHeight;
    Object.assign(card.style, { left: `${Math.max(8, left)}px`, top: `${below ? event.clientY + 16 : Math.max(8, event.clientY - card.offsetHeight - 12)}px` });
  };
  field.addEventListener("pointermove", show);
  field.addEventListener("pointerdown", show);
  field.addEventListener("pointerleave", hide);
  window.addEventListener("scroll", hide, { passive: true });
}

keepGroups();
document.querySelectorAll("table.sortable").forEach(keepTable);
keepMap();
drawAll();
