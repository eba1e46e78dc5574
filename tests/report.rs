//! Tests of the report: its schema, reproducible output, and hostile content.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, build, options, report, scan, scan_with, text};
use git_alibi::pipeline::Scope;
use git_alibi::testkit::names;

#[test]
fn every_json_report_matches_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(git_alibi::report::SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for name in names() {
        let folder = build(name);
        let value = report(&scan(folder.path()));
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({ "schema": "something else" })));
}

#[test]
fn reports_are_identical_for_any_thread_count() {
    for name in ["honest-team", "one-account-two-people", "reordered-source", "strange-headers"] {
        let folder = build(name);
        let run = |jobs: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build().unwrap();
            let mut value = pool.install(|| report(&scan(folder.path())));
            value["stats"] = serde_json::Value::Null;
            serde_json::to_string(&value).unwrap()
        };
        let one = run(1);
        for jobs in [2, 8] {
            assert_eq!(one, run(jobs), "{name} with {jobs} threads");
        }
    }
}

/// Builds four years of work by three people: more commits than one thread processes at a time.
fn long_history() -> tempfile::TempDir {
    let mut output = String::from("title = 't'\nstory = 's'\nhead = ''\n");
    for who in ["ana", "ben", "cleo"] {
        output +=
            &format!("[people.{who}]\nname = '{who} Example'\nemail = '{who}@example.org'\nzone = 'Europe/Lisbon'\n");
    }
    output += "[[work]]\nby = ['ana', 'ben', 'cleo']\nfrom = '2020-01-01'\nto = '2023-12-31'\n";
    output +=
        "[[step]]\nby = 'ben'\nat = '2022-05-05 10:00'\nmessage = 'Add'\nwrite = { 'a.js' = \"x /*\\u202E*/\\n\" }\n";
    let folder = tempfile::tempdir().unwrap();
    let story = git_alibi::testkit::Story::parse("long", &output).unwrap();
    git_alibi::testkit::write(&story, folder.path()).unwrap();
    folder
}

#[test]
fn loose_and_packed_objects_give_identical_reports_for_any_thread_count() {
    let folder = long_history();
    let run = |jobs: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build().unwrap();
        let mut value = pool.install(|| report(&scan(folder.path())));
        assert_eq!(value["stats"]["changes"].as_u64(), value["stats"]["commits"].as_u64());
        value["stats"] = serde_json::Value::Null;
        serde_json::to_string(&value).unwrap()
    };
    let loose = run(1);
    assert!(loose.contains("bidi-control:"));
    for jobs in [2, 8] {
        assert!(loose == run(jobs), "loose, {jobs} threads");
    }
    common::pack(folder.path());
    for jobs in [1, 2, 8] {
        assert!(loose == run(jobs), "packed, {jobs} threads");
    }
}

#[test]
fn repository_text_is_escaped_on_the_terminal() {
    let folder = build("strange-headers");
    let path = folder.path().to_str().unwrap();
    // With colours enabled, only sanitising can remove escape sequences.
    let out = alibi(&["scan", path, "--verbose", "--color", "always"]);
    let shown = text(&out.stdout);
    for part in ["\\u{1b}[2JEvil", "\\u{1b}[31mpost-checkout", "Future Fox"] {
        assert!(shown.contains(part), "{part} is missing: {shown}");
    }
    for part in ["\u{1b}[2J", "\u{1b}[31mpost"] {
        assert!(!shown.contains(part), "an escape sequence was printed: {shown:?}");
    }
    let hidden = build("reordered-source");
    let out = alibi(&["scan", hidden.path().to_str().unwrap(), "--color", "never"]);
    let shown = text(&out.stdout);
    assert!(shown.contains("\\u{202e}"), "the quoted line shows its control characters as text: {shown}");
    assert!(!shown.contains('\u{202e}'));
}

#[test]
fn reported_identities_are_decoded_as_git_does() {
    let folder = build("strange-headers");
    let value = report(&scan(folder.path()));
    let names: Vec<&str> = value["contributors"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|c| c["identities"].as_array().unwrap())
        .map(|i| i["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"Vik Ström"), "declared ISO-8859-1 is decoded: {names:?}");
    assert!(names.contains(&"Vik Str\u{fffd}m"), "the encoding of undeclared bytes is not guessed: {names:?}");
    assert!(names.contains(&"\u{1b}[2JEvil"), "escape characters are kept as JSON escapes: {names:?}");
}

#[test]
fn a_range_reports_new_commits_with_history_as_context() {
    let folder = build("hooks-by-a-newcomer");
    let mut range = options(&[folder.path()]);
    range.scope = Scope::Range("main~3..main".into());
    let audit = scan_with(&range);
    assert_eq!(audit.facts.commits.iter().filter(|c| c.in_scope).count(), 3);
    assert!(audit.facts.commits.len() > 40, "all history is used as context");
    let everything = scan(folder.path());
    assert!(everything.findings.len() > audit.findings.len(), "the founder's old hook is not reported again");
}

#[test]
fn a_scan_of_two_repositories_gives_one_report() {
    let (a, b) = (build("honest-team"), build("hooks-by-a-newcomer"));
    let audit = scan_with(&options(&[a.path(), b.path()]));
    let value = report(&audit);
    assert_eq!(value["repositories"].as_array().unwrap().len(), 2);
    let seen: Vec<&str> =
        value["findings"].as_array().unwrap().iter().map(|f| f["repository"].as_str().unwrap()).collect();
    assert_eq!(seen, ["r2", "r2"]);
}

#[test]
fn duplicate_repositories_resolve_to_the_same_contributors() {
    let (a, b) = (build("honest-team"), build("honest-team"));
    let once = scan(a.path()).people.contributors.len();
    let audit = scan_with(&options(&[a.path(), b.path()]));
    assert_eq!(audit.people.contributors.len(), once);
    let value = report(&audit);
    let seen = &value["contributors"][0]["identities"][0]["repositories"];
    assert_eq!(seen, &serde_json::json!(["r1", "r2"]));
}

#[test]
fn backdated_commits_are_not_hidden_by_since() {
    let folder = build("moved-into-code");
    let repo = git2::Repository::open_bare(folder.path()).unwrap();
    let blob = repo.blob("grant(); /*\u{202e}*/\n".as_bytes()).unwrap();
    let head = repo.refname_to_id("refs/heads/main").unwrap();
    let mut walk = repo.revwalk().unwrap();
    walk.push(head).unwrap();
    let root = walk.map(|oid| oid.unwrap()).find(|oid| repo.find_commit(*oid).unwrap().parent_count() == 0).unwrap();
    let write = |tree: git2::Oid, parents: &[git2::Oid], day: &str, seconds: i64| {
        let parents: String = parents.iter().map(|p| format!("parent {p}\n")).collect();
        let who = format!("Sly Fox <sly@example.org> {seconds} +0000");
        let raw = format!("tree {tree}\n{parents}author {who}\ncommitter {who}\n\n{day}\n");
        repo.odb().unwrap().write(git2::ObjectType::Commit, raw.as_bytes()).unwrap()
    };
    let tree = |of: git2::Oid| {
        let base = repo.find_commit(of).unwrap().tree().unwrap();
        let mut builder = repo.treebuilder(Some(&base)).unwrap();
        builder.insert("sly.js", blob, 0o100_644).unwrap();
        builder.write().unwrap()
    };
    // A branch from the first commit, with a backdated commit, is merged in June.
    let hidden = write(tree(root), &[root], "Long ago", 1_500_000_000);
    let merge = write(tree(head), &[head, hidden], "Merge", 1_718_000_000);
    repo.reference("refs/heads/main", merge, true, "merge").unwrap();
    let mut since = options(&[folder.path()]);
    since.since = Some(1_717_200_000.into());
    let audit = scan_with(&since);
    let who = common::findings(&audit);
    assert!(who.iter().any(|(heuristic, who, _)| heuristic == "bidi-control" && who == "Sly Fox"), "{who:?}");
    assert!(
        who.iter().all(|(heuristic, who, _)| heuristic != "bidi-control" || who == "Sly Fox"),
        "findings of earlier commits are reported: {who:?}"
    );
}
