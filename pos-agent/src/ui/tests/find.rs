//! A customer who forgot the card is found by phone or e-mail: enough to earn, not enough to spend.

use domain::card::CardState;
use domain::lookup::Contacts;
use domain::sync::{FoundMember, FoundMembers};

use super::*;
use crate::till::Found;
use crate::ui::view::HubState;

const MILK: &str = "7702001000013";
const ANA: &str = "2990000010421";

fn ana() -> FoundMember {
    FoundMember {
        member: MemberId::new(1, [1; 10]),
        card: Some(ANA.parse().unwrap()),
        greeting: "Ana M.".to_owned(),
        contact: "••• 4821".to_owned(),
    }
}

/// Answers the till's next question as the hub would.
fn hub_says(till: &Till, found: Found) -> tokio::task::JoinHandle<Contacts> {
    till.agent.set_link(HubState::Online);
    let agent = till.agent.clone();
    tokio::spawn(async move {
        let desk = agent.desk(1).unwrap();
        let asked = loop {
            // Rung for nothing where the hub could not be asked.
            desk.members_asked.notified().await;
            if let Some(asked) = desk.asks_for() {
                break asked;
            }
        };
        desk.tell_found(&asked, found);
        asked
    })
}

fn known(members: Vec<FoundMember>) -> Found {
    Found::Known(FoundMembers { members, more: false })
}

#[tokio::test]
async fn a_phone_where_a_card_is_asked_for_finds_its_owner_who_earns_and_spends_nothing() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    let hub = hub_says(&till, known(vec![ana()]));
    assert_eq!(till.sent_on("card", "card=300+123+4821").await, "/till/1/find");
    assert_eq!(hub.await.unwrap().phone, "300 123 4821");
    let page = till.get("/till/1/find").await;
    assert!(
        page.contains("Ana M.") && page.contains("••• 4821") && page.contains("Es esta persona"),
        "{page}"
    );
    assert!(!page.contains(ANA), "its number is nobody's business");
    let member = ana().member;
    for _ in 0..2 {
        assert_eq!(till.sent_on("find/take", &format!("member={member}")).await, "/till/1");
        let page = till.get("/till/1").await;
        assert!(page.contains("Hola, Ana M.") && page.contains("suma puntos, no los gasta"), "{page}");
    }
    assert_eq!(till.agent.search_of(1).unwrap(), None, "what was typed is forgotten");
    spends_nothing(&till).await;
    // Nor does it once it was held and taken up again.
    let basket = till.agent.till(1).await.unwrap().basket;
    till.sent_on("hold", &format!("basket={basket}")).await;
    till.sent_on("recall", &format!("basket={basket}")).await;
    spends_nothing(&till).await;
    let waits = till.ui_fragment("redeem-card").await;
    assert!(!waits.contains("event: go"), "{waits}");

    // Then the card turns up in a pocket.
    let events = till.agent.store().logs(1).await.unwrap().pop().unwrap().head.seq;
    till.sent_on("entry", &format!("scan={ANA}")).await;
    let after = till.agent.store().logs(1).await.unwrap().pop().unwrap().head.seq;
    assert_eq!(after, events, "the offer is shown once");
    assert!(till.ui_fragment("redeem-card").await.contains("/till/1/redeem"));
    let page = till.get("/till/1/redeem").await;
    assert!(page.contains("id=\"points\""), "{page}");
    assert!(!till.get("/till/1").await.contains("no los gasta"));
}

/// By no door.
async fn spends_nothing(till: &Till) {
    const WHY: &str = "Se encontró al cliente por teléfono o correo";
    let page = till.get("/till/1/redeem").await;
    assert!(page.contains(WHY) && !page.contains("id=\"points\""), "{page}");
    assert!(till.agent.points_pay(1, Points(10_000)).await.is_err());
    let pay = format!("{}&points=1000", till.pay_fields().await);
    for (path, fields) in [("redeem", pay.as_str()), ("gift", "sku=cafe")] {
        let (response, page) = till.post(path, fields).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(page.contains(WHY), "{path}: {page}");
    }
    assert_eq!(till.agent.till(1).await.unwrap().lines.len(), 1, "no gift");
}

/// Who was enrolled elsewhere a moment ago: this till knows neither card nor member yet.
#[tokio::test]
async fn a_card_that_becomes_known_later_still_spends_nothing() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    let (member, number) = (MemberId::new(1, [7; 10]), "2990000010445");
    let eva = FoundMember { member, card: Some(number.parse().unwrap()), ..ana() };
    let hub = hub_says(&till, known(vec![eva]));
    till.sent_on("card", "card=310+555+0000").await;
    hub.await.unwrap();
    till.sent_on("find/take", &format!("member={member}")).await;
    let page = till.get("/till/1").await;
    assert!(page.contains("no los gasta") && !page.contains(number), "{page}");
    let Change::Member(row) = super::member() else { panic!("a member") };
    let row = domain::snapshot::MemberRow { member, ..*row };
    let card = CardRow::new(number.parse().unwrap(), member, CardState::Active);
    let mut tx = till.agent.store().begin().await.unwrap();
    let news = [Change::Member(Box::new(row)), Change::Card(card)];
    feed::apply_changes(&mut tx, &news, 99, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    assert!(till.get("/till/1").await.contains("Hola, Ana M."));
    spends_nothing(&till).await;
}

/// It would be the card itself.
#[tokio::test]
async fn a_temporary_card_is_shown_to_nobody_who_only_says_a_phone_number() {
    let till = Till::open().await;
    let page = till.get("/till/1/enrol").await;
    let rest = page.split("name=\"member\" value=\"").nth(1).unwrap();
    let member = rest[..rest.find('"').unwrap()].to_owned();
    let form = format!(
        "member={member}&first_name=Luisa&phone=310+555+0000&programme=yes&marketing=no&temporary=yes"
    );
    assert_eq!(till.sent_on("enrol", &form).await, "/till/1/card-code");
    assert!(till.get("/till/1").await.contains("card-code"));
    let number = till.agent.till(1).await.unwrap().card.unwrap().number;
    till.sent_on("card/remove", "").await;
    let luisa = FoundMember { member: member.parse().unwrap(), card: Some(number.clone()), ..ana() };
    let finds_her = async || {
        let hub = hub_says(&till, known(vec![luisa.clone()]));
        till.sent_on("card", "card=310+555+0000").await;
        hub.await.unwrap();
        till.sent_on("find/take", &format!("member={member}")).await;
        till.sent_on("entry", &format!("scan={MILK}")).await;
    };
    finds_her().await;
    assert_eq!(till.sent_on_by_get("/till/1/card-code").await, "/till/1");
    let digits = number.as_str().trim_start_matches("YT");
    for path in ["/till/1", "/display/1"] {
        let page = till.get(path).await;
        assert!(!page.contains(digits) && !page.contains("card-code"), "{path}: {page}");
    }
    till.sent_on("pay", &format!("{}&tendered=exact", till.pay_fields().await)).await;
    let thanks = till.get("/display/1").await;
    assert!(thanks.contains("Gracias") && !thanks.contains(digits), "{thanks}");

    // Nor at another till, which takes the basket up.
    finds_her().await;
    let basket = till.agent.till(1).await.unwrap().basket;
    till.agent.hold(1, basket).await.unwrap();
    till.agent.recall(2, basket, false).await.unwrap();
    let total = till.agent.till(2).await.unwrap().totals.total;
    till.agent.pay_cash(2, basket, total).await.unwrap();
    let thanks = till.get("/display/2").await;
    assert!(thanks.contains("Gracias") && !thanks.contains(digits), "{thanks}");
}

/// Nothing that was meant for a contact ends as a card's number on a sale.
#[tokio::test]
async fn a_slip_of_the_finger_is_no_card() {
    let till = Till::open().await;
    let hub = hub_says(&till, known(vec![ana()]));
    till.sent_on("find", "text=300+123+4821").await;
    hub.await.unwrap();
    for typed in
        ["ana%40example", "ana%40gmail%2Ccom", "Ana+Ruiz", "300+123", "%2B57300", "300+123+4821+1234+5678"]
    {
        let (response, page) = till.post("card", &format!("card={typed}")).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.contains("Escriba un teléfono") && page.contains("<title>Error"), "{page}");
        assert!(!till.ui_fragment("find").await.contains("Ana M."), "whoever was found before is gone");
    }
    assert!(till.agent.till(1).await.unwrap().card.is_none());
}

/// What is said of somebody else than is looked for now counts for nothing.
#[tokio::test]
async fn an_older_answer_is_not_taken_for_a_newer_question() {
    let till = Till::open().await;
    till.agent.set_link(HubState::Online);
    let contacts = |phone: &str| Contacts { phone: phone.to_owned(), email: String::new() };
    till.agent.look_for(1, contacts("3001234821")).unwrap();
    till.agent.look_for(1, contacts("3105550000")).unwrap();
    let desk = till.agent.desk(1).unwrap();
    desk.tell_found(&contacts("3001234821"), known(vec![ana()]));
    assert_eq!(till.agent.search_of(1).unwrap().unwrap().found, Found::Asking);
}

#[tokio::test]
async fn what_the_hub_does_not_say_is_said() {
    let till = Till::open().await;
    let (response, page) = till.post("find", "text=Ana").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Escriba un teléfono de 7 a 15 cifras"), "{page}");
    // Nobody is asked without a hub.
    assert_eq!(till.sent_on("find", "text=ana%40example.org").await, "/till/1/find");
    assert!(till.get("/till/1/find").await.contains("con el recibo y la tarjeta"));
    let locked = FoundMember { card: None, ..ana() };
    for (found, text) in [
        (known(vec![]), "Nadie tiene ese teléfono o correo"),
        (known(vec![locked]), "Sin tarjeta válida"),
        (Found::TooMany, "Espere 10 minutos"),
        (Found::Away, "Sin conexión con el centro"),
        (Found::Known(FoundMembers { members: vec![ana()], more: true }), "Hay más personas"),
    ] {
        let hub = hub_says(&till, found);
        till.sent_on("find", "text=ana%40example.org").await;
        hub.await.unwrap();
        let page = till.get("/till/1/find").await;
        assert!(page.contains(text), "{text}: {page}");
        assert_eq!(page.contains("take-1"), text.contains("más personas"), "{page}");
    }
    // Who was not offered cannot be taken.
    let other = MemberId::new(1, [7; 10]);
    till.sent_on("find/take", &format!("member={other}")).await;
    assert!(till.agent.till(1).await.unwrap().card.is_none());
    // Another page: what was typed is forgotten, and somebody who stands there next does not read it.
    till.get("/till/1").await;
    assert!(!till.get("/till/1/find").await.contains("Ana M."));
}

#[tokio::test]
async fn cards_are_cards_whatever_they_look_like() {
    let till = Till::open().await;
    till.agent.set_link(HubState::Online);
    // Known, by the chain's rule, and neither: only the last is asked about.
    for (typed, goes) in [(ANA, "/till/1"), ("2990000010445", "/till/1"), ("C-77", "/till/1")] {
        assert_eq!(till.sent_on("card", &format!("card={typed}")).await, goes, "{typed}");
        assert_eq!(till.agent.till(1).await.unwrap().card.unwrap().number.as_str(), typed);
        till.sent_on("card/remove", "").await;
    }
    let hub = hub_says(&till, known(vec![]));
    assert_eq!(till.sent_on("card", "card=30012345").await, "/till/1/find");
    hub.await.unwrap();
    let page = till.get("/till/1/find").await;
    assert!(page.contains("No: es un número de tarjeta"), "{page}");
    assert_eq!(till.sent_on("card", "card=30012345&as_number=yes").await, "/till/1");
    assert_eq!(till.agent.till(1).await.unwrap().card.unwrap().number.as_str(), "30012345");
}

#[tokio::test]
async fn who_enrols_and_is_known_hears_it_before() {
    let till = Till::open().await;
    let page = till.get("/till/1/enrol").await;
    let value = |page: &str, name: &str| {
        let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().to_owned();
        rest[..rest.find('"').unwrap()].to_owned()
    };
    let form = |other: &str| {
        format!(
            "member={}&first_name=Luisa&phone=300+123+4821&programme=yes&marketing=no&temporary=yes&other_than={other}",
            value(&page, "member")
        )
    };
    let hub = hub_says(&till, known(vec![ana()]));
    let (response, again) = till.post("enrol", &form("")).await;
    hub.await.unwrap();
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.contains("¿Ya es cliente?") && again.contains("Ana M."), "{again}");
    assert!(again.contains("value=\"Luisa\"") && !again.contains(ANA), "{again}");
    assert!(till.agent.till(1).await.unwrap().card.is_none());
    // It is somebody else: the same form once more, and nobody is asked again.
    let asked_for = value(&again, "other_than");
    assert_eq!(till.sent_on("enrol", &form(&asked_for)).await, "/till/1/card-code");
    assert!(till.get("/till/1").await.contains("Hola, Luisa"));
    // Or it is her.
    till.sent_on("card/remove", "").await;
    let hub = hub_says(&till, known(vec![ana()]));
    let second = till.get("/till/1/enrol").await;
    let other = form("").replace(&value(&page, "member"), &value(&second, "member"));
    till.post("enrol", &other).await;
    hub.await.unwrap();
    till.sent_on("find/take", &format!("member={}", ana().member)).await;
    assert!(till.get("/till/1").await.contains("Hola, Ana M."));
}
