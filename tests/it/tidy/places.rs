//! What may stand only in one place.

use super::Findings;
use super::source::{File, Tree, line_of};

/// Findings for each place where one of `words` stands in code outside tests.
fn words_in<'t>(files: impl Iterator<Item = &'t File>, words: &[&str], say: &str) -> Findings {
    let mut findings = vec![];
    for file in files {
        for word in words {
            for (at, _) in file.code.match_indices(word) {
                let before = file.code[..at].chars().next_back().unwrap_or(' ');
                let starts = word.starts_with(['.', '#']) || !(before.is_alphanumeric() || before == '_');
                if starts {
                    findings.push(format!("{}:{}: `{word}`: {say}", file.path, line_of(&file.code, at)));
                }
            }
        }
    }
    findings
}

fn holds_sql(path: &str) -> bool {
    let in_hub_store = path.starts_with("hub-server/src/")
        && (path.ends_with("/store.rs")
            || path.contains("/store/")
            || path.starts_with("hub-server/src/db/"));
    in_hub_store || path.starts_with("pos-agent/src/store/")
}

pub fn sql(tree: &Tree) -> Findings {
    let outside = || tree.rust("").filter(|file| !holds_sql(&file.path));
    let calls =
        ["query(", "query_as(", "query_as::", "query_scalar(", "query_scalar::", "query_with(", "raw_sql("];
    let calls: Vec<String> = calls.iter().map(|call| format!("sqlx::{call}")).collect();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    let mut findings =
        words_in(outside(), &calls, "SQL belongs into a store.rs, db/ or pos-agent/src/store/");
    for file in outside().filter(|file| !file.code.is_empty()) {
        for (number, line) in (1..).zip(file.text.lines()) {
            let left = file.code.lines().nth(number - 1).unwrap_or_default();
            if !left.contains('\u{0}') && texts(line).any(is_statement) {
                findings.push(format!("{}:{number}: SQL belongs into a store", file.path));
            }
        }
    }
    findings
}

/// What stands between quotes on a line.
fn texts(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

fn is_statement(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    let says = |begins: &str, then: &str| text.starts_with(begins) && text.contains(then);
    says("select ", " from ")
        || text.starts_with("insert into ")
        || text.starts_with("delete from ")
        || says("update ", " set ")
        || text.starts_with("create table ")
        || text.starts_with("pragma ")
}

pub fn redis(tree: &Tree) -> Findings {
    let outside = tree.rust("").filter(|file| !file.path.starts_with("hub-server/src/live/"));
    words_in(outside, &["redis::"], "only hub-server/src/live/ knows Redis")
}

pub fn serial(tree: &Tree) -> Findings {
    let outside = tree.rust("").filter(|file| file.path != "firmware-config/src/port.rs");
    words_in(outside, &["serialport::"], "only firmware-config/src/port.rs opens serial ports")
}

/// The command line of `firmware-config` has the manners of the others; what it offers as a library knows
/// nothing of ours.
pub fn pure_profiles(tree: &Tree) -> Findings {
    let is_command_line = |path: &str| {
        let inside = path.strip_prefix("firmware-config/src/").unwrap_or(path);
        matches!(inside, "main.rs" | "cli.rs") || inside.starts_with("cli/") || inside.ends_with("/cli.rs")
    };
    let outside = tree.rust("firmware-config/src/").filter(|file| !is_command_line(&file.path));
    words_in(outside, &["kit::"], "only the command line of firmware-config knows kit")
}

/// The gate is the one caller of the router, so that no route is without a permission.
pub fn routes(tree: &Tree) -> Findings {
    let outside = tree.rust("hub-server/src/").filter(|file| file.path != "hub-server/src/access/gate.rs");
    let calls = [
        ".route(",
        ".routes(",
        ".route_service(",
        ".nest(",
        ".nest_service(",
        ".fallback_service(",
        ".merge(",
    ];
    words_in(outside, &calls, "routes are added through access/gate.rs, which asks for a permission")
}

pub fn pure_domain(tree: &Tree) -> Findings {
    let words = [
        "f64",
        "f32",
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant",
        "rand::",
        "std::fs",
        "std::net",
        "std::env",
        "async fn",
        "tokio::",
    ];
    words_in(tree.rust("domain/src/"), &words, "domain is a function of its arguments, in whole numbers")
}

/// Inline scripts and styles, and anything from another host: the content security policy blocks them.
pub fn page_policy(tree: &Tree) -> Findings {
    let mut findings = vec![];
    for file in tree.with_extension("html") {
        for (number, line) in (1..).zip(file.text.lines()) {
            if let Some(what) = blocked(&line.to_lowercase()) {
                findings.push(format!("{}:{number}: {what} is blocked by the page's policy", file.path));
            }
        }
    }
    findings
}

fn blocked(line: &str) -> Option<&'static str> {
    let handler = |tag: &str| {
        tag.split_whitespace().skip(1).any(|attribute| {
            let name = attribute.split('=').next().unwrap_or_default();
            attribute.contains('=') && name.len() > 2 && name.starts_with("on") && name.is_ascii()
        })
    };
    let mut tags = line.split('<').skip(1);
    if line.contains(" style=") {
        Some("an inline style")
    } else if line.contains("<style") {
        Some("a style element")
    } else if line.contains("<script") && !line.contains(" src=") {
        Some("an inline script")
    } else if line.contains("src=\"http") || line.contains("<link") && line.contains("href=\"http") {
        Some("a file from another host")
    } else if tags.any(handler) {
        Some("an inline handler")
    } else {
        None
    }
}

#[test]
fn sql_outside_stores_is_found() {
    super::assert_finds(
        sql,
        &[
            ("hub-server/src/sales/store.rs", "fn f() { sqlx::query(\"select 1 from a\") }"),
            ("hub-server/src/sales/store/lines.rs", "fn f() { sqlx::query(\"insert into a\") }"),
            ("hub-server/src/db/bulk.rs", "const A: &str = \"delete from a\";"),
            ("pos-agent/src/store/outbox.rs", "const A: &str = \"update a set b = 1\";"),
            ("kit/src/text.rs", "const A: &str = \"Select a card\"; // \"insert into\""),
        ],
        &[
            ("hub-server/src/sales/rules.rs", "fn f() { sqlx::query_as(TEXT) }"),
            ("hub-server/src/sales/pages.rs", "const A: &str = \"select a from b\";"),
            ("pos-agent/src/till.rs", "const A: &str =\n    \"  UPDATE a SET b = 1\";"),
            ("src/main.rs", "const A: &str = \"insert into a values (1)\";"),
        ],
    );
}

#[test]
fn redis_and_serial_ports_elsewhere_are_found() {
    super::assert_finds(
        redis,
        &[
            ("hub-server/src/live/redis.rs", "use redis::Client;"),
            ("hub-server/src/app.rs", "let redis = 1;"),
        ],
        &[
            ("hub-server/src/app.rs", "use redis::Client;"),
            ("pos-agent/src/till.rs", "fn f(c: redis::Client) {}"),
        ],
    );
    super::assert_finds(
        serial,
        &[
            ("firmware-config/src/port.rs", "use serialport::SerialPort;"),
            ("pos-agent/src/device/mod.rs", "#[cfg(test)]\nmod tests { use serialport::TTYPort; }"),
        ],
        &[
            ("pos-agent/src/device/mod.rs", "fn f() { serialport::new(path, 9600) }"),
            ("pos-agent/src/device/port.rs", "use serialport::SerialPort;"),
        ],
    );
}

#[test]
fn manners_below_a_command_line_are_found() {
    super::assert_finds(
        pure_profiles,
        &[
            ("firmware-config/src/main.rs", "fn main() { kit::cli::finish(a) }"),
            ("firmware-config/src/cli/work.rs", "use kit::cli::Exit;"),
            ("firmware-config/src/sheet/cli.rs", "use kit::cli::Exit;"),
            ("pos-agent/src/device/mod.rs", "use kit::cli::Exit;"),
        ],
        &[
            ("firmware-config/src/round/plan.rs", "use kit::text::Lang;"),
            ("firmware-config/src/detect.rs", "fn f() { kit::clock::now() }"),
        ],
    );
}

#[test]
fn a_route_beside_the_gate_is_found() {
    super::assert_finds(
        routes,
        &[
            ("hub-server/src/access/gate.rs", "self.router = self.router.route(path, methods);"),
            ("pos-agent/src/ui/mod.rs", "Router::new().route(path, get(page))"),
        ],
        &[
            ("hub-server/src/app.rs", "Router::new()\n    .route(path, get(page))"),
            ("hub-server/src/members/api.rs", "router.nest(path, other)"),
        ],
    );
}

#[test]
fn clocks_chance_and_floats_in_domain_are_found() {
    super::assert_finds(
        pure_domain,
        &[
            ("domain/src/a.rs", "/// No f64 here.\nfn a(now: DateTime<Utc>) {}"),
            ("kit/src/a.rs", "fn a(b: f64) {}"),
        ],
        &[
            ("domain/src/a.rs", "fn a(b: f64) {}"),
            ("domain/src/a.rs", "let now = Utc::now();"),
            ("domain/src/a.rs", "let a = rand::random();"),
        ],
    );
}

#[test]
fn what_a_page_may_not_have_is_found() {
    super::assert_finds(
        page_policy,
        &[(
            "hub-server/src/kit/shell.html",
            "<link rel=\"stylesheet\" href=\"/a.css\"><script src=\"/a.js\" defer></script>\n<p class=\"on style\">on=1</p>",
        )],
        &[
            ("a.html", "<p style=\"color: red\">"),
            ("a.html", "<script>alert(1)</script>"),
            ("a.html", "<style>p {}</style>"),
            ("a.html", "<button type=\"button\" onclick=\"go()\">"),
            ("a.html", "<img src=\"https://example.com/a.png\">"),
        ],
    );
}
