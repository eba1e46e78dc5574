// Starts the page, and connects the list and the contributors' pages to the URL fragment, the keys and the buttons.

/** Parses the URL fragment `#q=…&tier=…&person=…` into a state. Invalid parts are ignored. */
function readAddress(report) {
  const given = new Map();
  for (const part of location.hash.slice(1).split("&")) {
    const [name, ...value] = part.split("=");
    try {
      given.set(name, decodeURIComponent(value.join("=")));
    } catch {
      // The value is not percent-encoded, so that it was not written by this page.
    }
  }
  const among = (name, known) => (known.includes(given.get(name)) ? given.get(name) : "");
  const sort = among("sort", Object.keys(SORTS)) || UNTOUCHED.sort;
  const tiers = given.has("tier") ? TIERS.filter((tier) => given.get("tier").split(",").includes(tier)) : TIERS;
  return {
    list: {
      text: given.get("q") ?? "",
      tiers,
      family: among("family", FAMILIES),
      repository: among("repository", report.repositories.map((r) => r.id)),
      bots: given.get("bots") === "1",
      sort,
      descending: given.has("descending") ? given.get("descending") === "1" : SORTS[sort].descending,
    },
    person: report.people.find((one) => one.key === given.get("person")) ?? null,
  };
}

/** Writes a state as a URL fragment, without default values. */
function writeAddress({ list, person }) {
  const parts = [];
  const add = (name, value) => parts.push(`${name}=${encodeURIComponent(value)}`);
  if (list.text) add("q", list.text);
  if (list.tiers.length < TIERS.length) add("tier", list.tiers.join(","));
  if (list.family) add("family", list.family);
  if (list.repository) add("repository", list.repository);
  if (list.bots) add("bots", "1");
  if (list.sort !== UNTOUCHED.sort) add("sort", list.sort);
  if (list.descending !== SORTS[list.sort].descending) add("descending", list.descending ? "1" : "0");
  if (person) add("person", person.key);
  return `#${parts.join("&")}`;
}

/** The page. Its whole state is mirrored in the URL fragment. */
class Page {
  #report;
  #list;
  #state;
  #title = document.title;
  #left = null;
  #addressTimer = 0;

  constructor(report) {
    this.#report = report;
    this.#list = new PeopleList(report.people);
    drawSummary(report);
    drawExposures(report);
    fillSelects(report);
    this.#state = { list: UNTOUCHED, person: null };
    this.#turnTo(readAddress(report));
    this.#listen();
  }

  /** Changes to a state and adds a history entry, so that the browser's Back button returns to the previous state. */
  #go(state) {
    // The fragment is written with a delay: store the last changes in the current history entry first.
    history.replaceState(null, "", writeAddress(this.#state));
    history.pushState(null, "", writeAddress(state));
    this.#turnTo(state);
  }

  /** Changes the list without a history entry, so that Back does not undo single keystrokes. */
  #refine(change) {
    this.#state = { ...this.#state, list: { ...this.#state.list, ...change } };
    this.#list.show(this.#state.list);
    clearTimeout(this.#addressTimer);
    // Browsers throttle pages that change their URL on every keystroke.
    this.#addressTimer = setTimeout(() => history.replaceState(null, "", writeAddress(this.#state)), 250);
  }

  #turnTo(state) {
    clearTimeout(this.#addressTimer);
    const before = this.#state.person;
    this.#state = state;
    setControls(state.list);
    if (state.person === before) {
      this.#list.show(state.list);
    } else if (state.person) {
      if (!before) this.#left = { index: state.person.index, scroll: scrollY };
      this.#list.show(state.list);
      this.#openPerson(state.person);
    } else {
      this.#closePerson();
    }
  }

  #openPerson(one) {
    byId("overview").hidden = true;
    byId("person").hidden = false;
    drawPerson(one, this.#report);
    document.title = `${clean(one.about.w)} – ${this.#title}`;
    scrollTo(0, 0);
    byId("person-name").focus({ preventScroll: true });
  }

  #closePerson() {
    byId("person").hidden = true;
    byId("overview").hidden = false;
    byId("person-page").replaceChildren();
    document.title = this.#title;
    this.#list.show(this.#state.list);
    if (this.#left) {
      scrollTo(0, this.#left.scroll);
      this.#list.focus(this.#left.index);
    }
  }

  #open(index) {
    this.#go({ ...this.#state, person: this.#report.people[index] });
  }

  #back() {
    if (this.#state.person) this.#go({ ...this.#state, person: null });
  }

  #sortBy(sort) {
    const { list } = this.#state;
    const descending = list.sort === sort ? !list.descending : SORTS[sort].descending;
    this.#refine({ sort, descending });
  }

  #listen() {
    history.scrollRestoration = "manual";
    addEventListener("hashchange", () => this.#turnTo(readAddress(this.#report)));
    addEventListener("beforeprint", () => this.#list.drawAll());
    addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("click", (event) => this.#click(event));
    const filters = byId("filters");
    filters.addEventListener("input", () => this.#refine(readControls()));
    filters.addEventListener("submit", (event) => event.preventDefault());
    for (const button of document.querySelectorAll("button[data-sort]")) {
      button.addEventListener("click", () => this.#sortBy(button.dataset.sort));
    }
    byId("back").addEventListener("click", () => this.#back());
    byId("theme").addEventListener("click", toggleTheme);
    byId("help-button").addEventListener("click", () => byId("help").showModal());
    byId("skip").addEventListener("click", (event) => {
      // Following the link would replace the fragment, which contains the state.
      event.preventDefault();
      byId("main").focus();
    });
  }

  /** Opens a contributor after a click on a link or a row. Clicks that open a tab or end a selection are ignored. */
  #click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("a[data-person]");
    const row = event.target.closest("#people tbody tr");
    if (link) event.preventDefault();
    if (link) this.#open(Number(link.dataset.person));
    else if (row && getSelection().isCollapsed) this.#open(Number(row.dataset.index));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || byId("help").open) return;
    if (event.key === "Escape") return this.#escape(event);
    if (isTyping(event.target)) return;
    const done = this.#state.person ? this.#pageKey(event.key) : this.#pageKey(event.key) || this.#listKey(event);
    if (done) event.preventDefault();
  }

  #escape(event) {
    const filter = byId("filter");
    if (this.#state.person) return this.#back();
    if (event.target !== filter) return;
    event.preventDefault();
    if (filter.value === "") filter.blur();
    else this.#refine({ text: (filter.value = "") });
  }

  #pageKey(key) {
    if (key !== "?") return false;
    byId("help").showModal();
    return true;
  }

  #listKey({ key, target }) {
    // Arrow keys move the focus only if a row or nothing has the focus; otherwise they keep their usual function.
    const arrows = target === document.body || target.closest("#people tbody");
    if (key === "/") byId("filter").select();
    else if (key === "j" || (arrows && key === "ArrowDown")) this.#list.move(1);
    else if (key === "k" || (arrows && key === "ArrowUp")) this.#list.move(-1);
    else return false;
    return true;
  }
}

const isTyping = (target) => target.matches("input:not([type=checkbox]), textarea, select");

function readControls() {
  return {
    text: byId("filter").value,
    tiers: [...document.querySelectorAll('input[name="tier"]:checked')].map((box) => box.value),
    family: byId("family").value,
    repository: byId("repository").value,
    bots: byId("bots").checked,
  };
}

function setControls({ text, tiers, family, repository, bots }) {
  // Setting the same value again would move the cursor.
  if (byId("filter").value !== text) byId("filter").value = text;
  for (const box of document.querySelectorAll('input[name="tier"]')) box.checked = tiers.includes(box.value);
  byId("family").value = family;
  byId("repository").value = repository;
  byId("bots").checked = bots;
}

function fillSelects(report) {
  const found = new Set(Object.values(report.heuristics).map((about) => about.family));
  byId("family").append(...FAMILIES.filter((f) => found.has(f)).map((family) => el("option", { value: family }, family)));
  byId("repository").append(...report.repositories.map((r) => el("option", { value: r.id }, shortened(r.path, 60))));
  for (const box of document.querySelectorAll('input[name="tier"]')) {
    const count = report.people.filter((one) => one.tier === box.value).length;
    box.parentElement.append(el("span", { class: "number" }, ` ${grouped(count)}`));
  }
}

function drawSummary(report) {
  byId("title").textContent = document.title;
  byId("tool").textContent = clean(report.tool);
  const skipped = report.repositories.reduce((sum, r) => sum + r.skipped, 0);
  byId("summary").append(...[
    el("p", { class: "lead" }, summaryWords(report), el("strong", {}, " A finding is a question, not an accusation.")),
    skipped > 0 && el("p", { class: "warning" }, `Incomplete: ${plural(skipped, "object")} could not be read completely. Content that could not be read was not checked.`),
    report.masked && el("p", { class: "warning" },
      "Names and addresses are replaced by pseudonyms. Anyone with access to the repositories can still identify people by commit ids."),
    report.notices.length > 0 && el("ul", {}, report.notices.map((text) => el("li", {}, isolated(text)))),
    details(plural(report.repositories.length, "repository", "repositories"), report.repositories.map(repositoryFacts)),
    details("Options of this run", el("dl", { class: "evidence" }, report.options.map(([label, value]) => fact(label, code(value))))),
  ].filter(Boolean));
}

/** Lists the exposures, which are not part of any case. */
function drawExposures(report) {
  const { exposures } = report;
  if (exposures.length === 0) return;
  const several = report.repositories.length > 1;
  const rows = exposures.map((e) => [
    `${e.sev}${e.head ? "" : ", only in the history"}`,
    [several && `${e.r}: `, code(e.l.length > 0 ? `${e.p}:${e.l.slice(0, 5).join(",")}` : e.p)],
    e.t,
    e.fix,
    isolated(e.own.length > 0 ? `owned by ${e.own.join(", ")}` : `introduced by ${e.by.join(", ")}`),
  ]);
  byId("exposure-list").append(figures(plural(exposures.length, "exposure"), ["Severity", "File", "What", "Remedy", "Who"], rows));
  byId("exposures").hidden = false;
}

function summaryWords(report) {
  const count = (tier) => report.cases.filter((of) => of.t === tier).length;
  const sum = (of) => report.repositories.reduce((total, r) => total + of(r), 0);
  const [commits, inScope] = [sum((r) => r.commits), sum((r) => r.judged)];
  const some = inScope === commits ? "" : ` (${grouped(inScope)} of them in scope)`;
  const seen = `${plural(report.people.length, "contributor")} and ${plural(commits, "commit")}${some} in ${plural(report.repositories.length, "repository", "repositories")}`;
  if (report.cases.length === 0) return `${seen}: no cases.`;
  const words = { block: "to block", review: "to review", note: "for information (note)" };
  const parts = TIERS.filter((tier) => words[tier] && count(tier) > 0).map((tier) => `${grouped(count(tier))} ${words[tier]}`);
  return `${seen}. ${plural(report.cases.length, "contributor has", "contributors have")} a case: ${parts.join(", ")}.`;
}

function repositoryFacts(r) {
  const inScope = r.judged === r.commits ? "" : ` (${grouped(r.judged)} in scope)`;
  const facts = [
    `${plural(r.commits, "commit")}${inScope}, ${plural(r.refs, "reference")}, ${span(r.first, r.last)}`,
    r.shallow && "shallow clone: older history is missing",
    r.skipped > 0 && `${plural(r.skipped, "object")} skipped: could not be read completely`,
  ].filter(Boolean);
  return el("div", { class: "repository" },
    el("h3", {}, isolated(r.path)),
    el("p", {}, `${r.id}, HEAD `, r.head ? code(r.head.slice(0, 12)) : "missing"),
    el("ul", {}, facts.map((text) => el("li", {}, text)), r.notices.map((text) => el("li", {}, isolated(text)))));
}

const wantsDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

function toggleTheme() {
  const { dataset } = document.documentElement;
  const dark = dataset.theme ? dataset.theme === "dark" : wantsDark();
  dataset.theme = dark ? "light" : "dark";
  nameTheme();
}

/** Labels the button with the theme that it switches to. */
function nameTheme() {
  const { theme } = document.documentElement.dataset;
  const dark = theme ? theme === "dark" : wantsDark();
  byId("theme").textContent = dark ? "Light" : "Dark";
}

function start() {
  nameTheme();
  try {
    new Page(readReport(byId("data").textContent));
  } catch (error) {
    byId("summary").append(el("p", { class: "warning" }, `This report cannot be displayed: ${error.message}`));
    throw error;
  }
  document.documentElement.dataset.ready = "1";
}

start();
