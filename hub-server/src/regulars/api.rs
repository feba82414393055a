//! What the API answers of regulars, and what exports hold.

use super::*;

async fn get(hub: &TestHub, token: &str, path: &str) -> (StatusCode, Value) {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    let (status, body) = hub.send(request.body(HttpBody::empty()).unwrap()).await;
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

async fn post(hub: &TestHub, token: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(body.to_string().into());
    let (status, body) = hub.send(request.unwrap()).await;
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_answers_the_two_questions_and_masks_contacts() {
    let hub = hub_with_regulars().await;
    let service = staff::make_token(&hub.app, "test", "service", Role::Service).await.unwrap();
    let marketing = staff::make_token(&hub.app, "test", "marketing", Role::Marketing).await.unwrap();
    let (_, visits) = get(&hub, &service, "/api/v1/members/M1/visits").await;
    let wanted = json!({
        "member": "M1", "card": CARD, "visits": 3, "first_visit": "2026-02-01", "last_visit": "2026-02-15",
        "interval_mean_days": 7.0, "interval_median_days": 7.0, "expected_next_visit": "2026-02-22",
        "overdue_days": -2
    });
    assert_eq!(visits, wanted);
    let (_, usual) = get(&hub, &service, "/api/v1/members/M1/usual?as_of=2026-02-22").await;
    assert_eq!(
        (&usual[0]["sku"], &usual[0]["share"], &usual[0]["due"]),
        (&json!("leche"), &json!(1.0), &json!(true))
    );
    let (_, page) = get(&hub, &marketing, "/api/v1/insights/visits?limit=1").await;
    assert_eq!((&page["next"], &page["rows"][0]["card"]), (&json!("M1"), &json!("••••0421")));
    let (_, page) = get(&hub, &marketing, "/api/v1/insights/visits?limit=1&after=M1").await;
    assert_eq!((&page["next"], &page["rows"][0]["member"]), (&Value::Null, &json!("M2")));
    let (_, page) = get(&hub, &marketing, "/api/v1/insights/affinity?min_count=1").await;
    assert_eq!((&page["tickets"], &page["rows"][0]["count"]), (&json!(5), &json!(2)));
    let (_, found) = get(&hub, &marketing, "/api/v1/members?search=munoz").await;
    assert_eq!(found["members"][0]["name"], "Ana M.");
    let (_, found) = get(&hub, &service, &format!("/api/v1/members?search={CARD}")).await;
    assert_eq!(found["members"][0]["email"], "ana@example.org");
    // Who sees contacts masked finds nobody by them either.
    for (q, by_service, by_marketing) in [
        (CARD, 1, 1),
        ("m1", 1, 1),
        ("muñoz+ana", 1, 1),
        ("ana@example.org", 1, 0),
        ("ana+300123", 1, 0),
        ("%25@%25", 0, 0),
        ("", 2, 2),
    ] {
        for (token, wanted) in [(&service, by_service), (&marketing, by_marketing)] {
            let (_, found) =
                get(&hub, token, &format!("/api/v1/members?q={}", q.replace('ñ', "%C3%B1"))).await;
            assert_eq!(found["members"].as_array().map(Vec::len), Some(wanted), "{q}");
        }
    }
    for (path, status, code) in [
        ("/api/v1/members/M9", StatusCode::NOT_FOUND, "no_such_member"),
        ("/api/v1/insights/visits?as_of=tomorrow", StatusCode::BAD_REQUEST, "bad_query"),
        // A question that is not understood is not answered with everything.
        ("/api/v1/members?name=ana", StatusCode::BAD_REQUEST, "bad_query"),
        ("/api/v1/members/M1/visits?asof=2026-02-01", StatusCode::BAD_REQUEST, "bad_query"),
        ("/api/v1/insights/visits?shop=centro", StatusCode::BAD_REQUEST, "bad_query"),
        ("/api/v1/insights/affinity?shop=centro", StatusCode::BAD_REQUEST, "bad_query"),
    ] {
        let (got, problem) = get(&hub, &service, path).await;
        assert_eq!((got, &problem["code"]), (status, &json!(code)), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn promotions_are_made_over_the_api() {
    let hub = hub_with_regulars().await;
    let token = staff::make_token(&hub.app, "test", "marketing", Role::Marketing).await.unwrap();
    let service = staff::make_token(&hub.app, "test", "service", Role::Service).await.unwrap();
    let body = serde_json::to_value(promotion(weekly())).unwrap();
    assert_eq!(post(&hub, &service, "/api/v1/promotions", &body).await.0, StatusCode::FORBIDDEN);
    let (status, made) = post(&hub, &token, "/api/v1/promotions", &body).await;
    assert_eq!((status, &made["active"]), (StatusCode::CREATED, &json!(true)));
    let mut bad = body.clone();
    bad["valid_until"] = json!("2026-02-01");
    let (status, problem) = post(&hub, &token, "/api/v1/promotions", &bad).await;
    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/valid_until"))
    );
    let path = format!("/api/v1/promotions/{}/stop", made["id"].as_str().unwrap());
    assert_eq!(post(&hub, &token, &path, &Value::Null).await.1["active"], false);
    let (_, all) = get(&hub, &service, "/api/v1/promotions").await;
    assert_eq!(all.as_array().map(Vec::len), Some(1));
    let (_, count) = post(&hub, &token, "/api/v1/segments/count", &body["segment"]).await;
    assert_eq!((&count["matching"], &count["reachable"]), (&json!(1), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn exported_sales_can_be_read_in_again() {
    let hub = hub_with_regulars().await;
    let mut tx = hub.app.db.read().await.unwrap();
    let slice = export::Slice::default();
    let csv = export::sales(&mut tx, &slice, vec![], Dialect::Programs).await.unwrap();
    let text = String::from_utf8(csv).unwrap();
    let mut reader = kit::sales_csv::SalesReader::open(|| Ok(text.as_bytes())).unwrap();
    let mut drafts = vec![];
    while let Some(ticket) = reader.next_ticket().unwrap() {
        let kit::sales_csv::Ticket::Good { draft, .. } = ticket else { panic!("{ticket:?}") };
        drafts.push(*draft);
    }
    assert_eq!(drafts.len(), 5);
    let milk: Sku = "leche".parse().unwrap();
    assert_eq!(drafts.iter().flat_map(|d| &d.lines).filter(|l| l.sku == milk).count(), 4);
    let excel = export::visits(&mut tx, None, date("2026-02-20"), vec![], Dialect::Excel).await.unwrap();
    let text = String::from_utf8(excel).unwrap();
    assert!(text.contains("M1;2990000010421;3;2026-02-01;2026-02-15;7,00;7,00;2026-02-22;-2\r\n"), "{text}");
    let members = export::members(&mut tx, vec![], Dialect::Programs).await.unwrap();
    assert!(
        String::from_utf8(members)
            .unwrap()
            .contains("M1,Ana,Muñoz,ana@example.org,'+57 300 123 4567,02-28,yes,2026-")
    );
    let ledger = export::ledger(&mut tx, vec![], Dialect::Programs).await.unwrap();
    assert_eq!(String::from_utf8(ledger).unwrap().lines().count(), 6);
}
