//! Which test brings which fault about: the list must be whole, and say nothing that is not there.

use std::collections::HashSet;

use super::Findings;
use super::source::Tree;

const LIST: &str = "docs/faults.md";
const FAULTS: usize = 48;
const INPUTS: usize = 56;

pub fn covered(tree: &Tree) -> Findings {
    let Some(list) = tree.files.iter().find(|file| file.path == LIST) else {
        return vec![format!("{LIST} is missing")];
    };
    let known = names(tree);
    let numbers = (1..=FAULTS).map(|n| format!("F{n}")).chain((1..=INPUTS).map(|n| n.to_string()));
    let rows: Vec<[&str; 3]> = list.text.lines().filter_map(row).collect();
    let mut findings = vec![];
    for number in numbers {
        let found: Vec<&str> = rows.iter().filter(|row| row[0] == number).map(|row| row[2]).collect();
        let [shown] = found[..] else {
            findings.push(format!("{LIST}: {number} stands there {} times, not once", found.len()));
            continue;
        };
        let named: Vec<&str> = shown.split('`').skip(1).step_by(2).collect();
        if shown.starts_with("not shown") {
            let gone = named.iter().filter(|name| !stands(tree, name));
            findings.extend(gone.map(|name| format!("{LIST}: {number}: there is no `{name}` any more")));
            continue;
        }
        // A path is not the name of a test.
        if named.is_empty() {
            findings.push(format!("{LIST}: {number} names no test; say `not shown` and why"));
        }
        let unknown = named.iter().filter(|name| !known.contains(**name));
        findings.extend(unknown.map(|name| format!("{LIST}: {number}: there is no test `{name}`")));
    }
    findings
}

/// Number, what happens, shown by.
fn row(line: &str) -> Option<[&str; 3]> {
    let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
    cells.try_into().ok()
}

/// A file, or a name in the code: where something is not shown, that may be what takes care of it.
fn stands(tree: &Tree, name: &str) -> bool {
    tree.files.iter().any(|file| file.path.ends_with(name) || file.all_code.contains(name))
}

/// Tests, stories that run on both databases, and the faults that the simulator knows.
fn names(tree: &Tree) -> HashSet<&str> {
    let mut names = HashSet::new();
    for file in tree.rust("") {
        let mut before = "";
        for (place, part) in file.all_code.split("fn ").enumerate() {
            if place > 0 && is_test(before) {
                names.extend(part.split(|c: char| !is_of_name(c)).next());
            }
            before = part;
        }
        let stories = file.all_code.split("on_both!(").skip(1).filter_map(|list| list.split(')').next());
        names.extend(stories.flat_map(|list| list.split(',').map(str::trim)));
        if file.path == "tests/sim/faults.rs" {
            names.extend(file.text.split('"').skip(1).step_by(2));
        }
    }
    names
}

/// Whether the function that follows is one.
fn is_test(before: &str) -> bool {
    let attribute = before.rsplit("#[").next().unwrap_or_default();
    ["test]", "tokio::test"].iter().any(|name| attribute.starts_with(name)) && !attribute.contains([';', '}'])
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn a_list_that_promises_too_much_or_says_too_little_is_found() {
    let row = |n: &str, shown: &str| format!("| {n} | what | {shown} |\n");
    let numbers = || (1..=FAULTS).map(|n| format!("F{n}")).chain((1..=INPUTS).map(|n| n.to_string()));
    let whole = |odd: &str, shown: &str| {
        numbers()
            .map(|n| row(&n, if n == odd { shown } else { "`a_test`; sim `a_fault`" }))
            .collect::<String>()
    };
    let tree = |list: &str| {
        let test = "fn a_helper() {}\n#[test]\nfn a_test() {}\non_both!(a_story,);";
        Tree::sample(&[(LIST, list), ("a/src/lib.rs", test), ("tests/sim/faults.rs", "\"a_fault\"")])
    };
    for shown in ["not shown: nobody knows how", "not shown: `a_helper` in `src/lib.rs`", "`a_story`"] {
        assert_eq!(covered(&tree(&whole("F7", shown))), Findings::new());
    }
    for (odd, shown) in [
        ("F7", "`no_test`"),
        ("7", "nothing"),
        ("56", "`a_test`, `b_test`"),
        ("F7", "`a_helper`"),
        ("7", "not shown: `b_helper`"),
    ] {
        assert_eq!(covered(&tree(&whole(odd, shown))).len(), 1, "{odd} {shown}");
    }
    let twice = format!("{}{}", whole("", ""), row("F1", "`a_test`"));
    assert_eq!(covered(&tree(&twice)).len(), 1);
    assert_eq!(covered(&tree("")).len(), FAULTS + INPUTS);
}
