"use strict";
// Served from a folder: everything is in this page or in profiles.js, nothing is fetched.

function keepCopying() {
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no permission, or a browser that does not trust files
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  };
  const say = (button, said) => {
    const before = button.dataset.said ??= button.textContent;
    button.textContent = said;
    clearTimeout(button.timer);
    button.timer = setTimeout(() => (button.textContent = before), 1500);
  };
  for (const button of document.querySelectorAll("[data-copy], [data-copy-link]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const { copy: id } = button.dataset;
      await copy(id ? document.getElementById(id).textContent : location.href);
      say(button, "Copied");
      button.focus();
    });
  }
}

function keepGroups() {
  const groups = [...document.querySelectorAll("details.group")];
  for (const button of document.querySelectorAll("[data-groups]")) {
    button.hidden = false;
    button.addEventListener("click", () => groups.forEach((g) => (g.open = button.dataset.groups === "open")));
  }
}

function keepNarrowing() {
  for (const input of document.querySelectorAll("[data-narrow]")) {
    const parts = [...document.querySelectorAll(input.dataset.narrow)];
    const read = parts.map((part) => part.querySelector("figcaption").textContent.toLowerCase());
    const said = input.closest("p").querySelector("[role=status]");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let n = 0;
      parts.forEach((part, i) => { part.hidden = !read[i].includes(wanted); n += part.hidden ? 0 : 1; });
      for (const section of document.querySelectorAll(".axes")) section.hidden = !section.querySelector(".axis:not([hidden])");
      said.textContent = wanted ? `${n} of ${parts.length} dimensions` : "";
    });
  }
}

// "All profiles" leads back to what was searched for.
const HELD = "persona-extract gallery";
function keepWayBack() {
  const back = document.querySelector("[data-back]");
  try {
    const hash = sessionStorage.getItem(HELD);
    if (back && hash) back.href = `index.html${hash}`;
  } catch { /* a browser that keeps nothing for files */ }
}

function keepGallery(g) {
  const STEP = 48;
  const form = document.getElementById("filters");
  const list = document.getElementById("people");
  const more = document.getElementById("more");
  const said = document.getElementById("said");
  const n = g.id.length;
  const levels = [...form.elements.level.options].slice(1).map((option) => option.value);
  const hasIds = [...g.traits, ...g.moves].map(([id]) => id);
  const hasNames = [...g.traits, ...g.moves].map(([, name]) => name);
  const words = new Map([...form.elements.dimension.options].map((option) => [option.value, option.textContent]));
  const read = g.id.map((id, i) => [
    `p_${id}`, g.title[i], g.archetype[i] < 0 ? "" : g.archetypes[g.archetype[i]][1],
    ...g.says[i].map((at) => g.texts[at]), ...g.has[i].map((at) => hasNames[at]),
  ].join("\n").toLowerCase());
  // Thousandths of the percentile; NaN where there is no reading.
  const reading = (i, at) => (at < 0 ? NaN : parseInt(g.readings[i].slice(2 * at, 2 * at + 2), 36));
  const level = (part) => { const at = g.cuts.findIndex((cut) => part <= cut); return levels[at < 0 ? levels.length - 1 : at]; };
  let order = [];
  let shown = 0;

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const svg = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  function glyph(i) {
    const shapes = { up: "", down: "", "up faint": "", "down faint": "" };
    const out = [];
    g.glyph.forEach((at, bar) => {
      const part = reading(i, at);
      if (Number.isNaN(part)) return;
      const tall = Math.round((part / 500 - 1) * 21);
      const faint = +g.reliable[i][bar] < 5;
      shapes[(tall > 0 ? "up" : "down") + (faint ? " faint" : "")] +=
        `M${bar * 10 + 1} ${tall > 0 ? 22 - tall : 22}h8v${Math.max(1, Math.abs(tall))}h-8z`;
      if (!faint && level(part) !== "typical") out.push(`${words.get(g.dimensions[at])}: ${level(part)}`);
    });
    const drawn = svg("svg", { class: "glyph", viewBox: "0 0 120 44", preserveAspectRatio: "none", role: "img", "aria-label": out.join(", ") || "nothing unusual" });
    drawn.append(svg("path", { class: "axis", d: "M0 22h120" }));
    for (const [kind, d] of Object.entries(shapes)) if (d) drawn.append(svg("path", { class: kind, d }));
    return drawn;
  }

  function card(i) {
    const kind = g.archetypes[g.archetype[i]];
    const made = element("li", `person ${kind ? kind[2] : "none"}`);
    const head = made.appendChild(element("h2"));
    head.appendChild(Object.assign(element("a", "", g.title[i]), { href: `p_${g.id[i]}.html` }));
    made.append(glyph(i));
    made.append(element("p", "kind", kind ? kind[1] : "in no archetype"));
    if (g.says[i].length) made.append(element("p", "order", `“${g.texts[g.says[i][0]]}”`));
    const at = g.dimensions.indexOf(form.elements.dimension.value);
    const part = reading(i, at);
    if (at >= 0) {
      const on = made.appendChild(element("div", "on"));
      on.textContent = Number.isNaN(part) ? `${words.get(g.dimensions[at])}: not measured` : `${words.get(g.dimensions[at])}: ${level(part)}, above ${Math.round(part / 10)}%`;
      if (!Number.isNaN(part)) on.appendChild(element("span", "track")).appendChild(element("i", `p${Math.round(part / 10)}`));
    }
    const figures = made.appendChild(element("p", "figures"));
    const many = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
    figures.append(element("span", "", `${many(g.turns[i], "turn")} · ${many(g.says[i].length, "directive")}`), element("code", "", `p_${g.id[i].slice(0, 6)}…`));
    return made;
  }

  function show(count) {
    const part = document.createDocumentFragment();
    for (const i of order.slice(shown, shown + count)) part.append(card(i));
    list.append(part);
    shown = Math.min(order.length, shown + count);
    more.hidden = shown >= order.length;
    more.textContent = `Show more (${order.length - shown} left)`;
  }

  const state = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));

  function chosen() {
    const want = Object.fromEntries(new FormData(form));
    const terms = want.q.toLowerCase().split(/\s+/).filter(Boolean);
    const at = g.dimensions.indexOf(want.dimension);
    const kind = want.archetype === "none" ? -1 : g.archetypes.findIndex(([id]) => id === want.archetype);
    const has = want.has ? hasIds.indexOf(want.has) : -1;
    const kept = [];
    for (let i = 0; i < n; i++) {
      if (want.archetype && g.archetype[i] !== kind) continue;
      if (want.turns && g.turns[i] < +want.turns) continue;
      if (has >= 0 && !g.has[i].includes(has)) continue;
      if (at >= 0) {
        const part = reading(i, at);
        if (Number.isNaN(part) || (want.level && level(part) !== want.level)) continue;
      }
      if (terms.every((term) => read[i].includes(term))) kept.push(i);
    }
    const by = {
      turns: (i) => -g.turns[i], directives: (i) => -g.says[i].length, id: () => 0,
      high: (i) => (at < 0 ? -g.unusual[i] : -reading(i, at)), low: (i) => (at < 0 ? -g.unusual[i] : reading(i, at)),
    }[want.sort] ?? ((i) => -g.unusual[i]);
    return kept.sort((a, b) => by(a) - by(b) || a - b); // positions are in the order of ids
  }

  function update(keep = true) {
    const level = form.elements.level;
    level.disabled = !form.elements.dimension.value;
    order = chosen();
    shown = 0;
    list.replaceChildren();
    show(STEP);
    said.textContent = order.length === n ? `${n.toLocaleString("en")} profiles` : `${order.length.toLocaleString("en")} of ${n.toLocaleString("en")} profiles`;
    if (!order.length) list.append(element("li", "quiet", "Nobody is like that. Take one of the filters away."));
    if (keep) {
      const hash = String(state());
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
      try { sessionStorage.setItem(HELD, hash ? `#${hash}` : ""); } catch { /* as above */ }
    }
    drawMap();
  }

  function restore() {
    form.reset();
    for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
      const field = form.elements.namedItem(name);
      if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) continue;
      if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value)) continue;
      field.value = value;
    }
    if (form.elements.level.value && !form.elements.dimension.value) form.elements.level.value = "";
    update(false);
    try { sessionStorage.setItem(HELD, location.hash); } catch { /* as above */ }
  }

  // The map: a picture of all, of which those that were found stand out.
  const canvas = document.getElementById("map");
  const placed = g.at.map(([x], i) => (x < 0 ? -1 : i)).filter((i) => i >= 0);
  const picks = [...document.querySelectorAll("[data-pick]")];
  for (const button of picks) button.addEventListener("click", () => {
    const field = form.elements.archetype;
    field.value = field.value === button.dataset.pick ? "" : button.dataset.pick;
    update();
  });
  const label = document.body.appendChild(element("div", "map-card"));
  label.hidden = true;
  let over = -1;
  const spot = (i, box) => [14 + (g.at[i][0] / 1000) * (box.width - 28), 24 + (g.at[i][1] / 1000) * (box.height - 48)];
  function drawMap() {
    for (const button of picks) button.setAttribute("aria-pressed", String(button.dataset.pick === form.elements.archetype.value));
    const box = canvas?.getBoundingClientRect();
    if (!box?.width) return;
    const sharp = devicePixelRatio || 1;
    canvas.width = box.width * sharp;
    canvas.height = box.height * sharp;
    const pen = canvas.getContext("2d");
    pen.scale(sharp, sharp);
    const style = getComputedStyle(document.documentElement);
    const paints = g.archetypes.map(([, , sign]) => style.getPropertyValue(`--${sign.split(" ")[0]}`));
    const grey = style.getPropertyValue("--c8");
    const found = new Set(order);
    const size = Math.max(1.8, Math.min(5, 9 - Math.log2(n) * 0.55));
    const square = g.archetypes.map(([, , sign]) => sign.includes("square"));
    const dot = (i, radius) => {
      const [x, y] = spot(i, box);
      pen.beginPath();
      if (square[g.archetype[i]]) pen.rect(x - radius * 0.88, y - radius * 0.88, radius * 1.76, radius * 1.76);
      else pen.arc(x, y, radius, 0, 7);
      pen.fill();
    };
    for (const bright of [false, true]) {
      pen.globalAlpha = bright ? 0.8 : 0.1;
      for (const i of placed) {
        if (found.has(i) !== bright) continue;
        pen.fillStyle = paints[g.archetype[i]] ?? grey;
        dot(i, bright ? size : size * 0.8);
      }
    }
    if (over >= 0) {
      const [x, y] = spot(over, box);
      pen.globalAlpha = 1;
      pen.lineWidth = 2;
      pen.strokeStyle = style.getPropertyValue("--ink");
      pen.beginPath();
      pen.arc(x, y, size + 4, 0, 7);
      pen.stroke();
    }
  }
  function nearest(event) {
    const box = canvas.getBoundingClientRect();
    let best = -1, least = 18 * 18;
    for (const i of order) {
      if (g.at[i][0] < 0) continue;
      const [x, y] = spot(i, box);
      const far = (x - event.clientX + box.left) ** 2 + (y - event.clientY + box.top) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }
  function point(event) {
    const i = nearest(event);
    canvas.style.cursor = i < 0 ? "default" : "pointer";
    if (i !== over) { over = i; drawMap(); }
    label.hidden = i < 0;
    if (i < 0) return;
    label.replaceChildren(element("strong", "", g.title[i]), element("div", "", g.archetypes[g.archetype[i]]?.[1] ?? "in no archetype"), element("div", "", `${g.turns[i]} turns`));
    const left = Math.min(event.clientX + 14, innerWidth - label.offsetWidth - 8);
    label.style.left = `${Math.max(8, left)}px`;
    label.style.top = `${Math.max(8, Math.min(event.clientY + 16, innerHeight - label.offsetHeight - 8))}px`;
  }
  const leave = () => { label.hidden = true; if (over >= 0) { over = -1; drawMap(); } };
  if (canvas) {
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerleave", leave);
    window.addEventListener("scroll", leave, { passive: true });
    canvas.addEventListener("click", (event) => { const i = nearest(event); if (i >= 0) location.href = `p_${g.id[i]}.html`; });
    new ResizeObserver(drawMap).observe(canvas);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawMap);

  form.addEventListener("input", () => update());
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(update, 0));
  window.addEventListener("hashchange", restore);
  more.addEventListener("click", () => {
    const first = shown;
    show(STEP);
    list.children[first]?.querySelector("a").focus();
  });
  new IntersectionObserver((seen) => { if (seen[0].isIntersecting && !more.hidden) show(STEP); }, { rootMargin: "800px" }).observe(more);
  restore();
  document.documentElement.dataset.gallery = "ready";
}

keepCopying();
keepGroups();
keepNarrowing();
keepWayBack();
if (window.gallery) keepGallery(window.gallery);
