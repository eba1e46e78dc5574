// Draws a contributor's page.

/** The numbers of findings, of links, and of texts in a list that are drawn before the button for more. */
const FINDINGS_SHOWN = 25;
const LINKS_SHOWN = 50;
const NAMED = 5;

/** Draws a contributor's page and replaces the previous one. */
function drawPerson(one, report) {
  const page = byId("person-page");
  page.replaceChildren(personHead(one));
  // The sections are appended one by one: charts need the width of the page.
  const sections = [
    ["Case", one.case && caseSection],
    ["Findings", one.findings.length > 0 && findingsSection],
    ["Identities", identitySection],
    ["Keys", one.about.k?.length && keySection],
    ["Hours", one.about.p?.length && ((o) => punchCard(o.about.p))],
    ["Offsets", one.about.o?.length && ((o) => offsetTimeline(o.about.o))],
    ["Sensitive places and dependencies", hasChanges(one) && ((o) => changeTimeline(o.about.s ?? [], o.dependencies, report))],
    ["Tests without a result", one.about.t?.length && silentSection],
  ].filter(([, draw]) => draw);
  const jumps = el("nav", { class: "jumps", "aria-label": "On this page" });
  page.append(jumps);
  for (const [title, draw] of sections) {
    const heading = el("h3", { tabindex: "-1" }, title);
    const jump = el("button", { type: "button" }, title);
    jump.addEventListener("click", () => heading.focus());
    jumps.append(jump);
    page.append(el("section", {}, heading, draw(one, report)));
  }
}

const hasChanges = (one) => one.about.s?.length > 0 || one.dependencies.length > 0;

function personHead(one) {
  const { about } = one;
  const name = el("h2", { id: "person-name", tabindex: "-1" }, isolated(about.w || about.n || "(no name)"));
  const kind = about.b ? "A bot. " : "";
  const facts = `${kind}${plural(about.c, "commit")} on ${plural(about.d, "active day")}, ${span(about.f, about.l)}.`;
  return el("header", {},
    name,
    el("p", { class: "id" }, code(about.n)),
    el("p", { class: "facts" }, tierBadge(one.tier), one.rank && ` rank ${grouped(one.rank)} `),
    el("p", {}, facts, !one.case && " No case."));
}

function caseSection(one, report) {
  const { db, v, rec, comb, fdr, fam } = one.case;
  const among = plural(report.testable, "contributor");
  return el("div", {},
    el("p", { class: "lead" }, el("strong", {}, decibans(db)), `: ${v}.`),
    comb.length > 0 && el("p", {}, `In combination: ${comb.join(", ")}.`),
    el("div", { class: "columns" },
      el("div", {},
        rec && el("p", {}, `${rec}.`),
        el("p", { class: "caption" }, fdr
          ? `It stands out among ${among}, at a false-discovery rate of 5 %.`
          : `It does not stand out among ${among} by its weight alone, at a false-discovery rate of 5 %.`)),
      familyTable(fam)));
}

function familyTable(families) {
  const most = Math.max(1, ...families.map(([, db]) => db));
  const rows = [...families].sort((a, b) => b[1] - a[1]).map(([family, db]) =>
    el("tr", {},
      el("th", { scope: "row" }, family),
      el("td", { class: "number" }, decibans(db)),
      el("td", {}, svg("svg", { class: "gauge", viewBox: "0 0 100 8", "aria-hidden": "true", preserveAspectRatio: "none" },
        svg("rect", { width: (100 * db) / most, height: 8 })))));
  if (rows.length === 0) return el("p", {}, "No finding counts.");
  return el("div", {},
    el("table", { class: "plain" }, el("caption", {}, "Evidence"), tableHead(["Family", "Weight", ""]), el("tbody", {}, rows)),
    el("p", { class: "caption" }, "The strongest finding of each group counts, each family is capped, and the families are added."));
}

function findingsSection(one, report) {
  const list = el("div", {});
  const more = inChunks(list, one.findings, FINDINGS_SHOWN, (finding) => findingCard(finding, report));
  return el("div", {}, list, more);
}

function findingCard(f, report) {
  const about = report.heuristics[f.h];
  const repository = report.repositories.find((r) => r.id === f.r);
  return el("article", { class: `finding ${f.ok ? "" : "silent"}` },
    el("h4", {}, about?.title ?? f.h),
    findingMarks(f, about),
    f.sup && suppression(f.sup),
    el("p", {}, isolated(f.s)),
    el("dl", { class: "evidence" },
      fact("where", where(f, repository, report)),
      fact(f.c.length === 1 ? "commit" : "commits", named(f.c)),
      f.e.map(([label, value]) => fact(label, code(value)))),
    f.o.length > 0 && innocentCauses(f.o),
    about && background(f, about),
    command(f.cmd));
}

function findingMarks(f, about) {
  const counted = f.nat === "exposure" ? "exposure, not part of a case" : `${decibans(f.cnt)} ${f.cal ? "measured" : "not measured"}`;
  const weight = f.ok ? counted : `not counted: ${whyNotCounted(f)}`;
  return el("p", { class: "marks" },
    el("span", { class: `mark severity-${SEVERITIES.includes(f.sev) ? f.sev : "low"}` }, `${f.sev} severity`),
    el("span", { class: "mark" }, `${f.con} confidence`),
    el("span", { class: "mark" }, weight),
    el("span", { class: "mark quiet" }, about ? `${about.family} / ${f.g}` : f.g),
    code(f.id));
}

function whyNotCounted(f) {
  if (f.sup) return f.sup.disputed ? "disputed, not settled" : "suppressed";
  if (f.o.some(([, tested, excluded]) => tested && !excluded)) return "innocent cause not excluded";
  return "zero weight here";
}

const SUPPRESSED_BY = { file: "in the alibi file", inline: "by an inline comment", baseline: "by the baseline" };

function suppression({ by, reason, owner, expires, disputed }) {
  const until = expires ? `, until ${expires}` : "";
  return el("p", { class: disputed ? "suppressed disputed" : "suppressed" },
    el("strong", {}, disputed ? "Disputed" : "Suppressed"), ` ${SUPPRESSED_BY[by] ?? by}`,
    owner && [", owner ", isolated(owner)], `${until}: `, isolated(reason || "no reason given"));
}

/** Returns the paths, the line, the repository if there are several, and whether the finding is still in HEAD. */
function where(f, repository, report) {
  const line = f.line && `line ${grouped(f.line)}${f.p.length > 1 ? " of the first" : ""}`;
  const of = report.repositories.length > 1 && repository && ["in ", isolated(repository.path)];
  const fate = f.head === true ? "still in HEAD" : f.gone && ["removed in ", code(f.gone.slice(0, 12))];
  const paths = f.p.length ? named(f.p) : "the whole repository";
  const more = [line, of, fate].filter(Boolean).flatMap((part, i) => [i || f.p.length < 2 ? ", " : "", part]);
  return [paths, more];
}

/** Shows a single text inline, and several texts as a list of the first few with a button for the rest. */
function named(texts) {
  if (texts.length === 1) return code(texts[0]);
  const item = (text) => el("li", {}, code(text));
  const shown = el("ul", { class: "named" }, texts.slice(0, NAMED).map(item));
  const rest = texts.slice(NAMED);
  if (rest.length === 0) return shown;
  const list = el("ul", { class: "named" });
  const more = inChunks(list, rest, 200, item);
  return [shown, details(`and ${grouped(rest.length)} more`, list, more)];
}

const fact = (label, value) => el("div", {}, el("dt", {}, label), el("dd", {}, value));

function innocentCauses(causes) {
  const items = causes.map(([cause, tested, excluded]) => {
    const state = !tested ? "not testable" : excluded ? "excluded" : "not excluded";
    return el("li", { class: state.replace(" ", "-") }, isolated(cause), " ", el("span", { class: "state" }, state));
  });
  return el("div", { class: "causes" }, el("h5", {}, "Innocent causes"), el("ul", {}, items));
}

function background(f, about) {
  const paragraphs = (text) => text.split(/\n\s*\n/).map((part) => el("p", {}, part.replace(/\s+/g, " ").trim()));
  return details("Why this matters, and what to do",
    paragraphs(about.rationale),
    el("h5", {}, "What to do"), paragraphs(about.remediation),
    about.references.length > 0 && [
      el("h5", {}, "References"),
      el("ul", { class: "references" }, about.references.map((text) => el("li", {}, code(text)))),
    ]);
}

/** Shows the command that reproduces the finding, with a button that copies it. */
function command(text) {
  const shown = code(text);
  const copy = el("button", { type: "button", class: "copy" }, "Copy");
  copy.addEventListener("click", () => copyText(shown));
  return el("div", { class: "command" }, shown, copy);
}

async function copyText(shown) {
  try {
    await navigator.clipboard.writeText(shown.textContent);
    say("copied");
  } catch {
    // Browsers may deny clipboard access to local files.
    getSelection().selectAllChildren(shown);
    say("selected; copy it with the keyboard");
  }
}

/** Announces a message to screen readers, and displays it for a moment. */
function say(text) {
  const said = byId("said");
  said.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => said.replaceChildren(), 3000);
}

function identitySection(one, report) {
  const rows = one.about.i.map(([name, address, commits, first, last, repositories]) => [
    isolated(name), code(address), grouped(commits), span(first, last), repositories.join(", "),
  ]);
  const links = [...one.links].sort((a, b) => b[4] - a[4]);
  return el("div", {},
    figures(plural(rows.length, "identity", "identities"), ["Name", "Address", "Commits", "Seen", "In"], rows),
    links.length > 0 && [identityGraph(one, links, report), linkList(one, links, report)]);
}

/** Lists every link with its reasons. */
function linkList(one, links, report) {
  const list = el("ul", { class: "links" });
  const more = inChunks(list, links, LINKS_SHOWN, (link) => {
    const [a, , b, , bits, status, reasons] = link;
    const ends = linkEnds(link, report);
    return el("li", { class: status },
      isolated(ends[0]), " and ", isolated(ends[1]), `: ${status}, ${bits.toFixed(1)} bits`,
      a !== b && ["; the other is ", personLink(report.people[a === one.index ? b : a])],
      el("ul", {}, reasons.map(([words, of]) => el("li", {}, `${words} (${signed(of)})`))));
  });
  return el("div", {}, el("h4", {}, "Why these identities are, or may be, linked"), list, more);
}

const signed = (bits) => `${bits < 0 ? "" : "+"}${bits.toFixed(1)}`;

const linkEnds = ([a, i, b, j], report) => [[a, i], [b, j]].map(([who, identity]) => identityText(report.contributors[who].i[identity]));

function linkWords(link, report) {
  const [, , , , bits, status, reasons] = link;
  const why = reasons.map(([words, of]) => `${words} (${signed(of)})`).join(", ");
  return `${linkEnds(link, report).join(" and ")}: ${status}, ${bits.toFixed(1)} bits: ${why}`;
}

function keySection(one) {
  const rows = one.about.k.map(([id, commits, first, last, service]) => [
    code(id), service ? "service" : "own", grouped(commits), span(first, last),
  ]);
  return figures(plural(rows.length, "signing key"), ["Key", "Owner", "Commits", "Seen"], rows);
}

function silentSection(one) {
  return el("div", {},
    el("p", {}, "These tests had too little data. They are evidence neither for nor against anyone."),
    el("ul", {}, one.about.t.map((text) => el("li", {}, isolated(text)))));
}

function details(summary, ...content) {
  return el("details", {}, el("summary", {}, summary), ...content.flat());
}

/** Appends the first chunk of items to a parent, and returns the button that appends the next chunk. */
function inChunks(parent, items, size, draw) {
  const more = el("button", { type: "button", class: "more" });
  let drawn = 0;
  const goOn = () => {
    const next = items.slice(drawn, drawn + size);
    parent.append(...next.map(draw));
    drawn += next.length;
    const rest = items.length - drawn;
    more.hidden = rest === 0;
    more.textContent = `Show ${grouped(Math.min(size, rest))} more of ${grouped(rest)}`;
  };
  more.addEventListener("click", goOn);
  goOn();
  return more;
}
