//! A new member at the till of a shop without a connection: greeted there at once, and at the hub once, with
//! points and consents, whichever of card and sale comes first.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::{ANA, EVA};
use crate::world::form::Form;
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(
    who_forgot_the_card_is_found_by_phone_and_earns,
    who_is_enrolled_without_a_hub_is_there_once_with_points,
    a_sale_under_a_card_that_is_enrolled_later_brings_its_points
);

/// What Eva says; what is left out stands on the page.
const ANSWERS: [(&str, &str); 5] = [
    ("first_name", "Eva"),
    ("last_name", "Ruiz"),
    ("phone", "+57 300 123 4821"),
    ("programme", "yes"),
    ("marketing", "no"),
];

async fn enrol(till: &Till, card: &[(&str, &str)]) -> String {
    let page = till.get("/till/1/enrol").await;
    let fields = [&ANSWERS[..], card].concat();
    till.send_form(Form::with_action(&page, "/till/1/enrol"), &fields).await
}

/// Member, card, consents and points, past all of our own reading code.
async fn is_there_once(hub: &Hub) {
    for (sql, wanted) in [
        ("select count(*) from member where first_name = 'Eva' and code like 'YM%'", 1),
        ("select count(*) from card c join member m on m.id = c.member where m.code like 'YM%'", 1),
        ("select count(*) from member_consent where purpose = 'programme' and given", 1),
        ("select count(*) from member_consent where purpose = 'marketing' and not given", 1),
        ("select count(*) from member where code like 'YM%' and consent_marketing", 0),
        ("select count(*) from possible_duplicate where reason = 'phone'", 1),
        ("select count(*) from quarantine", 0),
        ("select count(*) from ledger_entry where kind = 'earn'", 1),
        ("select count(*) from sale s join member m on m.account = s.account where m.code like 'YM%'", 1),
        (
            "select count(*) from account a join member m on m.account = a.id
             where m.code like 'YM%' and a.balance = a.earned and a.balance > 0",
            1,
        ),
    ] {
        assert_eq!(hub.count(sql).await, wanted, "{sql}");
    }
    hub.verify_ledger().exits(0);
}

async fn who_is_enrolled_without_a_hub_is_there_once_with_points(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let mut till = Till::ready(&hub, &[("001", "1")]).await;
    hub.stop();
    let page = enrol(&till, &[("temporary", "yes")]).await;
    assert!(page.contains("class=\"qr\"") && page.contains("Tarjeta temporal"), "{page}");
    till.shows("Hola, Eva R.").await;
    till.sell(1, "2000000000176").await;
    // As soon as the screen has said done.
    till.kill9();
    till.run(&[]);
    hub.serve();
    hub.holds(1).await;
    till.has_sent_everything().await;
    // Ana has the same phone: they are pointed out, not merged.
    is_there_once(&hub).await;
}

async fn a_sale_under_a_card_that_is_enrolled_later_brings_its_points(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.enter(1, EVA).await;
    till.sell(1, "2000000000176").await;
    hub.holds(1).await;
    assert_eq!(hub.count("select count(*) from sale where account is null").await, 1);
    hub.stop();
    let page = enrol(&till, &[("card", EVA)]).await;
    assert!(page.contains("Hola, Eva R."), "{page}");
    till.submit(1, "/card/remove", &[]).await;
    hub.serve();
    till.has_sent_everything().await;
    is_there_once(&hub).await;
    // The hub's own row takes the place of the till's: she has points and a visit now.
    till.enter(1, EVA).await;
    till.shows("1 visita").await;
}

/// Nothing of it is kept at the till, and a phone number alone spends no points.
async fn who_forgot_the_card_is_found_by_phone_and_earns(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let page = till.submit(1, "/card", &[("card", "+57 300 123 4821")]).await;
    assert!(page.contains("Ana M.") && page.contains("••• 4821") && !page.contains(ANA), "{page}");
    let page = till.send_form(Form::with_action(&page, "/find/take"), &[]).await;
    assert!(page.contains("Hola, Ana M.") && page.contains("no los gasta"), "{page}");
    assert!(till.get("/till/1/redeem").await.contains("para gastar puntos, pase su tarjeta"));
    till.sell(1, "2000000000176").await;
    hub.holds(1).await;
    let earned = "select count(*) from ledger_entry e join member m on m.account = e.account
        where e.kind = 'earn' and m.code = 'M1'";
    assert_eq!(hub.count(earned).await, 1);

    // Eva enrols with Ana's phone: she is asked whether she is Ana, and is not.
    let form = Form::with_action(&till.get("/till/1/enrol").await, "/till/1/enrol");
    let fields = [&ANSWERS[..], &[("temporary", "yes")]].concat();
    let page = till.send_form_in_peril(form, &fields).await.unwrap();
    assert!(page.contains("¿Ya es cliente?") && page.contains("Ana M."), "{page}");
    let page = till.send_form(Form::with_action(&page, "/till/1/enrol"), &fields).await;
    assert!(page.contains("Tarjeta temporal"), "{page}");
    hub.stop();
    let page = till.submit_on("/till/1/find", "/find", &[("text", "ana@example.org")]).await;
    assert!(page.contains("Sin conexión con el centro"), "{page}");
    assert!(!page.contains("Ana M."), "{page}");
    // Whoever tries numbers out is stopped by the hub, and told so.
    hub.serve();
    till.has_sent_everything().await;
    for n in 0..20 {
        till.submit_on("/till/1/find", "/find", &[("text", &format!("311 000 00{n:02}"))]).await;
    }
    let page = till.submit_on("/till/1/find", "/find", &[("text", "300 123 4821")]).await;
    assert!(page.contains("Espere 10 minutos"), "{page}");
}
