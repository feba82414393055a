//! Labels of scales and packers at the till, over a real file.

use domain::Money;

use super::*;
use crate::testing::{TestHub, product};
use crate::ui::view::CouponNotice;

/// `sku quantity unit price`, a line each.
async fn lines(agent: &Agent) -> Vec<String> {
    let view = agent.till(1).await.unwrap();
    view.lines.iter().map(|l| format!("{} {} {}", l.sku, l.quantity.plain(), l.unit_price)).collect()
}

async fn read(agent: &Agent, text: &str) -> NoticeKind {
    let scan = Scan::tagged(Origin::SerialScanner, text)
        .unwrap_or_else(|_| Scan::new(Origin::SerialScanner, None, text));
    agent.scan(1, scan).await.unwrap().kind
}

#[tokio::test]
async fn each_label_is_a_line_that_is_rounded_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    for text in ["]e001059012341234573103000333", "]e001059012341234573103000333"] {
        assert_eq!(read(&agent, text).await, NoticeKind::ProductAdded);
    }
    assert_eq!(lines(&agent).await, ["bread 0.333 65.00", "bread 0.333 65.00"]);
    let total = agent.till(1).await.unwrap().totals.total;
    assert_eq!(total, Money(2 * 2_165), "as two labels say it, not 0.666 of the price");

    assert_eq!(read(&agent, "]C10105901234123457392219 9").await, NoticeKind::Unreadable);
    assert_eq!(read(&agent, "]C101059012341234573922199").await, NoticeKind::ProductAdded);
    assert_eq!(read(&agent, "]C101059012341234573012").await, NoticeKind::ProductAdded);
    assert_eq!(read(&agent, "]C1010590123412345710LOT").await, NoticeKind::ProductAdded);
    let after: Vec<String> = lines(&agent).await.split_off(2);
    assert_eq!(after, ["bread 1 1.99", "bread 13 65.00"], "twelve pieces and one more are one line");

    assert_eq!(read(&agent, "]C101950600013435231030003 33").await, NoticeKind::Unreadable);
    assert_eq!(read(&agent, "]C101095060001343523103000333").await, NoticeKind::CodeUnknown);
    assert_eq!(read(&agent, "9828508010106").await, NoticeKind::Coupon(CouponNotice::NotTaken));
}

#[tokio::test]
async fn eight_digits_are_what_the_catalogue_has() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    hub.set(|state| {
        state.changes.extend([
            product("gum", "012345000065", 100),
            product("salt", "02345673", 200),
            product("tea", "04252614", 300),
            product("mate", "042100005264", 400),
        ]);
    });
    let agent = hub.agent(folder.path()).await;
    for (text, kind) in [
        ("01234565", NoticeKind::ProductAdded),
        ("02345673", NoticeKind::ProductAdded),
        ("04252614", NoticeKind::CodeUnknown),
        ("06397126", NoticeKind::CodeUnknown),
        ("]E00042100005264", NoticeKind::ProductAdded),
    ] {
        assert_eq!(read(&agent, text).await, kind, "{text}");
    }
    assert_eq!(lines(&agent).await, ["gum 1 1.00", "salt 1 2.00", "mate 1 4.00"]);
}
