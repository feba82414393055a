//! Gift cards through the pages: what is refused before anybody asks the hub, and how one is sold.

use domain::gift_card::{GiftCard, GiftPayment};
use domain::ids::GiftHoldId;
use domain::sale::{Tender, TenderKind};
use domain::scan::{Origin, Scan};

use super::*;
use crate::app::HouseRules;
use crate::checkout::gift_card::{GiftCardPolicy, Kept, NoGiftCard};
use crate::error::AgentError;
use crate::store::gift_hold::{self, GiftHoldRow};
use crate::till::{Paid, Payment, Seen};
use crate::ui::view::HubState;

const NUMBER: &str = "29800000000000001237";
const PRINTED: &str = "2980+0000+0000+0000+1237";
const MILK: &str = "7702001000013";

impl Till {
    async fn with_gift_cards(kept: Kept) -> Self {
        let till = Self::open().await;
        till.agent.set_house(HouseRules { gift_card: GiftCardPolicy { kept }, ..HouseRules::default() });
        let card = |sku: &str, barcode: &str| match product(sku, barcode, "Tarjeta regalo", 0) {
            Change::Product(row) => Change::Product(ProductRow { open_price: true, gift_card: true, ..row }),
            other => other,
        };
        let mut tx = till.agent.store().begin().await.unwrap();
        let changes = [card("600", "600"), card("601", "5901234123457")];
        feed::apply_changes(&mut tx, &changes, 13, now()).await.unwrap();
        till.agent.store().commit(tx).await.unwrap();
        till
    }

    async fn pending(&self) -> Vec<u32> {
        let view = self.agent.till(1).await.unwrap();
        assert!(view.lines.is_empty());
        view.unknown.iter().map(|waits| waits.number).collect()
    }

    async fn seen(&self) -> (Seen, Money) {
        let view = self.agent.till(1).await.unwrap();
        (Seen { basket: view.basket, due: Some(view.totals.due) }, view.totals.due)
    }
}

#[tokio::test]
async fn a_till_that_leaves_gift_cards_to_another_system_sells_and_takes_none_of_the_hub() {
    let till = Till::with_gift_cards(Kept::Elsewhere).await;
    assert_eq!(till.sent_on("entry", "text=600").await, "/till/1");
    assert!(till.get("/till/1").await.contains("no vende las del centro"));
    till.sent_on("entry", &format!("text={PRINTED}")).await;
    let page = till.get("/till/1").await;
    assert!(page.contains("deja las tarjetas regalo a otro sistema") && page.contains("••••1237"), "{page}");
    assert!(till.pending().await.is_empty());

    till.sent_on("entry", &format!("scan={MILK}")).await;
    let fields = till.pay_fields().await;
    for reference in [NUMBER, PRINTED] {
        let fields = format!("{fields}&kind=gift_card&tendered=exact&reference={reference}");
        let (response, page) = till.post("pay", &fields).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(page.contains("Es una tarjeta regalo del centro"), "{page}");
        assert!(!page.contains(NUMBER) && !page.contains("2980 0000"), "{page}");
    }
    // Another system's number pays as before.
    let fields = format!("{fields}&kind=gift_card&tendered=exact&reference=GC-1237");
    assert!(till.sent_on("pay", &fields).await.starts_with("/till/1/t4?sale="));
}

#[tokio::test]
async fn a_gift_card_is_sold_with_its_card_and_without_tax() {
    let till = Till::with_gift_cards(Kept::Hub).await;
    assert_eq!(till.sent_on("entry", "text=600").await, "/till/1/gift-card/1");
    // Not for a price alone.
    assert_eq!(till.sent_on_by_get("/till/1/open-price/1").await, "/till/1/gift-card/1");
    let (response, page) = till.post("open-price", "number=1&price=50.000&quantity=1").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    // A number with a wrong digit is kept nowhere.
    till.sent_on("entry", "text=2980+0000+0000+0000+1238").await;
    assert_eq!(till.pending().await, [1]);
    assert!(!till.get("/till/1").await.contains("1238"));

    let fields = format!("number=1&card={PRINTED}&amount=50.000");
    assert_eq!(till.sent_on("gift-card", &fields).await, "/till/1");
    let (seen, due) = till.seen().await;
    let sale = till.agent.pay_cash(1, seen, due).await.unwrap().sale;
    let line = &sale.lines[0];
    assert_eq!((line.net, line.tax), (Money(5_000_000), Money::ZERO));
    assert_eq!(line.gift_card.as_deref(), GiftCard::read(NUMBER).as_ref());
}

#[tokio::test]
async fn a_label_does_not_sell_a_gift_card_without_its_card() {
    let till = Till::with_gift_cards(Kept::Hub).await;
    let scan = Scan::tagged(Origin::SerialScanner, "]C101059012341234573922199").unwrap();
    till.agent.scan(1, scan).await.unwrap();
    assert_eq!(till.pending().await, [1]);
}

#[tokio::test]
async fn a_card_that_is_read_leads_to_the_one_that_waits_for_it() {
    let till = Till::with_gift_cards(Kept::Hub).await;
    assert_eq!(till.sent_on("entry", "text=600").await, "/till/1/gift-card/1");
    assert_eq!(till.sent_on("entry", "text=600").await, "/till/1/gift-card/2");
    assert_eq!(till.sent_on("entry", &format!("text={PRINTED}")).await, "/till/1/gift-card/1");
    let page = till.get("/till/1/gift-card/1").await;
    assert!(page.contains("••••1237"), "{page}");
}

#[tokio::test]
async fn what_was_given_up_meanwhile_pays_nothing() {
    let till = Till::with_gift_cards(Kept::Hub).await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    let (seen, due) = till.seen().await;
    let (hold, card) = (GiftHoldId::new(1, [1; 10]), GiftCard::read(NUMBER).unwrap());
    let of_card = GiftPayment { card: card.clone(), hold: Some(hold), left: Some(Money::ZERO) };
    let tender = Tender { gift_card: Some(Box::new(of_card)), ..Tender::new(TenderKind::GiftCard, due) };
    let pay = || till.agent.pay(1, seen, Payment { tender: tender.clone(), is_part: false });
    let is_ended = |paid| matches!(paid, Err(AgentError::GiftCard(NoGiftCard::Ended)));
    assert!(is_ended(pay().await), "nobody asked for it");
    let row = GiftHoldRow { hold, sale: seen.basket, card, asked: due, given_up: false };
    for given_up in [true, false] {
        let mut tx = till.agent.store().begin().await.unwrap();
        gift_hold::delete(&mut tx, hold).await.unwrap();
        gift_hold::insert(&mut tx, 1, &row).await.unwrap();
        if given_up {
            gift_hold::set_given_up(&mut tx, hold).await.unwrap();
        }
        till.agent.store().commit(tx).await.unwrap();
        let paid = pay().await;
        assert_eq!(matches!(paid, Ok(Paid::Closed(_))), !given_up, "{paid:?}");
        assert_eq!(is_ended(paid), given_up);
    }
    // Pressed once more, it is the same receipt.
    assert!(matches!(pay().await, Ok(Paid::Closed(_))));
}

#[tokio::test]
async fn a_page_pays_with_the_card_that_it_shows_and_not_with_one_that_was_read_since() {
    let till = Till::with_gift_cards(Kept::Hub).await;
    till.agent.set_link(HubState::Offline);
    till.sent_on("entry", &format!("scan={MILK}")).await;
    till.sent_on("entry", &format!("text={PRINTED}")).await;
    let shown = GiftCard::read(NUMBER).unwrap().shown();
    assert!(till.get("/till/1/pay").await.contains(&format!("name=\"in_hand\" value=\"{shown}\"")));
    let fields = format!("{}&kind=gift_card&tendered=exact", till.pay_fields().await);
    // The hub is asked of the card that stands on the page, and of no other.
    for (in_hand, why) in [("••••1238", "Ese no es el número"), (&*shown, "cuánto hay en la tarjeta: cobre")]
    {
        let (response, page) = till.post("pay", &format!("{fields}&in_hand={in_hand}")).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(page.contains(why), "{in_hand}: {page}");
    }
}
