// Charts, drawn as SVG for the available width. Each is accompanied by a table of its figures.

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY = 86_400_000;

/** The maximum numbers of lanes, identities, links and labels that are drawn. Lists and tables contain the rest. */
const MOST_LANES = 24;
const MOST_NODES = 30;
const MOST_EDGES = 60;
const MOST_LABELS = 12;

/** Returns a width that fits the page, so that charts, and the text in them, are not scaled. */
const chartWidth = (most = 900) => Math.max(280, Math.min(most, byId("person-page").clientWidth - 34));

function picture(title, width, height, ...children) {
  const attributes = { class: "chart", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title };
  return svg("svg", attributes, svg("title", {}, title), ...children);
}

/** Creates a table cell. Short text, such as a figure or a date, does not wrap. */
function cellOf(content) {
  const short = typeof content === "string" && content.length < 25;
  return el("td", { class: short && "short" }, content);
}

/** Creates a table of figures, for example of the data of a chart. */
function figures(summary, heads, rows) {
  const body = el("tbody");
  const more = inChunks(body, rows, 200, (cells) => el("tr", {}, cells.map(cellOf)));
  const table = el("table", { class: "plain" }, el("caption", {}, summary), tableHead(heads), body);
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": summary }, table, more);
}

const tableHead = (heads) => el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head))));

/** Draws the number of commits by weekday and local hour. */
function punchCard(slots) {
  const counts = new Map(slots);
  const most = Math.max(...counts.values());
  const [left, top, cell] = [36, 20, Math.floor((chartWidth(620) - 36) / 24)];
  const marks = [];
  for (let hour = 0; hour < 24; hour += 3) {
    marks.push(svg("text", { x: left + (hour + 0.5) * cell, y: 13, "text-anchor": "middle" }, String(hour).padStart(2, "0")));
  }
  for (const [day, name] of WEEKDAYS.entries()) {
    const y = top + (day + 0.5) * cell;
    marks.push(svg("text", { x: 0, y: y + 4 }, name));
    for (let hour = 0; hour < 24; hour++) {
      const count = counts.get(day * 24 + hour) ?? 0;
      const at = { cx: left + (hour + 0.5) * cell, cy: y };
      const r = Math.max(1.8, (cell / 2 - 0.5) * Math.sqrt(count / most));
      marks.push(count === 0
        ? svg("circle", { ...at, r: 0.9, class: "nothing" })
        : svg("circle", { ...at, r, class: "point" }, svg("title", {}, `${name} ${hour}:00: ${plural(count, "commit")}`)));
    }
  }
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const title = `${plural(total, "commit")} by weekday and local hour; at most ${grouped(most)} in one hour`;
  const rows = Array.from({ length: 24 }, (_, hour) => [
    `${String(hour).padStart(2, "0")}:00`, ...WEEKDAYS.map((_, day) => String(counts.get(day * 24 + hour) ?? 0)),
  ]);
  return el("div", {},
    picture(title, left + 24 * cell, top + 7 * cell + 2, marks),
    el("p", { class: "caption" }, `${title}.`),
    details("Show as a table", figures(title, ["Hour", ...WEEKDAYS], rows)));
}

/** Draws the UTC offsets of the commits of each month. */
function offsetTimeline(rows) {
  const totals = new Map();
  for (const [, minutes, count] of rows) totals.set(minutes, (totals.get(minutes) ?? 0) + count);
  const usual = [...totals].sort((a, b) => b[1] - a[1]).slice(0, MOST_LANES).map(([minutes]) => minutes);
  const lanes = usual.sort((a, b) => b - a).map((minutes) => ({
    label: offset(minutes),
    events: rows.filter((row) => row[1] === minutes).map(([month, , count]) => ({ date: month, count })),
  }));
  const title = `UTC offsets of the commits of each month: ${plural(totals.size, "offset")}`;
  return el("div", {},
    laneChart(title, lanes, "commit"),
    el("p", { class: "caption" }, `${title}.`),
    totals.size > MOST_LANES && el("p", { class: "caption" }, `Only the ${MOST_LANES} most used are drawn.`),
    details("Show as a table",
      figures(title, ["Month", "Offset", "Commits"], rows.map(([month, minutes, count]) => [month, offset(minutes), grouped(count)]))));
}

/** Draws the first changes of sensitive paths, and all dependency changes, over time. */
function changeTimeline(places, dependencies, report) {
  const lanes = new Map();
  const add = (label, event) => {
    if (!lanes.has(label)) lanes.set(label, []);
    lanes.get(label).push({ ...event, count: 1 });
  };
  for (const [kind, date, , , , alone] of places) add(kind, { date, hollow: !alone });
  for (const change of [...new Set(dependencies.map((row) => row[6]))].sort()) {
    for (const row of dependencies) if (row[6] === change) add(`deps ${change}`, { date: row[3] });
  }
  const drawn = [...lanes].slice(0, MOST_LANES).map(([label, events]) => ({ label, events }));
  const title = "First changes of sensitive places, and dependency changes, by date";
  return el("div", {},
    laneChart(title, drawn, "change"),
    places.length > 0 && el("p", { class: "caption" },
      "Sensitive places: a filled point was merged alone, a ring with others, as far as the history shows."),
    changeTable(places, dependencies, report));
}

function changeTable(places, dependencies, report) {
  const several = report.repositories.length > 1;
  const rows = [
    ...places.map(([kind, date, after, path, commit, alone]) => ({
      date,
      cells: [date, `${kind}, ${plural(after, "day")} after arriving${alone ? ", merged alone" : ""}`, code(path), code(commit)],
    })),
    ...dependencies.map(([, repository, commit, date, ecosystem, name, change, from, to, direct]) => ({
      date,
      cells: [
        date,
        `${ecosystem}: ${change}${direct ? "" : " (indirect)"}`,
        [code(name), " ", versions(from, to)],
        [code(commit), several && ` in ${repository}`],
      ],
    })),
  ];
  rows.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  const summary = `${plural(places.length, "sensitive place")}, ${plural(dependencies.length, "dependency change")}`;
  return figures(summary, ["Date", "What", "Where", "Commit"], rows.map((row) => row.cells));
}

function versions(from, to) {
  if (from !== null && to !== null) return [code(from), " → ", code(to)];
  return code(from ?? to ?? "");
}

/** Draws lanes of points over a common time axis. Points that would overlap are merged. */
function laneChart(title, lanes, noun) {
  const width = chartWidth();
  const [left, top, step] = [width < 480 ? 96 : 132, 8, 22];
  const bottom = top + lanes.length * step;
  const x = timeScale(lanes.flatMap((lane) => lane.events.map((event) => Date.parse(event.date))), left + 10, width - 14);
  const marks = x.ticks.flatMap(({ at, label }) => [
    svg("line", { x1: at, x2: at, y1: top, y2: bottom, class: "grid" }),
    svg("text", { x: at, y: bottom + 15, "text-anchor": "middle" }, label),
  ]);
  const points = lanes.map((lane) => gathered(lane.events, x));
  const most = points.flat().reduce((max, point) => Math.max(max, point.count), 1);
  for (const [i, lane] of lanes.entries()) {
    const y = top + (i + 0.5) * step;
    marks.push(svg("line", { x1: left, x2: width, y1: y, y2: y, class: "grid" }));
    marks.push(svg("text", { x: 0, y: y + 4 }, svg("title", {}, lane.label), shortened(lane.label, Math.floor(left / 7))));
    for (const point of points[i]) {
      const attributes = { cx: point.at, cy: y, r: 2.5 + 6 * Math.sqrt(point.count / most), class: point.hollow ? "point hollow" : "point" };
      marks.push(svg("circle", attributes, svg("title", {}, `${lane.label}, ${point.date}: ${plural(point.count, noun)}`)));
    }
  }
  return picture(title, width, bottom + 22, marks);
}

/** Groups events by their position on the axis, rounded to multiples of four units. */
function gathered(events, x) {
  const points = new Map();
  for (const { date, count, hollow } of events) {
    const at = Math.round(x(Date.parse(date)) / 4) * 4;
    if (!Number.isFinite(at)) continue;
    const point = points.get(at);
    if (point) Object.assign(point, { count: point.count + count, hollow: point.hollow && hollow });
    else points.set(at, { at, date, count, hollow });
  }
  return [...points.values()];
}

/** Returns a function that maps a time to a position between `start` and `end`, with ticks at round months. */
function timeScale(times, start, end) {
  const known = times.filter(Number.isFinite);
  const from = known.reduce((a, b) => Math.min(a, b), Infinity);
  const to = Math.max(known.reduce((a, b) => Math.max(a, b), -Infinity), from + DAY);
  const scale = (time) => start + ((time - from) / (to - from)) * (end - start);
  const months = (to - from) / (30.44 * DAY);
  const room = Math.max(2, Math.min(8, (end - start) / 70));
  const step = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600].find((n) => months / n <= room) ?? 1200 * 12;
  const first = new Date(from);
  scale.ticks = [];
  let month = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step;
  for (; Date.UTC(Math.floor(month / 12), month % 12) <= to; month += step) {
    const at = scale(Date.UTC(Math.floor(month / 12), month % 12));
    const year = Math.floor(month / 12);
    if (at >= start) scale.ticks.push({ at, label: step < 12 ? `${year}-${String((month % 12) + 1).padStart(2, "0")}` : `${year}` });
  }
  return scale;
}

/** Draws identities one below the other, with an arc for each link between two identities. */
function identityGraph(one, links, report) {
  const { nodes, places } = graphNodes(one, links);
  const drawable = links.filter((link) => link[5] !== "refused")
    .filter((link) => places.has(nodeKey(link[0], link[1])) && places.has(nodeKey(link[2], link[3])));
  const edges = drawable.sort((a, b) => b[4] - a[4]).slice(0, MOST_EDGES);
  const width = chartWidth();
  const longest = Math.max(...nodes.map(([who, identity]) => identityText(report.contributors[who].i[identity]).length));
  const dot = Math.min(Math.round(width * 0.62), longest * 7 + 24);
  const step = 26;
  const y = (place) => 8 + (place + 0.5) * step;
  const caption = el("p", { class: "caption reasons", "aria-live": "polite" },
    edges.length ? "Hover over a line, or focus it with the Tab key, to see its reasons." : "No links to draw.");
  const dots = nodes.map(([who, identity], place) => graphNode(report, one, who, identity, dot, y(place)));
  const arcs = edges.map((link) => {
    const ends = [places.get(nodeKey(link[0], link[1])), places.get(nodeKey(link[2], link[3]))];
    return arc(dot, ends.map(y), width);
  });
  const lines = edges.map((link, i) => graphEdge(link, report, arcs[i], caption));
  // Labels are drawn on top of all lines, and only if there are so few that they hardly overlap.
  const labels = edges.length > MOST_LABELS ? [] : edges.map((link, i) =>
    svg("text", { x: arcs[i].apex + 5, y: arcs[i].middle + 4, class: "bits" }, `${link[4].toFixed(0)} bits`));
  const title = `Identities of ${one.about.w} and the links between them`;
  const height = 16 + nodes.length * step;
  const drawing = svg("svg", { class: "chart graph", viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": title },
    svg("title", {}, title), lines, labels, dots);
  return el("div", {}, drawing, caption);
}

const nodeKey = (who, identity) => `${who} ${identity}`;

/** Returns the contributor's identities, most used first, and then possibly linked identities of other contributors. */
function graphNodes(one, links) {
  const own = one.about.i.map((identity, i) => [i, identity[2]]).sort((a, b) => b[1] - a[1]).map(([i]) => [one.index, i]);
  const others = new Map();
  for (const [a, i, b, j, , status] of links.filter((link) => link[5] === "possible")) {
    if (a !== one.index) others.set(nodeKey(a, i), [a, i]);
    if (b !== one.index) others.set(nodeKey(b, j), [b, j]);
  }
  const nodes = [...own, ...others.values()].slice(0, MOST_NODES);
  return { nodes, places: new Map(nodes.map(([who, identity], place) => [nodeKey(who, identity), place])) };
}

function graphNode(report, one, who, identity, x, y) {
  const other = who !== one.index;
  const text = identityText(report.contributors[who].i[identity]);
  const label = svg("text", { x: x - 12, y: y + 4, "text-anchor": "end", direction: "ltr", "unicode-bidi": "isolate" },
    shortened(text, Math.floor((x - 20) / 7)));
  return svg("g", { class: other ? "node other" : "node" },
    svg("title", {}, other ? `${text} (another contributor)` : text),
    svg("circle", { cx: x, cy: y, r: 5 }), label);
}

/** Returns an arc between two nodes of the column. The larger their distance, the wider the arc. */
function arc(x, [y1, y2], width) {
  const bulge = Math.min((width - x - 64) / 0.75, 24 + Math.abs(y1 - y2) * 1.2);
  return {
    d: `M${x} ${y1}C${x + bulge} ${y1} ${x + bulge} ${y2} ${x} ${y2}`,
    apex: x + bulge * 0.75,
    middle: (y1 + y2) / 2,
  };
}

function graphEdge(link, report, { d }, caption) {
  const words = linkWords(link, report);
  const edge = svg("g", { class: `edge ${link[5]}`, tabindex: "0", role: "img", "aria-label": words },
    svg("path", { d, class: "target" }), svg("path", { d, class: "line" }));
  const tell = () => caption.replaceChildren(isolated(words));
  edge.addEventListener("pointerenter", tell);
  edge.addEventListener("focus", tell);
  return edge;
}
