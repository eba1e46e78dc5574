"use strict";
// The report data, and helpers that all parts of the script use.

// Control characters, and characters that reorder or hide other characters; the same as in `is_unsafe` in sanitize.rs.
const UNSAFE =
  /[\p{Cc}\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{E0000}-\u{E0FFF}]/gu;

/** Makes untrusted text safe: writes each character that matches `UNSAFE` as `\u{…}`. */
function clean(text) {
  return String(text).replace(UNSAFE, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}

const byId = (id) => document.getElementById(id);

/** Creates an HTML element. Strings in attributes and content pass through `clean` and become text, never markup. */
function el(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** Creates an SVG element, in the same way as `el`. */
function svg(name, attributes = {}, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function furnish(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : clean(value));
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      node.append(child instanceof Node ? child : document.createTextNode(clean(child)));
    }
  }
  return node;
}

/** Isolates a name or other text, so that its writing direction does not affect the text around it. */
const isolated = (text) => el("bdi", { class: "text" }, text);

/** Shows text literally, as code. */
const code = (text) => el("code", { dir: "ltr" }, text);

const NUMBER = new Intl.NumberFormat("en");
const grouped = (n) => NUMBER.format(n);
const plural = (n, noun, many = `${noun}s`) => `${grouped(n)} ${n === 1 ? noun : many}`;
const decibans = (db) => `${db.toFixed(1)} dB`;
const percent = (p) => `${(p * 100).toFixed(1)} %`;
const span = (first, last) => (first ? `${first} to ${last ?? first}` : "at unknown times");

/** Writes minutes east of UTC as ±HH:MM. */
function offset(minutes) {
  const two = (n) => String(n).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Shortens a text to `most` code points. */
function shortened(text, most) {
  const characters = [...clean(text)];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : characters.join("");
}

const TIERS = ["block", "review", "note", "none"];
const TIER_WORDS = { block: "block", review: "review", note: "note", none: "no case" };
const FAMILIES = ["time", "identity", "rhythm", "integrity", "trust", "dependency", "content", "surface"];
const SEVERITIES = ["high", "medium", "low"];

/** Each tier has its own shape, so that tiers can be distinguished without colours. */
const TIER_SHAPES = {
  block: "M5 1h6l4 4v6l-4 4H5l-4-4V5z",
  review: "M8 1.5 15.5 14.5H.5z",
  note: "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z",
  none: "M3 7h10v2H3z",
};

function tierBadge(tier) {
  const shape = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: TIER_SHAPES[tier] }));
  return el("span", { class: `badge tier-${tier}` }, shape, TIER_WORDS[tier]);
}

/** Parses the report and groups everything by contributor, in the order of `contributors`. */
function readReport(text) {
  const report = JSON.parse(text);
  report.people = report.contributors.map(newPerson);
  for (const [place, of] of report.cases.entries()) {
    Object.assign(report.people[of.w], { case: of, tier: of.t, rank: place + 1 });
  }
  for (const finding of report.findings) {
    if (finding.nat !== "exposure") report.people[finding.w].findings.push(finding);
  }
  for (const row of report.dependencies) report.people[row[0]].dependencies.push(row);
  for (const link of report.links) {
    report.people[link[0]].links.push(link);
    if (link[2] !== link[0]) report.people[link[2]].links.push(link);
  }
  nameApart(report.people);
  for (const one of report.people) complete(one, report);
  return report;
}

function newPerson(about, index) {
  return { index, about, case: null, tier: "none", rank: null, findings: [], dependencies: [], links: [] };
}

/** Gives every contributor a unique key for links. Ids with replaced bytes can be equal, so that they get a number. */
function nameApart(people) {
  const seen = new Map();
  for (const one of people) {
    const times = (seen.get(one.about.n) ?? 0) + 1;
    seen.set(one.about.n, times);
    one.key = times === 1 ? one.about.n : `${one.about.n} #${times}`;
  }
}

/** Computes the values by which a contributor is sorted, filtered and displayed. */
function complete(one, report) {
  const { about, findings } = one;
  one.weight = one.case ? one.case.db : null;
  findings.sort((a, b) => b.cnt - a.cnt || b.db - a.db || SEVERITIES.indexOf(a.sev) - SEVERITIES.indexOf(b.sev));
  one.families = new Set(findings.map((f) => report.heuristics[f.h]?.family));
  one.repositories = new Set(about.i.flatMap((identity) => identity[5]));
  const words = [about.n, about.w];
  for (const [name, address] of about.i) words.push(name, address);
  for (const f of findings) words.push(f.h, report.heuristics[f.h]?.title ?? "", ...f.p);
  for (const place of about.s ?? []) words.push(place[0], place[3]);
  // The text as displayed, so that `\u{202e}` can be searched for. Cleaned text contains no line feeds.
  one.searched = words.map(clean).join("\n").toLowerCase();
}

/** Returns the address of the most used identity, by which the list distinguishes contributors with equal names. */
function mainAddress(about) {
  const most = about.i.reduce((best, identity) => (best && best[2] >= identity[2] ? best : identity), null);
  return most ? most[1] : "";
}

const identityText = (identity) => `${identity[0]} <${identity[1]}>`;
