//! What holds for every call: keys, bad bodies, who may call, events, the document.

use super::*;

#[tokio::test]
async fn a_key_gets_the_first_answer() {
    let world = World::start().await;
    let first = world.keyed("k-1", "/api/v1/sales", &sale(1)).await;
    assert_eq!((first.status, first.headers.get("idempotency-replayed")), (201, None));
    let again = world.keyed("k-1", "/api/v1/sales", &sale(1)).await;
    assert_eq!((again.status, &again.body), (201, &first.body), "with its first status too");
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(world.keyed("k-1", "/api/v1/sales", &sale(2)).await.code(), (422, "idempotency_key_reused"));
    assert_eq!(
        world.keyed("k-1", "/api/v1/holds", &hold("b", "1")).await.code(),
        (422, "idempotency_key_reused")
    );
    // A refusal keeps nothing: the mended body may come under the same key.
    let mut crooked = sale(3);
    crooked["lines"][0]["net"] = "x".into();
    assert_eq!(world.keyed("k-2", "/api/v1/sales", &crooked).await.code(), (422, "bad_field"));
    assert_eq!(world.keyed("k-2", "/api/v1/sales", &sale(3)).await.status, 201);
    let held = world.keyed("k-3", "/api/v1/holds", &hold("b", "1.00")).await;
    let path = format!("/api/v1/holds/{}", held.body["hold"].as_str().unwrap());
    let release = async || answer(world.request("DELETE", &path).header("idempotency-key", "k-4")).await;
    assert_eq!(release().await.body, release().await.body);
    assert_eq!(world.keyed("k-3", "/api/v1/holds", &hold("b", "1.00")).await.body, held.body);
    let bad = world.keyed(&"k".repeat(129), "/api/v1/sales", &sale(4)).await;
    assert_eq!(bad.code(), (400, "bad_idempotency_key"));
    assert_eq!(world.keyed(&"k".repeat(128), "/api/v1/sales", &sale(4)).await.status, 201);
    let (one, two, three) = (sale(5), sale(5), sale(5));
    let together = tokio::join!(
        world.keyed("k-5", "/api/v1/sales", &one),
        world.keyed("k-5", "/api/v1/sales", &two),
        world.keyed("k-5", "/api/v1/sales", &three)
    );
    for answer in [together.0, together.1, together.2] {
        assert!(matches!(answer.code(), (201, _) | (409, "idempotency_in_progress")), "{:?}", answer.code());
    }
    assert_eq!(world.counts().await, 4);
}

#[tokio::test]
async fn answers_are_kept_for_seven_days() {
    let world = World::start().await;
    let store = world.agent.store();
    let first = crate::store::companion::Answered { request: vec![1], status: 201, body: "{}".to_owned() };
    let day = 24 * 60 * 60 * 1_000;
    store.keep_answer("old", &first, 0, 0).await.unwrap();
    store.keep_answer("new", &first, 7 * day, 7 * day - replay::KEPT_MS).await.unwrap();
    assert!(store.answered("old").await.unwrap().is_some());
    store.keep_answer("newer", &first, 9 * day, 9 * day - replay::KEPT_MS).await.unwrap();
    assert!(store.answered("old").await.unwrap().is_none());
    assert_eq!(store.answered("new").await.unwrap(), Some(first));
}

#[tokio::test]
async fn bad_bodies_change_nothing() {
    let world = World::start().await;
    let good = sale(1).to_string();
    let with = |from: &str, to: &str| {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good, "{from}");
        changed.into_bytes()
    };
    for (body, status, code, pointer) in [
        (vec![], 422, "bad_json", ""),
        (b"{\"card\":\"2990".to_vec(), 422, "bad_json", "/card"),
        ("[".repeat(10_000).into_bytes(), 422, "bad_json", "/0"),
        (with("\"seq\":1", "\"seq\":1,\"seq\":2"), 422, "bad_json", ""),
        (with("\"seq\":1", "\"seq\":1,\"role\":\"admin\""), 422, "bad_json", "/role"),
        (with("\"seq\":1", "\"seq\":NaN"), 422, "bad_json", "/seq"),
        (with("\"seq\":1", "\"seq\":1e400"), 422, "bad_json", "/seq"),
        (with("\"seq\":1", "\"seq\":9223372036854775808"), 422, "bad_json", "/seq"),
        (with("\"seq\":1", "\"seq\":\"1\""), 422, "bad_json", "/seq"),
        (with("\"seq\":1", "\"seq\":-1"), 422, "sale_receipt_number", "/lines"),
        (with("\"line\":1", "\"line\":\"1\""), 422, "bad_json", "/lines/0/line"),
        (with("\"centro\"", "\"cen\\u0000tro\""), 422, "bad_field", "/store"),
        (with("\"centro\"", "\"\\ud800\""), 422, "bad_json", "/store"),
        ([b"\xEF\xBB\xBF", good.as_bytes()].concat(), 422, "bad_json", ""),
        (with("\"net\":\"100.00\"", "\"net\":\"-100.00\""), 422, "sale_negative_amount", "/lines"),
        (with("\"net\":\"100.00\"", "\"net\":\"100.001\""), 422, "bad_field", "/lines/0/net"),
        (with("\"net\":\"100.00\"", "\"net\":\"92233720368547758.08\""), 422, "bad_field", "/lines/0/net"),
        (with("\"net\":\"100.00\"", "\"net\":\"92233720368547758.07\""), 422, "sale_amount", "/lines"),
        (with("\"qty\":\"3\"", "\"qty\":\"9000000000\""), 422, "sale_amount_too_large", "/lines"),
        (with("\"milk\"", "\"\""), 422, "bad_field", "/lines/0/sku"),
        (with("2990000010421", "4111111111111111"), 422, "bad_field", "/card"),
        (with("\"milk\"", &format!("\"{}\"", "x".repeat(5_000_000))), 422, "bad_field", "/lines/0/sku"),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        let found = world.raw("/api/v1/sales", body).await;
        assert_eq!(found.code(), (status, code), "{shown}: {}", found.body);
        assert_eq!(found.pointer(), pointer, "{shown}: {}", found.body);
        assert!(!found.body.to_string().contains("4111111111111111"));
    }
    let mut off = sale(1);
    off["tenders"] = json!([{"kind": "cash", "amount": "1.00"}]);
    assert_eq!(world.post("/api/v1/sales", &off).await.code(), (422, "sale_tender_sum"));
    off["tenders"] = json!([{"kind": "cash", "amount": "191.00", "hold": "x"}]);
    assert_eq!(world.post("/api/v1/sales", &off).await.pointer(), "/tenders/0/hold");
    let too_large = vec![b' '; 21 * 1024 * 1024];
    assert_eq!(world.raw("/api/v1/sales", too_large).await.code(), (413, "too_large"));
    assert_eq!(world.get("/api/v1/tills/one/events").await.code(), (400, "bad_request"));
    assert_eq!(answer(world.request("POST", "/api/v1/sales").body("{}")).await.code(), (415, "not_json"));
    for method in ["PUT", "TRACE", "PATCH"] {
        let refused = answer(world.request(method, "/api/v1/sales")).await;
        assert_eq!(refused.code(), (405, "method_not_allowed"), "{method}");
    }
    assert_eq!(world.counts().await, 0);
    // What is only strange is kept as it is.
    let strange = with("\"milk\"", "\"<script>{{7*7}}' or %_\"");
    assert_eq!(world.raw("/api/v1/sales", strange).await.status, 201);
}

#[tokio::test]
async fn pages_from_elsewhere_and_callers_without_the_token_stay_out() {
    let world = World::with(|folder| {
        let file = folder.join("token");
        std::fs::write(&file, "a-token-of-the-test\n").unwrap();
        IntegrationSetting { token_file: Some(file), ..setting() }
    })
    .await;
    let send = async |headers: &[(&str, &str)]| {
        let mut request = world.request("POST", "/api/v1/sales").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.body(sale(1).to_string())).await
    };
    let token = ("authorization", "Bearer a-token-of-the-test");
    for (headers, status, code) in [
        (vec![], 401, "bad_token"),
        (vec![("authorization", "Bearer another-token-here")], 401, "bad_token"),
        (vec![token, ("origin", "http://evil.example")], 403, "foreign_origin"),
        (vec![token, ("sec-fetch-site", "cross-site")], 403, "foreign_origin"),
        (vec![token], 201, ""),
    ] {
        assert_eq!(send(&headers).await.code(), (status, code), "{headers:?}");
    }
    assert_eq!(world.get("/api/v1/status").await.code(), (401, "bad_token"));
    assert_eq!(world.get("/api/openapi.json").await.status, 200);
    let short = tempfile::NamedTempFile::new().unwrap();
    let setting = IntegrationSetting { token_file: Some(short.path().to_owned()), ..setting() };
    assert!(setting.token().unwrap_err().to_string().contains("at least 16"));
}

#[tokio::test]
async fn cards_are_seen_as_events() {
    let world = World::start().await;
    let path = "/api/v1/tills/1/events";
    assert_eq!(world.get(path).await.body, json!([]));
    let mut stream = world.request("GET", path).header("accept", "text/event-stream").send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    for code in ["2990000010421", "4111111111111111", "2990000010438"] {
        world.agent.enter(1, code).await.unwrap();
    }
    let events = world.get(path).await.body;
    let kinds: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["kind"].as_str().unwrap(), e["notice"].as_str().unwrap()))
        .collect();
    let wanted =
        [("card_seen", "card_attached"), ("notice", "payment_card_ignored"), ("card_seen", "card_blocked")];
    assert_eq!(kinds, wanted);
    assert_eq!(events[0]["card"]["member"]["greeting"], "Ana M.");
    assert!(!events.to_string().contains("4111"));
    let after = format!("{path}?after={}", events[1]["id"].as_str().unwrap());
    assert_eq!(world.get(&after).await.body, json!([events[2]]));
    assert_eq!(world.get(&format!("{path}?after=another-run.7")).await.body, events);
    assert_eq!(world.get("/api/v1/tills/9/events").await.code(), (404, "no_such_till"));
    let mut paid = sale(1);
    paid["card"] = "2990000010438".into();
    assert_eq!(world.post("/api/v1/sales", &paid).await.status, 201);
    assert_eq!(world.agent.till(1).await.unwrap().card, None, "the customer has left");
    let mut heard = String::new();
    while heard.matches("data:").count() < 3 {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(10), stream.chunk()).await.unwrap();
        heard.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
    }
    assert!(heard.contains("event: card_seen") && heard.contains("Ana M."), "{heard}");
}

#[tokio::test]
async fn poslog_files_come_over_http_too() {
    let world = World::start().await;
    let text = include_str!("../../../../tests/data/poslog/sale-2.2.xml");
    let send = async |path: &str, kind: &str, text: &str| {
        answer(world.request("POST", path).header("content-type", kind).body(text.to_owned())).await
    };
    let dry = send("/api/v1/poslog?dry_run=true", "application/xml", text).await;
    assert_eq!((dry.status, dry.body), (200, json!({"taken": 3, "repeated": 0, "skipped": 1})));
    assert_eq!(send("/api/v1/poslog", "application/xml", text).await.body["taken"], 3);
    let bad = send("/api/v1/poslog", "application/xml", "<POSLog>\n&a;</POSLog>").await;
    assert_eq!((bad.code(), bad.pointer()), ((422, "poslog_entity"), "line 2 /POSLog"));
    assert_eq!(send("/api/v1/poslog?dry_run=x", "application/xml", text).await.code(), (400, "bad_request"));
    assert_eq!(send("/api/v1/poslog", "text/plain", text).await.code(), (415, "not_xml"));
}

/// Every example of the document, sent as it stands, in an order in which each can work.
#[tokio::test]
async fn the_examples_of_the_document_work() {
    let world = World::start().await;
    let document = world.get("/api/openapi.json").await.body;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let mut left: HashSet<(String, String)> = HashSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        left.extend(
            operations.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())),
        );
    }
    let mut held = String::new();
    for (method, path, wanted) in [
        ("GET", "/api/v1/status", "200"),
        ("GET", "/api/v1/cards/{card}", "200"),
        ("POST", "/api/v1/points/preview", "200"),
        ("POST", "/api/v1/sales", "201"),
        ("POST", "/api/v1/sales/bulk", "200"),
        ("POST", "/api/v1/returns", "201"),
        ("POST", "/api/v1/holds", "201"),
        ("GET", "/api/v1/holds/{hold}", "200"),
        ("DELETE", "/api/v1/holds/{hold}", "200"),
        ("GET", "/api/v1/tills/{n}/events", "200"),
        ("POST", "/api/v1/poslog", "200"),
    ] {
        assert!(left.remove(&(method.to_owned(), path.to_owned())), "{method} {path} is not in the document");
        let operation = &document["paths"][path][method.to_lowercase()];
        assert!(operation["responses"][wanted].is_object(), "{method} {path}: {wanted} is not documented");
        let real = path.replace("{card}", "2990000010421").replace("{n}", "1").replace("{hold}", &held);
        let mut request = world.request(method, &real);
        if method == "POST" {
            let content = operation["requestBody"]["content"].as_object().unwrap();
            let (kind, media) = content.iter().next().unwrap();
            let example = &media["example"];
            assert!(!example.is_null(), "{method} {path} has no example");
            let body = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            request = request.header("content-type", kind).body(body);
        }
        let found = answer(request).await;
        assert_eq!(found.status.to_string(), wanted, "{method} {path}: {}", found.body);
        if path == "/api/v1/sales/bulk" {
            assert_eq!(found.body[0]["outcome"], "taken");
        }
        if path == "/api/v1/holds" {
            found.body["hold"].as_str().unwrap().clone_into(&mut held);
        }
    }
    assert_eq!(left, HashSet::new(), "operations without a run example");
}
