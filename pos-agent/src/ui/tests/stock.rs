//! What runs low or is out, said on the rows of the basket.

use domain::snapshot::StockRow;
use domain::stock::StockState;

use super::*;

impl Till {
    /// What the hub says of a product in a store, since an hour ago.
    pub(super) async fn hears_of_stock(&self, store: &str, sku: &str, state: StockState) {
        let as_of = now() - chrono::TimeDelta::hours(1);
        let row = StockRow { store: store.parse().unwrap(), sku: sku.parse().unwrap(), state, as_of };
        let mut tx = self.agent.store().begin().await.unwrap();
        feed::apply_changes(&mut tx, &[Change::Stock(row)], 99, now()).await.unwrap();
        self.agent.store().commit(tx).await.unwrap();
        self.agent.refresh_stock().await.unwrap();
    }
}

#[tokio::test]
async fn a_row_says_what_is_known_and_how_old_that_is() {
    let till = Till::open().await;
    till.sent_on("entry", "scan=7702001000013").await;
    till.sent_on("entry", "scan=7702001000020").await;
    let (low, out) = ("Quedan pocas", "Sin existencias");
    let says = async |text: &str| till.get("/till/1").await.contains(text);
    assert!(!says(low).await && !says(out).await, "nothing is known");
    till.hears_of_stock("norte", "leche", StockState::Out).await;
    assert!(!says(out).await, "the other store's shelf is none of this one's");
    till.hears_of_stock("centro", "leche", StockState::Low).await;
    let page = till.get("/till/1").await;
    assert!(page.contains(low) && !page.contains(out), "{page}");
    let title = "title=\"Según el centro, dato de las 09:42; última noticia de las 10:42\"";
    assert!(page.contains(title), "{page}");
    till.hears_of_stock("centro", "leche", StockState::Out).await;
    assert!(says(out).await && !says(low).await);
    // It is sold all the same.
    let view = till.agent.till(1).await.unwrap();
    till.agent.pay_cash(1, view.basket, view.totals.due).await.unwrap();
    till.hears_of_stock("centro", "leche", StockState::Enough).await;
    till.sent_on("entry", "scan=7702001000013").await;
    assert!(!says(out).await && !says(low).await);
    let kept = till.agent.store().stock_states().await.unwrap();
    assert_eq!(kept["norte"].len(), 1, "of both stores of this agent");
}

#[tokio::test]
async fn what_is_voided_or_comes_back_has_no_flag() {
    let till = Till::open().await;
    till.hears_of_stock("centro", "leche", StockState::Out).await;
    till.sent_on("entry", "scan=7702001000013").await;
    assert!(till.get("/till/1").await.contains("Sin existencias"));
    till.sent_on("line/void", "line=1").await;
    assert!(!till.get("/till/1").await.contains("Sin existencias"));
}

#[tokio::test]
async fn a_hub_that_was_put_back_leaves_no_flag_behind() {
    let till = Till::open().await;
    till.hears_of_stock("centro", "leche", StockState::Out).await;
    let mut tx = till.agent.store().begin().await.unwrap();
    tills::fetch_anew(&mut tx).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    assert!(till.agent.store().stock_states().await.unwrap().is_empty());
}
