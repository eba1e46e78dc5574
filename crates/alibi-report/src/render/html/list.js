// The list of contributors: filtering, sorting and incremental drawing.

/** Number of rows drawn at first, few enough that typing in the filter does not lag, and of rows added on demand. */
const FIRST_ROWS = 30;
const MORE_ROWS = 100;

/** The sort key of each column, and whether the first click sorts descending. Unknown values (null) come last. */
const SORTS = {
  rank: { of: (one) => one.place, descending: false },
  tier: { of: (one) => TIERS.indexOf(one.tier), descending: false },
  weight: { of: (one) => one.weight, descending: true },
  name: { of: (one) => one.alphabetical, descending: false },
  commits: { of: (one) => one.about.c, descending: true },
  days: { of: (one) => one.about.d, descending: true },
};

/** The initial state of the list. */
const UNTOUCHED = Object.freeze({
  text: "", tiers: TIERS, family: "", repository: "", bots: false, sort: "rank", descending: false,
});

/** The list of contributors. `show(state)` draws a state. Sorted orders and drawn rows are cached. */
class PeopleList {
  #people;
  #body = byId("people").tBodies[0];
  #more = byId("more");
  #orders = new Map();
  #rows = new Map();
  #shown = [];
  #drawn = 0;
  #current = "";

  constructor(people) {
    this.#people = people;
    // Contributors with a case come first, by rank; the other contributors follow by number of commits.
    const ranked = [...people].sort(
      (a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || b.about.c - a.about.c || a.index - b.index,
    );
    for (const [place, one] of ranked.entries()) one.place = place;
    this.#orders.set("rank false", ranked);
    this.#more.addEventListener("click", () => this.#goOn());
  }

  /** Draws the list for a state. If the state has not changed, the drawn rows and the scroll position are kept. */
  show(state) {
    const wanted = JSON.stringify(state);
    if (wanted === this.#current) return;
    this.#current = wanted;
    this.#shown = this.#order(state).filter(matcher(state));
    this.#drawn = 0;
    this.#body.replaceChildren();
    this.drawMore(FIRST_ROWS);
    this.#markSorted(state);
    this.#sayCount(state);
  }

  drawMore(most = MORE_ROWS) {
    const next = this.#shown.slice(this.#drawn, this.#drawn + most);
    this.#body.append(...next.map((one) => this.#row(one)));
    this.#drawn += next.length;
    const rest = this.#shown.length - this.#drawn;
    this.#more.hidden = rest === 0;
    this.#more.textContent = `Show ${grouped(Math.min(MORE_ROWS, rest))} more of ${grouped(rest)}`;
  }

  drawAll() {
    this.drawMore(Infinity);
  }

  /** Moves the focus by `step` rows, or to the first row if no row has the focus. */
  move(step) {
    const row = document.activeElement?.closest("#people tbody tr");
    let next = row ? row.sectionRowIndex + step : 0;
    if (next >= this.#drawn) this.drawMore();
    next = Math.max(0, Math.min(next, this.#drawn - 1));
    this.#body.rows[next]?.querySelector("a").focus();
  }

  /** Focuses a contributor's row, or the filter if the row is not in the list. */
  focus(index) {
    const place = this.#shown.findIndex((one) => one.index === index);
    if (place < 0) return byId("filter").focus();
    if (place >= this.#drawn) this.drawMore(place + 1 - this.#drawn);
    this.#body.rows[place].querySelector("a").focus();
  }

  #goOn() {
    const first = this.#drawn;
    this.drawMore();
    this.#body.rows[first]?.querySelector("a").focus();
  }

  #order({ sort, descending }) {
    const key = `${sort} ${descending}`;
    if (!this.#orders.has(key)) this.#orders.set(key, this.#sorted(sort, descending));
    return this.#orders.get(key);
  }

  #sorted(sort, descending) {
    if (sort === "name") this.#alphabetise();
    const { of } = SORTS[sort];
    const sign = descending ? -1 : 1;
    return [...this.#people].sort((a, b) => {
      const [x, y] = [of(a), of(b)];
      if (x === null || y === null) return (x === null) - (y === null) || a.place - b.place;
      return sign * (x - y) || a.place - b.place;
    });
  }

  /** Numbers all contributors in the order of their names, because comparing names is slow. */
  #alphabetise() {
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    const byName = [...this.#people].sort((a, b) => compare(a.about.w, b.about.w) || a.place - b.place);
    for (const [place, one] of byName.entries()) one.alphabetical = place;
  }

  #row(one) {
    if (!this.#rows.has(one)) this.#rows.set(one, personRow(one));
    return this.#rows.get(one);
  }

  #markSorted({ sort, descending }) {
    for (const button of document.querySelectorAll("button[data-sort]")) {
      const head = button.closest("th");
      head.removeAttribute("aria-sort");
      if (button.dataset.sort === sort) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    }
  }

  #sayCount(state) {
    const all = this.#people.length;
    const silent = state.bots ? 0 : this.#people.filter(isBotWithoutCase).length;
    const left = silent ? `; ${plural(silent, "bot")} without a case hidden` : "";
    byId("count").textContent = `${grouped(this.#shown.length)} of ${plural(all, "contributor")} shown${left}`;
  }
}

// A bot with a case is always listed, so that no one can hide behind the name of a bot.
const isBotWithoutCase = (one) => one.about.b && !one.case;

/** Returns a function that checks whether a contributor passes the filters. */
function matcher({ text, tiers, family, repository, bots }) {
  const words = clean(text.trim().replace(/\s+/g, " ")).toLowerCase().split(" ").filter(Boolean);
  return (one) =>
    tiers.includes(one.tier) &&
    (bots || !isBotWithoutCase(one)) &&
    (!family || one.families.has(family)) &&
    (!repository || one.repositories.has(repository)) &&
    words.every((word) => one.searched.includes(word));
}

function personRow(one) {
  const { about } = one;
  return el("tr", { "data-index": one.index, role: "row" },
    el("td", { class: "rank", role: "cell" }, one.rank ?? "–"),
    el("td", { class: "tier", role: "cell" }, tierBadge(one.tier)),
    el("td", { class: "weight", role: "cell" }, one.case ? decibans(one.weight) : "–"),
    el("th", { class: "who", scope: "row", role: "rowheader" }, personLink(one), whereFrom(about)),
    el("td", { class: "commits", role: "cell" }, grouped(about.c)),
    el("td", { class: "days", role: "cell" }, grouped(about.d)),
    el("td", { class: "families", role: "cell" }, familyWeights(one)));
}

/** Creates a link to a contributor's page. `main.js` handles clicks on it. */
function personLink(one) {
  const href = `#person=${encodeURIComponent(one.key)}`;
  return el("a", { href, "data-person": one.index }, isolated(one.about.w || one.about.n || "(no name)"));
}

function whereFrom(about) {
  const more = about.i.length > 1 ? ` and ${plural(about.i.length - 1, "more identity", "more identities")}` : "";
  const program = about.b ? "bot, " : "";
  return el("span", { class: "address" }, program, isolated(mainAddress(about)), more);
}

function familyWeights(one) {
  if (!one.case) return "–";
  const families = one.case.fam.filter(([, db]) => db > 0).sort((a, b) => b[1] - a[1]);
  if (families.length === 0) return "none that counts";
  return families.map(([family, db]) => el("span", { class: "family" }, `${family} ${db.toFixed(0)}`));
}
