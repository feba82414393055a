//! What comes from outside and is not what it looks like, by the numbers in `docs/faults.md`.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::on_both;
use crate::world::api::Api;
use crate::world::databases::Kind;
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(text_that_means_something_elsewhere_is_only_text);

/// Numbers 49 and 50: signs that a database, a template or a page would take for its own.
async fn text_that_means_something_elsewhere_is_only_text(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let heading = "member,first_name,last_name,email,phone,consent_marketing,consent_at,consent_source\n";
    let names = ["{{7*7}}", "O'Neill; drop table member;--", "100%_\\", "<b>Bo</b>"];
    let rows =
        (0..).zip(names).map(|(n, name)| format!("X{n},{name},Paz,,,no,,")).collect::<Vec<_>>().join("\n");
    hub.import("members", &format!("{heading}{rows}")).exits(0);
    let api = Api::of(&hub, "service");
    let members = async |q: &str| {
        let found = api.get(&format!("/api/v1/members?q={q}")).await;
        found["members"].as_array().expect("a list").len()
    };
    for (q, wanted) in [
        ("%25", 1),
        ("_", 1),
        ("%5C", 1),
        ("ana%25", 0),
        ("a_a", 0),
        ("%27%20or%20%271%27=%271", 0),
        ("o%27neill;", 1),
        ("%7B%7B7*7", 1),
        ("49", 0),
        ("%3Cb%3E", 1),
    ] {
        assert_eq!(members(q).await, wanted, "{q}");
    }
    assert_eq!(hub.count("select count(*) from member").await, 3 + 4);
    let products = "sku,barcode,name,line,category,price,cost,tax_rate,supplier\n\
        500,2000000000541,{{ 6*7 }} ${6*7} <i>Té</i>,Bebidas,Alimentos,1000,500,19,Sello\n";
    hub.import("products", products).exits(0);
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.learns("500", "{{ 6*7 }}").await;
    let screen = till.enter(1, "500").await;
    assert!(screen.contains("{{ 6*7 }} ${6*7} &#60;i&#62;Té"), "{screen}");
}

/// Everything that the hub says to these bytes, until it closes.
async fn said(hub: &Hub, request: &[u8]) -> String {
    let mut line = TcpStream::connect(hub.listen).await.expect("the hub listens");
    // A hub that has had enough closes before all was sent.
    let _ = line.write_all(request).await;
    let mut answer = vec![];
    let read = tokio::time::timeout(Duration::from_secs(60), line.read_to_end(&mut answer)).await;
    let _ = read.expect("it closes the line");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Numbers 6, 7 and 48: two requests in the bytes of one, a heading without end, an answer with a line of the asker's.
#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_one_request_are_not_two() {
    let hub = Hub::new(Kind::Sqlite).await;
    let login = "POST /login HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n";
    for (number, request) in [
        (
            6,
            format!(
                "{login}content-length: 5\r\ncontent-length: 60\r\n\r\na=1&bGET /livez HTTP/1.1\r\nhost: hub\r\n\r\n"
            ),
        ),
        (
            6,
            format!(
                "{login}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nhost: hub\r\n\r\n"
            ),
        ),
        (7, format!("GET /livez HTTP/1.1\r\nhost: hub\r\nx-long: {}\r\n\r\n", "x".repeat(1024 * 1024))),
    ] {
        let answer = said(&hub, request.as_bytes()).await;
        let answers = answer.matches("HTTP/1.1 ").count();
        assert!(answers <= 1 && !answer.contains(" 200 "), "{number}: {answer}");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{number}: {answer}");
    }
    let split =
        "GET /%0d%0aset-cookie:%20a=b HTTP/1.1\r\nhost: hub\r\nconnection: close\r\nx-request-id: a\r\n\r\n";
    let answer = said(&hub, split.as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 ") && !answer.to_lowercase().contains("\r\nset-cookie: a"),
        "{answer}"
    );
    // It is there all the same.
    let alive = said(&hub, b"GET /livez HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n").await;
    assert!(alive.starts_with("HTTP/1.1 200"), "{alive}");
}

/// Number 48, in what is logged: whoever writes a line end into a name writes no line of the log.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_end_in_what_is_asked_ends_no_line_of_the_log() {
    let hub = Hub::with(Kind::Sqlite, &["--log-json"]).await;
    let http = reqwest::Client::new();
    let forged = "x\r\n{\"level\":\"ERROR\",\"code\":\"forged\"}";
    let form = [("login", forged), ("password", forged)];
    http.post(hub.page("/login")).form(&form).send().await.expect("it answers");
    let path =
        format!("/{}", forged.replace(' ', "").replace('\r', "%0d").replace('\n', "%0a").replace('"', "%22"));
    said(
        &hub,
        format!("GET {path} HTTP/1.1\r\nhost: hub\r\nuser-agent: a\r\nconnection: close\r\n\r\n").as_bytes(),
    )
    .await;
    let log = hub.log();
    assert!(!log.is_empty());
    for line in log.lines().filter(|line| line.starts_with('{')) {
        let line: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
        assert_ne!(line["code"], "forged");
    }
    assert!(!log.lines().any(|line| line.starts_with("{\"level\":\"ERROR\",\"code\":\"forged\"")), "{log}");
}

/// Number 54: an archive, a picture and a page that call themselves a table are refused, and nothing of them is kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_kind_is_no_table() {
    let hub = Hub::new(Kind::Sqlite).await;
    for bytes in
        ["PK\u{3}\u{4}\u{14}\0\u{6}\0", "\u{89}PNG\r\n\u{1a}\n\0\0", "<html><body>sku,name</body></html>", ""]
    {
        for what in ["products", "members", "stores", "cards", "stock"] {
            let refused = hub.import(what, bytes);
            assert!(refused.stderr.contains("fix:"), "{what}: {}", refused.stderr);
            refused.exits(4);
        }
    }
    assert_eq!(hub.count("select count(*) from product").await, 0);
}
