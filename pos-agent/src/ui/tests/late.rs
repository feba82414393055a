//! A forgotten card: the receipt is found in the till's journal, the card is read, and the points go to it once.

use chrono::Duration;
use domain::cashier::Permission;
use domain::ids::SaleId;
use domain::late_card::CardAttached;
use domain::sale::{Sale, SaleDraft};
use domain::scan::{Origin, Scan};
use domain::sync::{ApprovalAsked, Body as EventBody, Envelope, FoundReceipt, ParsedBody};

use super::*;
use crate::receipt::code;
use view::NoticeKind;

const CARD: &str = "2990000010421";

/// Sells milk for 4,200 to somebody without a card.
pub(super) async fn sell(till: &Till) -> SaleId {
    till.sent_on("entry", "scan=7702001000013").await;
    let view = till.agent.till(1).await.unwrap();
    till.agent.pay_cash(1, view.basket, view.totals.due).await.unwrap().sale.id
}

/// The same till after a restart, so much later.
async fn later(till: Till, by: Duration) -> Till {
    let Till { agent, _folder: folder, .. } = till;
    agent.store().close().await;
    drop(agent);
    let store = Store::open(folder.path()).await.unwrap();
    let clock = Clock::from_fn(move || now() + by);
    let agent = Agent::open(store, clock, RuleTable::default()).await.unwrap();
    let mut till = Till { pages: router(agent.clone()), agent, token: String::new(), _folder: folder };
    let page = till.get("/till/1").await;
    let rest = page.split("data-token=\"").nth(1).unwrap();
    till.token = rest[..rest.find('"').unwrap()].to_owned();
    till
}

/// What the hub is told of forgotten cards and of who was asked.
async fn told(till: &Till) -> (Vec<CardAttached>, Vec<ApprovalAsked>) {
    let log = till.agent.store().logs(1).await.unwrap().pop().unwrap();
    let events = till.agent.store().events(log.n, 1..=log.head.seq, crate::sync::LIMITS).await.unwrap();
    let (mut cards, mut asked) = (vec![], vec![]);
    for event in events {
        let envelope = Envelope::parse(&event.bytes).unwrap();
        match EventBody::parse(&envelope.kind, envelope.kind_v, &envelope.body) {
            ParsedBody::Known(EventBody::CardAttached(attached)) => cards.push(*attached),
            ParsedBody::Known(EventBody::Approval(approval)) => asked.push(approval),
            _ => {}
        }
    }
    (cards, asked)
}

#[tokio::test]
async fn who_remembers_the_card_at_once_gets_the_points_without_asking() {
    let till = Till::open().await;
    let sale = sell(&till).await;
    let done = till.get(&format!("/till/1/t4?sale={sale}")).await;
    assert!(done.contains(&format!("/till/1/late/{sale}")), "{done}");
    let page = till.get(&format!("/till/1/late/{sale}")).await;
    assert!(
        page.contains("Puntos de esta compra: 4.000 puntos") && !page.contains("tiene que autorizar"),
        "{page}"
    );

    for (card, wanted) in [
        ("4111111111111111", "tarjeta de pago"),
        ("7702001000013", "Eso es un producto"),
        ("2990000010438", "bloqueada"),
        ("", "Eso no es un número de tarjeta"),
    ] {
        let (response, page) = till.post("late", &format!("sale={sale}&card={card}")).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{card}");
        assert!(page.contains(wanted) && !page.contains("4111111111111111"), "{card}: {page}");
    }
    // Twice the same is once.
    for _ in 0..2 {
        assert_eq!(till.sent_on("late", &format!("sale={sale}&card={CARD}")).await, "/till/1");
        let notice = till.agent.till(1).await.unwrap().notice.unwrap();
        assert_eq!((notice.kind, notice.about.as_str()), (NoticeKind::CardAttachedLate, "Ana M."));
    }
    let (cards, asked) = told(&till).await;
    assert_eq!((cards.len(), asked.len()), (1, 0));
    assert_eq!((cards[0].sale, cards[0].card.as_str(), cards[0].minutes_after()), (sale, CARD, 0));
    assert!(cards[0].approved_by.is_none());
    assert!(till.agent.till(1).await.unwrap().card.is_none(), "the open sale is somebody else's");

    // Another card comes too late; a copy of the receipt says whose it is, and its return takes points back.
    let (response, page) = till.post("late", &format!("sale={sale}&card=2990000010452")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("ya se sumó a otra tarjeta"), "{page}");
    let slip = till.get(&format!("/till/1/receipt/{sale}")).await;
    assert!(slip.contains("••••0421") && slip.contains("+4.000"), "{slip}");
    assert_eq!(till.agent.refundable(sale).await.unwrap().lines[0].points, Points(400_000));
}

#[tokio::test]
async fn later_somebody_agrees_and_after_thirty_days_nobody_can() {
    let till = Till::open().await;
    let sale = sell(&till).await;
    let till = later(till, Duration::days(30)).await;
    till.staffed().await;
    till.sent_on("login", "who=marta&pin=123456").await;
    let receipt = code::encode(sale);
    assert_eq!(
        till.sent_on_by_get(&format!("/till/1/late?code={receipt}")).await,
        format!("/till/1/late/{sale}")
    );
    assert!(till.get(&format!("/till/1/late/{sale}")).await.contains("tiene que autorizar"));
    let fields = format!("sale={sale}&card={CARD}");
    assert_eq!(till.sent_on("late", &fields).await, "/till/1/approve");
    assert!(told(&till).await.0.is_empty(), "nothing before somebody agreed");
    let page = till.get("/till/1/approve").await;
    assert!(page.contains("Sumar puntos a un recibo sin tarjeta") && page.contains("Doña jorge"), "{page}");
    assert_eq!(
        till.post("approve", "who=marta&pin=123456").await.0.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    till.sent_on("approve", "who=jorge&pin=654321").await;
    let page = till.get("/till/1/approve").await;
    let token =
        page.split("name=\"approval\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    // What was agreed to is this receipt and this card.
    let other = format!("sale={sale}&card=2990000010452&approval={token}");
    assert_eq!(till.sent_on("late", &other).await, "/till/1/approve");
    assert!(told(&till).await.0.is_empty());
    till.sent_on("late", &fields).await;
    till.sent_on("approve", "who=jorge&pin=654321").await;
    let page = till.get("/till/1/approve").await;
    let token =
        page.split("name=\"approval\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(till.sent_on("late", &format!("{fields}&approval={token}")).await, "/till/1");
    let (cards, asked) = told(&till).await;
    let names = |card: &CardAttached| (card.cashier.clone(), card.approved_by.clone());
    assert_eq!(names(&cards[0]), (Some("marta".parse().unwrap()), Some("jorge".parse().unwrap())));
    assert_eq!(cards[0].minutes_after(), 30 * 24 * 60);
    assert!(asked.iter().all(|asked| asked.permission == Permission::LateCard), "{asked:?}");

    let till = Till::open().await;
    let sale = sell(&till).await;
    let till = later(till, Duration::days(30) + Duration::seconds(1)).await;
    for answer in [
        till.post("late", &format!("sale={sale}&card={CARD}")).await,
        till.ask(
            Request::get(format!("/till/1/late/{sale}"))
                .header(header::HOST, "127.0.0.1:8081")
                .body(Body::empty())
                .unwrap(),
        )
        .await,
    ] {
        assert_eq!(answer.0.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.1.contains("demasiado antiguo"), "{}", answer.1);
    }
    assert!(told(&till).await.0.is_empty());
}

#[tokio::test]
async fn a_sale_with_a_card_keeps_it_and_a_device_reads_the_forgotten_one() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={CARD}")).await;
    let carded = sell(&till).await;
    let (_, page) = till.post("late", &format!("sale={carded}&card=2990000010452")).await;
    assert!(page.contains("ya tuvo su tarjeta"), "{page}");
    let unknown = SaleId::new(1, [9; 10]);
    let (response, page) = till.post("late", &format!("sale={unknown}&card={CARD}")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("el centro no responde"), "{page}");
    let asked = Request::get(format!("/till/1/late/{unknown}")).header(header::HOST, "127.0.0.1:8081");
    let (_, page) = till.ask(asked.body(Body::empty()).unwrap()).await;
    assert!(page.contains("el centro no responde"), "{page}");

    let plain = sell(&till).await;
    till.get(&format!("/till/1/late/{plain}")).await;
    let read = Scan::new(Origin::SerialScanner, None, CARD);
    assert_eq!(till.agent.device_scan(1, read).await.unwrap().kind, NoticeKind::CardRead);
    assert!(till.agent.till(1).await.unwrap().card.is_none(), "it is not for the open sale");
    assert!(till.ui_fragment("late").await.contains(&format!("value=\"{CARD}\"")));
    till.sent_on("late", &format!("sale={plain}&card={CARD}")).await;
    assert_eq!(told(&till).await.0[0].entry, domain::sale::CardEntry::Scanned);

    till.agent.set_training(1, true).await.unwrap();
    let learnt = sell(&till).await;
    for sale in [plain, learnt] {
        let (_, page) = till.post("late", &format!("sale={sale}&card={CARD}")).await;
        assert!(page.contains("problem"), "{page}");
    }
    assert_eq!(told(&till).await.0.len(), 1);
}

#[tokio::test]
async fn a_remembered_receipt_of_another_agent_promises_nothing_while_the_hub_is_away() {
    let till = Till::open().await;
    let own = sell(&till).await;
    let mut draft = SaleDraft::from(till.agent.store().sale(own).await.unwrap().unwrap());
    draft.id = SaleId::new(7, [7; 10]);
    let elsewhere = Sale::close(draft).unwrap();
    let other = elsewhere.id;
    let told =
        FoundReceipt { sale: elsewhere, store_name: "Norte".to_owned(), late_card: None, returned: vec![] };
    till.agent.learn_receipt(&told).await.unwrap();
    for (sale, is_own) in [(own, true), (other, false)] {
        let asked = Request::get(format!("/till/1/late/{sale}")).header(header::HOST, "127.0.0.1:8081");
        let (_, page) = till.ask(asked.body(Body::empty()).unwrap()).await;
        assert_eq!(page.contains("Puntos de esta compra"), is_own, "{page}");
        assert!(is_own || page.contains("el centro no responde"), "{page}");
    }
}
