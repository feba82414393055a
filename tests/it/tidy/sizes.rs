//! Small functions and files: what a person can hold in mind at once.

use super::Findings;
use super::source::{File, Tree, line_of, lines_left, matching_brace};

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 400;

pub fn sizes(tree: &Tree) -> Findings {
    let mut findings = vec![];
    for file in tree.rust("").filter(|file| !file.code.is_empty()) {
        let lines = lines_left(&file.code);
        if lines > FILE_LINES_MAX {
            findings.push(format!("{}: {lines} lines, at most {FILE_LINES_MAX}: split it", file.path));
        }
        findings.extend(long_functions(file));
    }
    findings
}

fn long_functions(file: &File) -> impl Iterator<Item = String> {
    functions(&file.code).into_iter().filter(|(_, _, lines)| *lines > FUNCTION_LINES_MAX).map(
        |(name, line, lines)| {
            format!("{}:{line}: fn {name} has {lines} lines, at most {FUNCTION_LINES_MAX}", file.path)
        },
    )
}

/// Name, first line and number of lines of each function that has a body.
fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut found = vec![];
    for (at, _) in code.match_indices("fn ") {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if before.is_alphanumeric() || before == '_' || name.is_empty() {
            continue;
        }
        let Some(open) = body(code, at) else { continue };
        let close = matching_brace(code, open).unwrap_or(code.len());
        let first = line_of(code, at);
        found.push((name, first, line_of(code, close) - first + 1));
    }
    found
}

/// The `{` of the body; none for a declaration that ends with `;`.
fn body(code: &str, from: usize) -> Option<usize> {
    let mut nested = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => nested += 1,
            b')' | b']' => nested -= 1,
            b';' if nested == 0 => return None,
            b'{' if nested == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

#[test]
fn what_is_too_long_is_found() {
    let lines = |count: usize| "    a();\n".repeat(count);
    let fits = format!("fn a(b: [u8; 3]) -> u8 {{\n{}}}\nfn c();\n{}", lines(68), "\n".repeat(328));
    let tested = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n", "fn b() {}\n".repeat(500));
    let long = format!("impl A {{\n    async fn a(\n        b: u8,\n    ) {{\n{}    }}\n}}\n", lines(69));
    let big = "const A: u8 = 1;\n".repeat(401);
    super::assert_finds(
        sizes,
        &[("a/src/a.rs", &fits), ("a/src/b.rs", &tested), ("tests/it/a.rs", &big)],
        &[("a/src/a.rs", &long), ("a/src/b.rs", &big)],
    );
}
