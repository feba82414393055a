//! Receipts of other agents' tills: asked for when they are read, counted with what came back elsewhere.

use domain::ids::SaleId;
use domain::sale::{Origin as OfLine, Sale, SaleDraft};
use domain::sync::{FoundReceipt, ReturnedLine};
use domain::{Money, Quantity};

use super::*;
use crate::checkout::basket::ReturnReason;
use crate::receipt::code::encode;
use crate::till::ReceiptNews;
use crate::ui::view::{Notice, ReceiptNotice};

/// Two milks that another agent's till sold, of which one came back there.
async fn of_another(agent: &Agent) -> FoundReceipt {
    let own = sell(agent, 1, &["2*416000336108"]).await;
    let mut draft = SaleDraft::from(agent.store().sale(own).await.unwrap().unwrap());
    draft.id = SaleId::new(7, [7; 10]);
    draft.store = "norte".parse().unwrap();
    let returned = ReturnedLine {
        moved: Quantity::ZERO,
        line: 1,
        by_sale: SaleId::new(8, [8; 10]),
        by_line: 1,
        quantity: Quantity::ONE,
        paid: Money(4_200),
    };
    FoundReceipt {
        sale: Sale::close(draft).unwrap(),
        store_name: "Norte".to_owned(),
        late_card: None,
        returned: vec![returned],
    }
}

async fn read(agent: &Agent, sale: SaleId) -> Notice {
    agent.enter(1, &encode(sale)).await.unwrap()
}

/// Waits until the screen says something else than that the hub is asked.
async fn then_says(agent: &Agent) -> NoticeKind {
    for _ in 0..200 {
        let notice = agent.till(1).await.unwrap().notice.unwrap();
        if notice.kind != NoticeKind::Receipt(ReceiptNotice::Asked) {
            return notice.kind;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    NoticeKind::Receipt(ReceiptNotice::Asked)
}

/// A part of it, as it comes back.
async fn takes_back(agent: &Agent, sale: SaleId) -> NoticeKind {
    let of = OfLine { sale, line: 1 };
    agent.take_back(1, of, Quantity::ONE, ReturnReason::Unwanted).await.unwrap().kind
}

#[tokio::test]
async fn another_agents_receipt_is_asked_for_and_comes_back_like_an_own_one() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let receipt = of_another(&agent).await;
    let sale = receipt.sale.id;
    let (stop, stopped) = watch::channel(false);
    let syncing = tokio::spawn(run(agent.clone(), hub.client(&agent), stopped));
    while agent.link() != HubState::Online {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    assert_eq!(read(&agent, sale).await.kind, NoticeKind::Receipt(ReceiptNotice::Asked), "at once");
    assert_eq!(then_says(&agent).await, NoticeKind::Receipt(ReceiptNotice::Unknown), "nobody sent it");
    hub.set(|state| state.receipts.push(receipt));
    read(&agent, sale).await;
    assert_eq!(then_says(&agent).await, NoticeKind::Receipt(ReceiptNotice::Elsewhere));
    let view = agent.refundable(sale).await.unwrap();
    assert_eq!(view.of, Some(("Norte".to_owned(), "1".parse().unwrap())));
    let line = &view.lines[0];
    assert_eq!((line.sold, line.left, line.paid), (Quantity(2_000), Quantity::ONE, Money(8_400)));

    // What is known here needs no hub any more, also after a restart.
    stop.send(true).unwrap();
    syncing.await.unwrap();
    agent.store().close().await;
    drop(agent);
    let agent = open_agent(Store::open(folder.path()).await.unwrap()).await;
    assert_eq!(read(&agent, sale).await.kind, NoticeKind::Receipt(ReceiptNotice::Elsewhere));
    assert_eq!(agent.ask_of_receipt(1, sale, Duration::from_secs(1)).await.unwrap(), ReceiptNews::Away);
    assert_eq!(takes_back(&agent, sale).await, NoticeKind::ReturnAdded);
    let view = agent.till(1).await.unwrap();
    assert_eq!(view.totals.total, Money(-4_200));
    let receipt = agent.pay_cash(1, view.basket, Money(-4_200)).await.unwrap();
    assert_eq!(receipt.sale.lines[0].origin, Some(OfLine { sale, line: 1 }));
    assert_eq!(agent.refundable(sale).await.unwrap().lines[0].left, Quantity::ZERO);
    assert_eq!(takes_back(&agent, sale).await, NoticeKind::MoreThanSold);
}

#[tokio::test]
async fn what_came_back_elsewhere_of_an_own_receipt_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let FoundReceipt { returned, .. } = of_another(&agent).await;
    let own = sell(&agent, 1, &["2*416000336108"]).await;
    let sale = agent.store().sale(own).await.unwrap().unwrap();
    // Goods are on the counter already when the hub tells.
    assert_eq!(takes_back(&agent, own).await, NoticeKind::ReturnAdded);
    let told = FoundReceipt { sale, store_name: "Centro".to_owned(), late_card: None, returned };
    for _ in 0..2 {
        agent.learn_receipt(&told).await.unwrap();
    }
    assert_eq!(agent.store().other_receipt(own).await.unwrap(), None, "it is in the journal");
    let basket = agent.till(1).await.unwrap().basket;
    let refused = agent.pay_cash(1, basket, Money(-4_200)).await.unwrap_err();
    assert_eq!(refused.code(), "returned_meanwhile");
    assert_eq!(takes_back(&agent, own).await, NoticeKind::ReturnAdded);
    agent.pay_cash(1, basket, Money(-4_200)).await.unwrap();
    assert_eq!(agent.refundable(own).await.unwrap().lines[0].left, Quantity::ZERO);
}

#[tokio::test]
async fn a_receipt_that_nothing_came_back_of_goes_again() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let first = of_another(&agent).await;
    let mut draft = SaleDraft::from(first.sale.clone());
    draft.id = SaleId::new(9, [9; 10]);
    let second = FoundReceipt { sale: Sale::close(draft).unwrap(), returned: vec![], ..first.clone() };
    let keep = async |found: &FoundReceipt, hours: i64| {
        let mut tx = agent.store().begin().await.unwrap();
        let then = agent.now() + chrono::TimeDelta::hours(hours);
        crate::store::other::learn(&mut tx, found, then).await.unwrap();
        agent.store().commit(tx).await.unwrap();
    };
    let there =
        async |found: &FoundReceipt| agent.store().other_receipt(found.sale.id).await.unwrap().is_some();
    keep(&first, 0).await;
    keep(&second, 23).await;
    assert!(there(&first).await, "its goods may still lie on the counter");
    keep(&second, 25).await;
    assert!(!there(&first).await);
    keep(&first, 25).await;
    assert_eq!(takes_back(&agent, first.sale.id).await, NoticeKind::ReturnAdded);
    let basket = agent.till(1).await.unwrap().basket;
    agent.pay_cash(1, basket, Money(-4_200)).await.unwrap();
    keep(&second, 99).await;
    assert!(there(&first).await, "its slip names the points that went back");
}

#[tokio::test]
async fn receipts_have_a_page_as_long_as_the_hub_says_where_customers_reach_it() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let client = hub.client(&agent);
    let before = sell(&agent, 1, &["416000336108"]).await;
    hub.set(|state| state.public_url = Some("https://hub.example".to_owned()));
    fetch(&agent, &client).await.unwrap();
    let (first, second) =
        (sell(&agent, 1, &["416000336108"]).await, sell(&agent, 1, &["416000336108"]).await);
    drain(&agent, &client).await.unwrap();
    let tokens: Vec<_> = hub.set(|state| state.sales.iter().map(|sale| sale.page.clone()).collect());
    assert!(tokens[0].is_none() && tokens[1].is_some() && tokens[2].is_some() && tokens[1] != tokens[2]);
    let page = async |sale| agent.receipt(sale).await.unwrap().page;
    assert_eq!(page(before).await, None);
    assert!(page(first).await.unwrap().starts_with("https://hub.example/r/"));
    assert_ne!(page(first).await, page(second).await);
    hub.set(|state| state.public_url = None);
    fetch(&agent, &client).await.unwrap();
    assert_eq!(page(first).await, None, "nobody reaches it any more");
}

#[tokio::test]
async fn an_address_that_this_release_does_not_read_stops_neither_feed_nor_sales() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    let client = hub.client(&agent);
    let page = async |sale| agent.receipt(sale).await.unwrap().page;
    hub.set(|state| state.public_url = Some("https://hub.example/?of=later".to_owned()));
    fetch(&agent, &client).await.unwrap();
    let without = sell(&agent, 1, &["416000336108"]).await;
    assert_eq!(page(without).await, None);
    hub.set(|state| state.public_url = Some("https://hub.example".to_owned()));
    fetch(&agent, &client).await.unwrap();
    let with = sell(&agent, 1, &["416000336108"]).await;
    assert!(page(with).await.unwrap().starts_with("https://hub.example/r/"));
    assert_eq!(page(without).await, None, "it was closed without a key");
}
