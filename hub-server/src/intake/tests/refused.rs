//! What a till's request is refused for, with which code; and that nothing of it has any effect.

use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode};
use domain::sync::{Disposition, EnrolReply, OpenReply, PushReply, TillKey, request_text};

use super::{codes, open_till, sales};
use crate::access::tills;
use crate::testing::{TestHub, Ticket};

/// Bad inputs by their number in `docs/faults.md`.
#[tokio::test]
async fn a_push_that_is_no_push_is_refused_with_a_code() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let event = String::from_utf8(till.sale(&Ticket::sold(1, None, 300).sale())).unwrap();
    let hash = till.head.hash.to_string();
    let header = |first: &str, last: &str, hash: &str| {
        let (session, log) = (till.session, till.log);
        format!(
            "{{\"session\":{session},\"log\":\"{log}\",\"first\":{first},\"last\":{last},\"last_hash\":\"{hash}\"}}\n{event}"
        )
    };
    let good = header("1", "1", &hash);
    let many = format!("{}{}", header("1", "501", &hash), "\n{}".repeat(500));
    let other_hash = "0".repeat(64);
    for (number, body, wanted) in [
        (1, String::new(), (400, "bad_batch")),
        (2, good[..40].to_owned(), (400, "bad_batch")),
        (3, "x".repeat(2 * 1024 * 1024 + 1), (413, "body_too_large")),
        (3, many, (413, "batch_too_large")),
        (9, format!("{}\n{event}", "[".repeat(10_000)), (400, "bad_batch")),
        (10, good.replacen('{', "{\"first\":1,", 1), (400, "bad_batch")),
        (12, header("NaN", "1", &hash), (400, "bad_batch")),
        (12, header("1e400", "1", &hash), (400, "bad_batch")),
        (13, header("9223372036854775808", "1", &hash), (400, "bad_batch")),
        (14, header("\"1\"", "1", &hash), (400, "bad_batch")),
        (15, header("1", "1", "\\ud800"), (400, "bad_batch")),
        (15, header("1", "1", "\\u0000"), (400, "bad_batch")),
        (16, format!("\u{feff}{good}"), (400, "bad_batch")),
        (25, header("0", "0", &hash), (400, "bad_batch")),
        (26, header("18446744073709551615", "18446744073709551615", &hash), (400, "bad_batch")),
        (26, header("9223372036854775807", "9223372036854775807", &hash), (409, "gap")),
        (30, header("1", "1", &other_hash), (400, "wrong_last_hash")),
    ] {
        let refused = till.call::<PushReply>("/sync/v1/push", body.into_bytes()).await.unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), wanted, "{number}: {refused:?}");
    }
    assert_eq!(sales(&hub).await, 0);
    let taken: PushReply = till.call("/sync/v1/push", good.into_bytes()).await.unwrap();
    assert_eq!(codes(&taken), [Disposition::Applied]);
}

#[tokio::test]
async fn a_question_of_a_till_that_cannot_be_read_is_refused_with_a_code() {
    let hub = TestHub::new().await;
    let till = open_till(&hub).await;
    for path in [
        "/sync/v1/open",
        "/sync/v1/hashes",
        "/sync/v1/stock",
        "/sync/v1/receipt",
        "/sync/v1/held/take",
        "/sync/v1/members/find",
    ] {
        for body in ["", "{", "[]", "{\"till\":7}", "\u{feff}{}"] {
            let refused = till.call::<PushReply>(path, body.as_bytes().to_vec()).await.unwrap_err();
            assert_eq!((refused.status, refused.code.as_str()), (400, "bad_body"), "{path} {body}");
        }
    }
    // The enrolment is open to everybody; its body must say that it is JSON.
    for (kind, body) in [("text/csv", "{\"code\":\"A\",\"keys\":[]}"), ("application/json", "{")] {
        let request = Request::post("/sync/v1/enrol").header("content-type", kind);
        let (status, said) = hub.send(request.body(HttpBody::from(body)).unwrap()).await;
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(
            status.is_client_error() && said.contains("\"code\":\"bad_body\""),
            "{kind}: {status} {said}"
        );
    }
    for (method, path) in [("TRACE", "/sync/v1/push"), ("HEAD", "/sync/v1/push"), ("PUT", "/sync/v1/changes")]
    {
        let request = Request::builder().method(method).uri(path).body(HttpBody::empty()).unwrap();
        assert_eq!(hub.send(request).await.0, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

/// Nobody becomes more than they are by saying more than they are asked.
#[tokio::test]
async fn fields_that_nobody_asked_for_change_nothing() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let event = String::from_utf8(till.sale(&Ticket::sold(1, None, 300).sale())).unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    let at = async |tx: &mut crate::db::Tx, store: &str| {
        tills::by_code(tx, &store.parse().unwrap(), &"1".parse().unwrap()).await.unwrap().unwrap()
    };
    let other = at(&mut tx, "norte").await;
    drop(tx);
    let (session, log, hash) = (till.session, till.log, till.head.hash);
    let header = format!(
        "{{\"session\":{session},\"log\":\"{log}\",\"first\":1,\"last\":1,\"last_hash\":\"{hash}\",\"role\":\"admin\",\"till\":\"{}\",\"store\":\"norte\"}}",
        other.id
    );
    let pushed =
        till.call::<PushReply>("/sync/v1/push", format!("{header}\n{event}").into_bytes()).await.unwrap();
    assert_eq!(codes(&pushed), [Disposition::Applied]);
    // One code is for one till, whatever else its bearer would like.
    let code = tills::make_code(&hub.app, "test", &[other.id]).await.unwrap();
    let key = TillKey::from_seed([3; 32]).public().to_string();
    let greedy = |till: domain::ids::TillId| serde_json::json!({ "code": code, "keys": [{ "till": till, "public_key": key, "store": "centro" }], "tills": [till], "role": "admin" });
    let refused = hub.post::<EnrolReply>("/sync/v1/enrol", &greedy(till.id)).await.unwrap_err();
    assert!((400..500).contains(&refused.status), "{refused:?}");
    let enrolled: EnrolReply = hub.post("/sync/v1/enrol", &greedy(other.id)).await.unwrap();
    assert_eq!(enrolled.tills.iter().map(|till| till.store.as_str()).collect::<Vec<_>>(), ["norte"]);
    let mut tx = hub.app.db.read().await.unwrap();
    let stored = crate::sales::count(&mut tx).await.unwrap();
    assert_eq!(
        (stored, at(&mut tx, "centro").await.id, at(&mut tx, "norte").await.id),
        (1, till.id, other.id)
    );
}

/// A till of a later release says what it speaks, and hears what this hub does.
#[tokio::test]
async fn a_protocol_of_the_future_is_answered_with_ours() {
    let hub = TestHub::new().await;
    let till = hub.enrol("centro", 7).await;
    let ask = |protocol: i64| {
        serde_json::json!({
            "till": till.id, "protocol": protocol, "version": "9.0", "logs": [],
            "at_utc_ms": till.at.timestamp_millis(), "unsent": 0
        })
    };
    for protocol in [1, 2, 4_294_967_295] {
        let reply =
            till.call::<OpenReply>("/sync/v1/open", ask(protocol).to_string().into_bytes()).await.unwrap();
        assert_eq!(reply.protocol, domain::sync::PROTOCOL, "{protocol}");
    }
    for (protocol, code) in [(0, "unsupported_protocol"), (-1, "bad_body"), (4_294_967_296, "bad_body")] {
        let refused = till
            .call::<OpenReply>("/sync/v1/open", ask(protocol).to_string().into_bytes())
            .await
            .unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (400, code), "{protocol}");
    }
}

#[tokio::test]
async fn a_signature_is_of_this_hub_this_path_and_these_bytes() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let event = till.sale(&Ticket::sold(1, None, 300).sale());
    let body = domain::sync::write_batch(till.session, till.log, 1, &[event], till.head).unwrap();
    let at = till.at.timestamp_millis();
    let own = hub.app.hub.id.clone();
    let mut flipped = body.clone();
    flipped[40] ^= 1;
    for (number, hub_id, path, signed) in [
        (34, own.as_str(), "/sync/v1/push", &flipped),
        (36, "another-hub", "/sync/v1/push", &body),
        (36, own.as_str(), "/sync/v1/open", &body),
        // The last one is as it must be.
        (0, own.as_str(), "/sync/v1/push", &body),
    ] {
        let text = request_text(hub_id, "POST", path, at, signed);
        let request = Request::post("/sync/v1/push")
            .header("yapa-till", till.id.to_string())
            .header("yapa-at", at)
            .header("yapa-signature", till.key.sign(&text))
            .body(HttpBody::from(body.clone()))
            .unwrap();
        let wanted = if number == 0 { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(hub.send(request).await.0, wanted, "{number}");
    }
    assert_eq!(sales(&hub).await, 1);
}

#[tokio::test]
async fn a_till_that_does_not_wait_for_answers_is_told_to() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let event = [till.sale(&Ticket::sold(1, None, 300).sale())];
    let busy = hub.app.db.begin().await.unwrap();
    let mut pushes: Vec<_> = (0..4).map(|_| Box::pin(till.push(&event))).collect();
    // Three of them cannot be answered while somebody else writes, so this is the one too many.
    let (first, _, rest) = futures::future::select_all(pushes.drain(..)).await;
    assert_eq!(first.unwrap_err().code, "too_often");
    busy.commit().await.unwrap();
    let answers = futures::future::join_all(rest).await;
    let answers: Vec<_> = answers.into_iter().map(|answer| codes(&answer.unwrap())).collect();
    assert_eq!(answers, vec![vec![Disposition::Applied]; 3]);
    assert_eq!(sales(&hub).await, 1);
    till.push(&event).await.unwrap();
    let counted = "yapa_tills_refused_total{route=\"/sync/v1/push\",code=\"too_often\"} 1";
    assert!(hub.app.metrics.text().contains(counted), "{}", hub.app.metrics.text());
}

#[tokio::test]
async fn a_push_that_is_refused_at_the_door_is_counted_with_its_reason() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let event = [till.sale(&Ticket::sold(1, None, 300).sale())];
    let key = std::mem::replace(&mut till.key, TillKey::from_seed([9; 32]));
    assert_eq!(till.push(&event).await.unwrap_err().code, "bad_signature");
    till.key = key;
    till.at -= chrono::Duration::minutes(11);
    assert_eq!(till.push(&event).await.unwrap_err().code, "clock_skew");
    let unsigned = Request::post("/sync/v1/push").body(HttpBody::from("{}")).unwrap();
    assert_eq!(hub.send(unsigned).await.0, StatusCode::UNAUTHORIZED);
    let read = hub.app.metrics.text();
    for code in ["bad_signature", "clock_skew", "unsigned"] {
        let counted = format!("yapa_tills_refused_total{{route=\"/sync/v1/push\",code=\"{code}\"}} 1");
        assert!(read.contains(&counted), "{counted} is missing in {read}");
    }
}
