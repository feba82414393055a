//! Words that must not stand in the code, or not without a reason.

use super::Findings;
use super::source::{File, Tree, line_of, matching};

/// Nothing unfinished, and no test switched off, in tests neither.
pub fn undone(tree: &Tree) -> Findings {
    let mut findings = vec![];
    for file in tree.rust("") {
        for word in ["todo!", "unimplemented!", "#[ignore", "dbg!"] {
            let places = file.all_code.match_indices(word);
            findings.extend(
                places.map(|(at, _)| format!("{}:{}: {word}", file.path, line_of(&file.all_code, at))),
            );
        }
    }
    findings
}

/// `unwrap` and `expect` outside tests stand under a lint expectation with a reason, or beside a comment.
pub fn panics(tree: &Tree) -> Findings {
    let mut findings = vec![];
    for file in tree.rust("").filter(|file| !file.code.is_empty()) {
        let lines: Vec<&str> = file.text.lines().collect();
        for word in [".unwrap()", ".expect(", "panic!(", "unreachable!("] {
            for (at, _) in file.code.match_indices(word) {
                let line = line_of(&file.code, at);
                if !has_reason(file, &lines, line) {
                    findings.push(format!("{}:{line}: {word} without a reason", file.path));
                }
            }
        }
    }
    findings
}

fn has_reason(file: &File, lines: &[&str], line: usize) -> bool {
    let near = &lines[line.saturating_sub(4)..line];
    let commented = near.iter().any(|text| text.contains("// "));
    let head: String = file.text.chars().take(2_000).collect();
    let expected = |text: &str| {
        text.contains("clippy::unwrap_used")
            || text.contains("clippy::expect_used")
            || text.contains("clippy::panic")
    };
    let whole_file = head.lines().any(|text| text.starts_with("#![") && expected(text));
    // An expectation stands above its function.
    let above = lines[..line].iter().rev();
    let function = above.clone().position(|text| text.contains("fn ")).unwrap_or(line);
    let attributes = above
        .skip(function + 1)
        .take_while(|text| !text.trim_end().ends_with(['}', ';', '{']))
        .any(|text| expected(text));
    commented || whole_file || attributes
}

/// Whoever reads the logs finds each line by a code that stays when its words change.
pub fn log_codes(tree: &Tree) -> Findings {
    let mut findings = vec![];
    for file in tree.rust("").filter(|file| !file.code.is_empty()) {
        for word in ["tracing::error!(", "tracing::warn!(", "tracing::info!("] {
            for (at, _) in file.code.match_indices(word) {
                let open = at + word.len() - 1;
                let end = matching(&file.code, open, b'(', b')').unwrap_or(file.code.len());
                let fields = own_fields(&file.code[open + 1..end]);
                let mut fields = fields.split(',').map(str::trim);
                if !fields.any(|field| field == "code" || field.starts_with("code =")) {
                    findings.push(format!(
                        "{}:{}: a log line without a code",
                        file.path,
                        line_of(&file.code, at)
                    ));
                }
            }
        }
    }
    findings
}

/// Without what stands in brackets.
fn own_fields(arguments: &str) -> String {
    let mut depth = 0;
    let mut own = String::new();
    for sign in arguments.chars() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ if depth == 0 => own.push(sign),
            _ => {}
        }
    }
    own
}

const FILLER: &[&str] = &["Transaction", "Manager", "Service", "Util", "Utils", "Data", "Helper"];

/// Types and modules are named after things of the field.
pub fn names(tree: &Tree) -> Findings {
    let mut findings = vec![];
    for file in tree.rust("").filter(|file| !file.code.is_empty()) {
        for (number, line) in (1..).zip(file.code.lines()) {
            let declared = ["struct ", "enum ", "trait ", "type ", "mod "].iter().find_map(|kind| {
                line.trim_start()
                    .trim_start_matches("pub ")
                    .trim_start_matches("pub(crate) ")
                    .strip_prefix(kind)
            });
            let Some(name) = declared
                .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(rest))
            else {
                continue;
            };
            if let Some(word) = camel_words(name).find(|word| FILLER.contains(&word.as_str())) {
                findings.push(format!("{}:{number}: {name}: {word} says nothing of what it is", file.path));
            }
        }
    }
    findings
}

/// `MemberRow` and `member_row` as `Member` and `Row`.
fn camel_words(name: &str) -> impl Iterator<Item = String> {
    let mut words: Vec<String> = vec![];
    for (at, c) in name.char_indices() {
        let begins = at == 0 || c.is_uppercase() || name[..at].ends_with('_');
        match words.last_mut() {
            Some(word) if !begins => word.push(c),
            _ => words.push(c.to_ascii_uppercase().to_string()),
        }
    }
    words.into_iter().map(|word| word.trim_end_matches('_').to_owned())
}

/// The repository means the same on every machine.
pub fn machine(tree: &Tree) -> Findings {
    // Put together here, or this file would be a finding.
    let homes = ["work", "root", "home", "Users"].map(|folder| format!("/{folder}/"));
    let mut findings = vec![];
    for file in &tree.files {
        for (number, line) in (1..).zip(file.text.lines()) {
            let named = homes.iter().any(|home| {
                line.match_indices(home.as_str()).any(|(at, _)| {
                    let before = line[..at].chars().next_back().unwrap_or(' ');
                    !(before.is_alphanumeric() || matches!(before, '}' | '.' | '_' | '-' | ')'))
                })
            });
            if named {
                findings.push(format!("{}:{number}: a path of one machine", file.path));
            }
        }
    }
    findings
}

#[test]
fn unfinished_work_is_found() {
    super::assert_finds(
        undone,
        &[("a/src/a.rs", "// todo!()\nconst A: &str = \"todo!()\";")],
        &[
            ("a/src/a.rs", "fn a() { todo!() }"),
            ("tests/it/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn a() {}"),
            ("a/src/a.rs", "#[cfg(test)]\nmod tests { fn a() { dbg!(1); } }"),
        ],
    );
}

#[test]
fn a_log_line_without_a_code_is_found() {
    super::assert_finds(
        log_codes,
        &[
            ("a/src/a.rs", "fn a() { tracing::warn!(code = \"a\", %b, \"c\"); }"),
            ("a/src/b.rs", "fn a() { tracing::error!(%b, code, \"c (d\"); }"),
            ("a/src/c.rs", "fn a() { tracing::info!(\n code = e.code(), \"c\"); }"),
            ("a/src/d.rs", "fn a() { tracing::debug!(%b, \"c\"); }"),
        ],
        &[
            ("a/src/a.rs", "fn a() { tracing::warn!(%b, \"code = 1\"); let code = 1; }"),
            ("a/src/b.rs", "fn a() { tracing::error!(b = f(code), \"c\"); }"),
            ("a/src/c.rs", "fn a() { tracing::error!(b = f(d, code), \"c\"); }"),
        ],
    );
}

#[test]
fn a_panic_without_reason_is_found() {
    super::assert_finds(
        panics,
        &[
            ("a/src/a.rs", "fn a() {\n    // Digits only, checked above.\n    b.parse().unwrap()\n}"),
            (
                "a/src/b.rs",
                "#[expect(clippy::unwrap_used, reason = \"the lock\")]\nfn a() {\n    b();\n    c();\n    d();\n    e.unwrap();\n}",
            ),
            ("a/src/c.rs", "#[cfg(test)]\nmod tests { fn a() { b.unwrap() } }"),
            ("a/src/d.rs", "fn a() { b.unwrap_or(1); c.expected(); }"),
        ],
        &[
            ("a/src/a.rs", "fn a() { b.unwrap() }"),
            ("a/src/a.rs", "fn a() { b.expect(\"there\") }"),
            ("a/src/a.rs", "fn a() { panic!(\"no\") }"),
            (
                "a/src/a.rs",
                "#[expect(clippy::unwrap_used, reason = \"x\")]\nfn a() {}\nfn b() {\n    c();\n    d();\n    e();\n    f.unwrap();\n}",
            ),
        ],
    );
}

#[test]
fn filler_names_are_found() {
    super::assert_finds(
        names,
        &[(
            "a/src/a.rs",
            "pub struct Database;\nenum Role { Manager, Service }\nmod tickets;\ntype Datum = u8;",
        )],
        &[
            ("a/src/a.rs", "pub struct SaleManager;"),
            ("a/src/a.rs", "pub(crate) enum TransactionKind {}"),
            ("a/src/a.rs", "mod util;"),
            ("a/src/a.rs", "trait MemberService {}"),
            ("a/src/a.rs", "type PageData = u8;"),
        ],
    );
}

#[test]
fn a_path_of_one_machine_is_found() {
    let bad = format!("cd /{}/yapa", "root");
    let also = format!("const A: &str = \"/{}/ana/x\";", "home");
    let fine = format!("open http://127.0.0.1:8080/{}/ and {{folder}}/{1}/a and ./{1}/", "home", "work");
    super::assert_finds(machine, &[("README.md", &fine)], &[("README.md", &bad), ("a/src/a.rs", &also)]);
}
