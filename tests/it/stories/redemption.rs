//! Points that a till asks the hub for before they pay: of two tills that want the same ones, one has them.

use super::checkout::chain_under;
use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::form::Form;
use crate::world::hub::Hub;
use crate::world::proxy::Proxy;
use crate::world::till::Till;

on_both!(
    of_two_tills_that_want_the_same_points_at_once_one_has_them,
    a_till_that_was_killed_after_the_hold_pays_after_its_restart,
    an_answer_that_was_lost_is_asked_for_again,
    points_that_are_taken_off_are_free_for_the_next_till,
    without_the_hub_the_floor_decides,
);

/// A point pays half a peso; without the hub a card may spend up to 2,000 of them.
const RULES: &str = "version = 2\nvalid_from = \"2026-04-01\"\ndecimals = 0\n\
    [base]\npoints = 100\nper = 100\n\
    [redemption]\noffline_cap = 200000\noffline_days = 7\n[redemption.value]\npoints = 100\nmoney = 50\n";
const COFFEE: &str = "2000000000312";
/// What three coffees cost and more pays all of Ana's points.
const ALL: &str = "50000";
const ALL_HUNDREDTHS: i64 = 5_000_000;
const BURNED: &str = "select cast(coalesce(sum(-points), 0) as bigint) from ledger_entry where kind = 'burn'";
const OWING: &str = "select count(*) from account where balance < 0";

async fn till_at(hub: &Hub, address: &str, code: &str) -> Till {
    let mut till = Till::enrolled_at(hub, address, &[("001", code)]);
    till.run(&[]);
    till.knows_the_catalogue().await;
    till.greets(ANA, "50.000 puntos").await;
    till
}

async fn behind_a_proxy(kind: Kind) -> (Hub, Proxy, Till) {
    let hub = chain_under(kind, RULES).await;
    let proxy = Proxy::before(hub.listen).await;
    let till = till_at(&hub, &format!("http://{}", proxy.address), "1").await;
    (hub, proxy, till)
}

/// Ana's ticket.
async fn rings_up(till: &Till) {
    till.enter(1, ANA).await;
    till.enter(1, &format!("3*{COFFEE}")).await;
    till.shows("En línea").await;
}

/// What the till says to so many points.
async fn presses(till: &Till, points: &str) -> String {
    let form = Form::with_action(&till.get("/till/1/redeem").await, "/redeem");
    till.send_form_in_peril(form, &[("points", points)]).await.expect("an answer")
}

fn is_taken(page: &str) -> bool {
    page.contains("/pay/back")
}

fn is_refused(page: &str) -> bool {
    page.contains("se pueden canjear como mucho")
}

async fn closes(till: &Till) {
    till.submit_on("/till/1/pay", "/pay", &[("tendered", "exact"), ("kind", "cash")]).await;
}

async fn all_agrees(hub: &Hub, burned: i64) {
    hub.counts(BURNED, burned).await;
    assert_eq!(hub.count(OWING).await, 0, "no debt");
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}

async fn of_two_tills_that_want_the_same_points_at_once_one_has_them(kind: Kind) {
    let hub = chain_under(kind, RULES).await;
    let (first, second) =
        (till_at(&hub, &hub.address(), "1").await, till_at(&hub, &hub.address(), "2").await);
    rings_up(&first).await;
    rings_up(&second).await;
    let (one, two) = tokio::join!(presses(&first, ALL), presses(&second, ALL));
    assert!(is_taken(&one) && is_refused(&two) || is_taken(&two) && is_refused(&one), "{one}\n{two}");
    closes(&first).await;
    closes(&second).await;
    hub.holds(3).await;
    first.has_sent_everything().await;
    second.has_sent_everything().await;
    all_agrees(&hub, ALL_HUNDREDTHS).await;
}

async fn a_till_that_was_killed_after_the_hold_pays_after_its_restart(kind: Kind) {
    let hub = chain_under(kind, RULES).await;
    let (mut first, second) =
        (till_at(&hub, &hub.address(), "1").await, till_at(&hub, &hub.address(), "2").await);
    rings_up(&first).await;
    assert!(is_taken(&presses(&first, ALL).await));
    first.kill9();
    // Nobody else has them while it is silent.
    rings_up(&second).await;
    let refused = presses(&second, ALL).await;
    assert!(is_refused(&refused), "{refused}");
    first.run(&[]);
    first.shows("En línea").await;
    closes(&first).await;
    hub.holds(2).await;
    closes(&second).await;
    hub.holds(3).await;
    second.has_sent_everything().await;
    all_agrees(&hub, ALL_HUNDREDTHS).await;
}

async fn an_answer_that_was_lost_is_asked_for_again(kind: Kind) {
    let (hub, proxy, till) = behind_a_proxy(kind).await;
    rings_up(&till).await;
    proxy.lose_takes(1);
    let refused = presses(&till, ALL).await;
    assert!(is_refused(&refused), "more than a till alone may take: {refused}");
    assert!(proxy.is_spent(), "the hub holds them");
    assert!(is_taken(&presses(&till, ALL).await));
    closes(&till).await;
    hub.holds(2).await;
    till.has_sent_everything().await;
    all_agrees(&hub, ALL_HUNDREDTHS).await;
}

async fn points_that_are_taken_off_are_free_for_the_next_till(kind: Kind) {
    let hub = chain_under(kind, RULES).await;
    let (first, second) =
        (till_at(&hub, &hub.address(), "1").await, till_at(&hub, &hub.address(), "2").await);
    rings_up(&first).await;
    assert!(is_taken(&presses(&first, ALL).await));
    rings_up(&second).await;
    let refused = presses(&second, ALL).await;
    assert!(is_refused(&refused), "{refused}");
    first.submit_on("/till/1/pay", "/pay/back", &[("tender", "0")]).await;
    first.has_sent_everything().await;
    assert!(is_taken(&presses(&second, ALL).await));
    closes(&second).await;
    closes(&first).await;
    hub.holds(3).await;
    first.has_sent_everything().await;
    second.has_sent_everything().await;
    all_agrees(&hub, ALL_HUNDREDTHS).await;
}

async fn without_the_hub_the_floor_decides(kind: Kind) {
    let (hub, proxy, till) = behind_a_proxy(kind).await;
    rings_up(&till).await;
    proxy.cut(true);
    // In the moment in which nobody has noticed yet, and later.
    let refused = presses(&till, ALL).await;
    assert!(is_refused(&refused), "{refused}");
    till.shows("Sin conexión").await;
    let refused = presses(&till, ALL).await;
    assert!(is_refused(&refused), "{refused}");
    assert!(is_taken(&presses(&till, "2000").await));
    closes(&till).await;
    proxy.cut(false);
    hub.holds(2).await;
    till.has_sent_everything().await;
    all_agrees(&hub, 200_000).await;
}
