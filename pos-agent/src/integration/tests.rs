//! Finished sales by all ways in.

use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::import::{Note, Report, Sink, import};
use super::*;
use crate::server::router;
use crate::testing::TestHub;

fn finished(seq: i64) -> Value {
    json!({
        "store": "centro", "till": "1", "seq": seq, "business_date": "2026-03-01",
        "occurred_at": "2026-03-01T10:00:00-05:00",
        "lines": [{"line": 1, "sku": "a", "qty": "1", "unit_price": "1.25", "net": "1.05", "tax": "0.20", "kind": "sale"}],
    })
}

async fn post(agent: &Agent, path: &str, host: &str, kind: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::post(path)
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body.to_string()))
        .unwrap();
    let companion = api::Companion::new(agent.clone(), setting::IntegrationSetting::default()).unwrap();
    let response = router(&companion).oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn the_local_api_takes_a_sale_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let send =
        async |body: Value| post(&agent, "/api/v1/sales", "127.0.0.1:8081", "application/json", &body).await;
    let (status, first) = send(finished(7)).await;
    assert_eq!((status, &first["total"]), (StatusCode::CREATED, &json!("1.25")));
    assert_eq!(send(finished(7)).await, (StatusCode::OK, first));
    let mut other = finished(7);
    other["lines"][0]["sku"] = "b".into();
    let mut elsewhere = finished(8);
    elsewhere["till"] = "99".into();
    let mut crooked = finished(8);
    crooked["lines"][0]["net"] = "x".into();
    for (body, status, code) in [
        (other, 409, "receipt_conflict"),
        (elsewhere, 404, "no_such_till"),
        (json!({"store": "centro"}), 422, "bad_json"),
    ] {
        let (found, problem) = send(body).await;
        assert_eq!((found.as_u16(), &problem["code"]), (status, &json!(code)));
    }
    let (status, problem) = send(crooked).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["pointer"]), (422, &json!("/lines/0/net")));
    assert_eq!(agent.status().await.unwrap().sales, 1);
}

#[tokio::test]
async fn strangers_pages_cannot_reach_the_till() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    for (host, kind, wanted) in [
        ("evil.example", "application/json", 421),
        ("evil.example:8081", "application/json", 421),
        ("localhost:8081", "text/plain", 415),
        ("[::1]:8081", "application/json", 201),
    ] {
        let (status, _) = post(&agent, "/api/v1/sales", host, kind, &finished(1)).await;
        assert_eq!(status.as_u16(), wanted, "{host} {kind}");
    }
}

#[tokio::test]
async fn a_bulk_request_answers_for_each() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let mut crooked = finished(3);
    crooked["lines"][0]["qty"] = "".into();
    let body = json!([finished(1), finished(1), crooked, finished(2)]);
    let (status, answers) = post(&agent, "/api/v1/sales/bulk", "localhost", "application/json", &body).await;
    let outcomes: Vec<_> =
        answers.as_array().unwrap().iter().map(|a| a["outcome"].as_str().unwrap()).collect();
    assert_eq!((status.as_u16(), outcomes), (200, vec!["taken", "repeated", "bad_field", "taken"]));
}

const HEAD: &str =
    "store,till,seq,business_date,occurred_at,cashier,card,line,sku,qty,unit_price,net,tax,discount,kind\n";

async fn import_text(agent: &Agent, folder: &Path, text: &str) -> (Report, Vec<String>, String) {
    let (file, errors) = (folder.join("sales.csv"), folder.join("errors.csv"));
    std::fs::write(&file, text).unwrap();
    let mut told = Vec::new();
    let sink = Sink::Own(agent.clone());
    let report = import(&file, Some(&errors), &sink, |note| {
        if let Note::BadRow(row) = note {
            told.push(format!("{} {}", row.error.line, row.error.code));
        }
    });
    let report = report.await.unwrap();
    (report, told, std::fs::read_to_string(errors).unwrap())
}

#[tokio::test]
async fn a_sales_file_goes_in_once_and_bad_rows_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let row = |till: &str, seq: u32, line: u32, sku: &str, qty: &str, kind: &str| {
        format!(
            "centro,{till},{seq},2026-03-01,2026-03-01T10:00:00-05:00,,2990000010421,{line},{sku},{qty},1.00,1.00,0.19,0,{kind}\n"
        )
    };
    let text = HEAD.to_owned()
        + &row("1", 1, 1, "a", "1", "sale")
        + &row("2", 1, 1, "a", "0", "sale")
        + &row("1", 1, 2, "b", "99999999", "return")
        + &row("1", 2, 1, "a", "much", "sale")
        + &row("1", 2, 2, "a", "1", "sale")
        + &row("9", 1, 1, "a", "1", "sale")
        + &row("1", 3, 1, "a", "1", "training");
    let (report, told, errors) = import_text(&agent, folder.path(), &text).await;
    let wanted = Report { taken: 3, repeated: 0, rejected_tickets: 2, rejected_rows: 3, rows: 7 };
    assert_eq!(report, wanted);
    assert_eq!(told, ["5 bad_number", "6 ticket_set_aside", "7 no_such_till"]);
    assert_eq!(errors.lines().count(), 4, "{errors}");
    let (again, ..) = import_text(&agent, folder.path(), &text).await;
    assert_eq!(again, Report { taken: 0, repeated: 3, ..wanted });
    let (conflict, told, _) = import_text(&agent, folder.path(), &text.replace(",a,1,", ",c,1,")).await;
    assert_eq!((conflict.taken, told.iter().filter(|t| t.ends_with("receipt_conflict")).count()), (0, 3));
    crate::sync::drain(&agent, &hub.client(&agent)).await.unwrap();
    let mut sales = hub.set(|state| state.sales.clone());
    sales.sort_by_key(|sale| (sale.till.clone(), sale.receipt_no));
    let shapes: Vec<_> =
        sales.iter().map(|s| (s.till.as_str(), s.receipt_no, s.lines.len(), s.total().0)).collect();
    assert_eq!(shapes, [("1", 1, 2, 0), ("1", 3, 1, 119), ("2", 1, 1, 119)]);
}

#[tokio::test]
async fn a_till_that_also_sells_itself_skips_numbers_that_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let mut today = finished(40);
    today["business_date"] = "2026-03-02".into();
    post(&agent, "/api/v1/sales", "localhost", "application/json", &today).await;
    agent.enter(1, "milk").await.unwrap();
    let view = agent.till(1).await.unwrap();
    let receipt = agent.pay_cash(1, view.basket, view.totals.total).await.unwrap();
    assert_eq!(receipt.sale.receipt_no, 41);
}

#[test]
fn a_number_is_taken_once() {
    let key = |receipt_no| ReceiptKey { till: 1, business_date: "2026-03-01".parse().unwrap(), receipt_no };
    let sale = |id: u8, content: u8| Journalled {
        sale: SaleId::new(1, [id; 10]),
        digest: domain::sync::hash_event(&[content]),
    };
    let known = HashMap::from([(key(1), sale(1, 1))]);
    let batch = [
        Some((key(1), sale(1, 1))),
        Some((key(1), sale(9, 9))),
        Some((key(2), sale(2, 2))),
        Some((key(2), sale(2, 2))),
        Some((key(2), sale(3, 3))),
        None,
    ];
    let wanted = [
        Taken::Repeated,
        Taken::Conflict(SaleId::new(1, [1; 10])),
        Taken::New,
        Taken::Repeated,
        Taken::Conflict(SaleId::new(1, [2; 10])),
        Taken::NoSuchTill,
    ];
    assert_eq!(decide(&batch, known), wanted);
}
