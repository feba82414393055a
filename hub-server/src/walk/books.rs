//! The accountant's pages.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_accountant_reads_and_downloads_what_points_owe() {
    let hub = hub_with_history().await;
    let mut tx = hub.app.db.begin().await.unwrap();
    let value = domain::points::Value { points: 100, money: 50 };
    let redemption = serde_json::from_value(serde_json::json!({ "value": value })).unwrap();
    let programme = Programme {
        version: 2,
        valid_from: "2026-03-01".parse().unwrap(),
        redemption: Some(redemption),
        ..Programme::starter("2026-03-01".parse().unwrap())
    };
    ledger::add_programme(&mut tx, &programme, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let mut till = hub.enrol("norte", 9).await;
    till.open().await.unwrap();
    let sale = Ticket { store: "norte", date: "2026-03-02", ..Ticket::sold(9, Some(CARD), 30_000) }.sale();
    let event = till.sale(&sale);
    till.push(&[event]).await.unwrap();

    let browser = Browser::log_in(&hub, "contadora").await;
    let page = browser.get("/liability").await.text;
    assert!(page.contains("no pagan nada") && page.to_lowercase().contains("mar 2026"), "{page}");
    let file = browser.get("/liability?csv=programs").await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"liability.csv\"");
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(
        lines[0],
        "month,state,opening,deferred,taken_back,goodwill,redeemed,expired,closing,points_earned,points_redeemed,\
         points_expired,points_outstanding,expected_redeemed"
    );
    // 300.00 and 300 points worth 0.50.
    assert!(
        lines[1].starts_with("2026-03,Abierto,0.00,100.00,0.00,0.00,0.00,0.00,100.00,300.00,"),
        "{}",
        lines[1]
    );
    let journal = browser.get("/liability/journal?csv=programs").await.text;
    let rows = [
        "month,account,debit,credit,what",
        "2026-03,sales,100.00,,earned",
        "2026-03,points_liability,,100.00,earned",
    ];
    assert_eq!(journal.lines().collect::<Vec<_>>(), rows);
    assert!(browser.get("/liability/journal").await.text.contains("Pasivo por puntos"));
    let manager = Browser::log_in(&hub, "gerente").await;
    assert_eq!(manager.get("/liability").await.status, StatusCode::FORBIDDEN);
    assert!(!manager.get("/").await.text.contains("/liability"));
    // Points are of no store.
    let (login, name, password) = ("nortena".to_owned(), String::new(), "montana-clara-17".to_owned());
    let of_a_store = NewStaff {
        login: login.clone(),
        name,
        password: password.clone(),
        role: Role::Accountant,
        stores: ["norte".parse().unwrap()].into(),
    };
    staff::add(&hub.app, "test", of_a_store).await.unwrap();
    let browser = Browser::log_in_by(&hub, &login, &password).await;
    for path in
        ["/liability", "/liability/journal", "/liability?csv=programs", "/liability/journal?csv=programs"]
    {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
