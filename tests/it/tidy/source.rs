//! Files as the checks read them: Rust without comments, texts and tests.

use std::path::{Path, PathBuf};

#[derive(Debug)]
pub struct File {
    /// From the repository's root, with `/`.
    pub path: String,
    pub text: String,
    /// Rust outside tests, comments and the insides of literals blanked; empty for other files. Lines stand
    /// where they stand in `text`.
    pub code: String,
    /// The same with tests in it.
    pub all_code: String,
}

#[derive(Debug)]
pub struct Tree {
    pub files: Vec<File>,
}

const SKIPPED: &[&str] = &["target", "node_modules", "screenshots"];
const TEXTS: &[&str] =
    &["rs", "toml", "md", "sql", "html", "css", "js", "ftl", "sh", "py", "txt", "json", "yml", "svg"];

impl Tree {
    pub fn of_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut paths = vec![];
        walk(root, &mut paths);
        let read = |path: &PathBuf| {
            let relative = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            Some((relative, std::fs::read_to_string(path).ok()?))
        };
        Self::new(paths.iter().filter_map(read).collect())
    }

    pub fn sample(files: &[(&str, &str)]) -> Self {
        Self::new(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    fn new(files: Vec<(String, String)>) -> Self {
        let blanked: Vec<String> = files
            .iter()
            .map(|(path, text)| if is_rust(path) { blank(text) } else { String::new() })
            .collect();
        let mut test_files = vec![];
        let mut codes = vec![];
        for ((path, _), all_code) in files.iter().zip(&blanked) {
            let (code, modules) = without_tests(all_code);
            test_files.extend(modules.iter().flat_map(|name| module_paths(path, name)));
            codes.push(code);
        }
        let files = files.into_iter().zip(blanked).zip(codes).map(|(((path, text), all_code), code)| {
            let is_test = path.starts_with("tests/")
                || path.contains("/tests/")
                || test_files.iter().any(|t| path == *t || path.starts_with(&format!("{t}/")));
            File { path, text, code: if is_test { String::new() } else { code }, all_code }
        });
        Self { files: files.collect() }
    }

    pub fn with_extension(&self, wanted: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| has_extension(&file.path, wanted))
    }

    /// Rust files below a folder.
    pub fn rust(&self, below: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| is_rust(&file.path) && file.path.starts_with(below))
    }
}

fn is_rust(path: &str) -> bool {
    has_extension(path, "rs")
}

fn has_extension(path: &str, wanted: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == wanted)
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let extension = path.extension().map(|e| e.to_string_lossy().into_owned());
        if SKIPPED.contains(&name.as_str()) || (name.starts_with('.') && name != ".ci") {
            continue;
        }
        if path.is_dir() {
            walk(&path, paths);
        } else if extension.is_none_or(|e| TEXTS.contains(&e.as_str())) && name != "Cargo.lock" {
            paths.push(path);
        }
    }
}

/// Where `mod name;` in this file may live.
fn module_paths(path: &str, name: &str) -> Vec<String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.trim_end_matches(".rs");
    let below =
        if matches!(stem, "mod" | "lib" | "main") { folder.to_owned() } else { format!("{folder}/{stem}") };
    vec![format!("{below}/{name}.rs"), format!("{below}/{name}")]
}

/// Takes every item behind `#[cfg(test)]` out, and names the modules among them that have files.
fn without_tests(code: &str) -> (String, Vec<String>) {
    let mut rest = code.to_owned();
    let mut modules = vec![];
    while let Some(start) = rest.find("#[cfg(test)]") {
        let semicolon = rest[start..].find(';').map_or(rest.len(), |at| start + at);
        let brace = rest[start..].find('{').map_or(rest.len(), |at| start + at);
        let end = if semicolon < brace {
            let item = &rest[start..semicolon];
            modules.extend(item.rsplit_once("mod ").map(|(_, name)| name.trim().to_owned()));
            semicolon + 1
        } else {
            matching_brace(&rest, brace).map_or(rest.len(), |close| close + 1)
        };
        let blanked: String =
            rest[start..end].chars().map(|c| if c == '\n' { '\n' } else { '\u{0}' }).collect();
        rest.replace_range(start..end, &blanked);
    }
    (rest, modules)
}

/// Lines that hold something else than what was taken out.
pub fn lines_left(code: &str) -> usize {
    code.lines().filter(|line| !line.contains('\u{0}')).count()
}

/// The place of the `}` that closes the `{` at `open`.
pub fn matching_brace(code: &str, open: usize) -> Option<usize> {
    matching(code, open, b'{', b'}')
}

/// The place of what closes the bracket at `open`.
pub fn matching(code: &str, open: usize, opens: u8, closes: u8) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        if byte == opens {
            depth += 1;
        } else if byte == closes {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Replaces comments and the insides of texts by blanks, byte for byte.
pub fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let (from, to, next) = literal(text, at);
        let to = to.min(bytes.len());
        out[from.min(to)..to].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
        at = next;
    }
    String::from_utf8(out).unwrap()
}

/// The inside of the comment or literal that begins at `at`, and where reading goes on.
fn literal(text: &str, at: usize) -> (usize, usize, usize) {
    let bytes = text.as_bytes();
    let rest = &bytes[at..];
    if rest.starts_with(b"//") {
        let end = find(bytes, at, b"\n");
        return (at, end, end);
    }
    if rest.starts_with(b"/*") {
        let end = find(bytes, at + 2, b"*/") + 2;
        return (at, end, end);
    }
    if let Some(hashes) = raw_hashes(bytes, at) {
        let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
        let from = at + hashes + 2;
        let end = find(bytes, from, &close);
        return (from, end, end + close.len());
    }
    if rest[0] == b'"' {
        let end = string_end(bytes, at + 1);
        return (at + 1, end, end + 1);
    }
    if rest.starts_with(b"'\\") {
        let end = find(bytes, at + 3, b"'");
        return (at + 1, end, end + 1);
    }
    // A lifetime has no quote behind its first character.
    let quoted = text.get(at + 1..).and_then(|behind| behind.chars().next()).map(|c| at + 1 + c.len_utf8());
    match quoted {
        Some(end) if rest[0] == b'\'' && bytes.get(end) == Some(&b'\'') => (at + 1, end, end + 1),
        _ => (at, at, at + 1),
    }
}

/// The number of `#` of a raw text that begins here.
fn raw_hashes(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes[at] != b'r' {
        return None;
    }
    let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
    if before != b'b' && (before.is_ascii_alphanumeric() || before == b'_') {
        return None;
    }
    let hashes = bytes[at + 1..].iter().take_while(|b| **b == b'#').count();
    (bytes.get(at + 1 + hashes) == Some(&b'"')).then_some(hashes)
}

fn find(bytes: &[u8], from: usize, wanted: &[u8]) -> usize {
    let from = from.min(bytes.len());
    bytes[from..].windows(wanted.len()).position(|w| w == wanted).map_or(bytes.len(), |at| from + at)
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

#[test]
fn comments_and_texts_are_blanked() {
    for (text, wanted) in [
        ("a // b\nc", "a     \nc"),
        ("a /* b\n */ c", "a     \n    c"),
        (r#"f("a\"{", "", x)"#, r#"f("    ", "", x)"#),
        ("f(r#\"a\"{\"#, x)", "f(r#\"   \"#, x)"),
        ("let c = '{'; let l: &'a str = '\\'';", "let c = ' '; let l: &'a str = '  ';"),
        ("b'\"' b\"}\" 'é' \"\" x", "b' ' b\" \" '  ' \"\" x"),
        ("\"// no comment\" y", "\"             \" y"),
    ] {
        assert_eq!(blank(text), wanted);
    }
}

#[test]
fn tests_are_taken_out_where_they_stand() {
    let tree = Tree::sample(&[
        (
            "a/src/lib.rs",
            "#[cfg(test)]\nmod samples;\nfn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}",
        ),
        ("a/src/samples.rs", "fn d() {}"),
        ("a/src/samples/more.rs", "fn e() {}"),
        ("a/src/other.rs", "fn f() {}"),
    ]);
    let codes: Vec<&str> = tree.files.iter().map(|file| file.code.as_str()).collect();
    assert!(codes[0].contains("fn a") && codes[0].contains("fn c") && !codes[0].contains("fn b"));
    assert_eq!((codes[1], codes[2], codes[3]), ("", "", "fn f() {}"));
    assert_eq!(lines_left(codes[0]), 2);
}
