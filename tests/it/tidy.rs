//! The guard of the house style: what ARCHITECTURE.md says of the code, checked on the code.
//!
//! Each check is a function of a tree of files that returns what it found. It is run on the repository,
//! and on a small bad sample that it must complain about, so that a check that sees nothing is noticed.

mod covered;
mod directions;
mod places;
mod sizes;
mod source;
mod words;

use source::Tree;

/// What is wrong, one finding a line: file, line, what to do.
type Findings = Vec<String>;
type Check = (&'static str, fn(&Tree) -> Findings);

const CHECKS: &[Check] = &[
    ("crates know only the crates they may", directions::crates),
    ("rooms of the hub know only rooms before them", directions::rooms),
    ("SQL stands in stores", places::sql),
    ("only live/ knows Redis", places::redis),
    ("only port.rs of firmware-config opens serial ports", places::serial),
    ("firmware-config knows kit on its command line only", places::pure_profiles),
    ("routes of the hub pass the gate", places::routes),
    ("domain has no clock, no chance, no float", places::pure_domain),
    ("pages need nothing that their security policy forbids", places::page_policy),
    ("functions and files stay small", sizes::sizes),
    ("nothing is left undone or switched off", words::undone),
    ("a panic outside tests says why it cannot happen", words::panics),
    ("each line of the logs has a code", words::log_codes),
    ("names are not filler", words::names),
    ("nothing names the machine it was written on", words::machine),
    ("each fault and bad input names its tests, and they exist", covered::covered),
];

#[test]
fn the_house_style_holds() {
    let tree = Tree::of_repository();
    assert!(tree.files.len() > 100, "the guard found only {} files", tree.files.len());
    let mut found = vec![];
    for (rule, check) in CHECKS {
        found.extend(check(&tree).into_iter().map(|finding| format!("{rule}: {finding}")));
    }
    assert!(found.is_empty(), "{} findings\n{}", found.len(), found.join("\n"));
}

/// Checks that every bad sample is found, each on its own, and that the good ones pass.
fn assert_finds(check: fn(&Tree) -> Findings, good: &[(&str, &str)], bad: &[(&str, &str)]) {
    assert_eq!(check(&Tree::sample(good)), Findings::new(), "a good sample");
    for (path, text) in bad {
        assert!(!check(&Tree::sample(&[(path, text)])).is_empty(), "not found in {path}:\n{text}");
    }
}
