use super::*;
use crate::app::Agent;
use crate::store::basket as baskets;
use crate::testing::TestHub;

const ANA: &str = "2990000010421";
const MILK: &str = "416000336108";

/// Both tills' moments, as a screen gets them twice and as the file has them.
async fn is_as_in_the_file(agent: &Agent, after: &str) {
    for till in [1, 2] {
        let read = agent.store().read_moment(till).await.unwrap();
        let shown = agent.store().moment(till).await.unwrap();
        assert_eq!(shown, read, "till {till} after {after}");
        assert_eq!(agent.store().moment(till).await.unwrap(), read, "till {till} once more after {after}");
        assert_eq!(agent.store().basket(till).await.unwrap(), read.basket, "till {till} after {after}");
    }
}

#[tokio::test]
async fn what_is_known_is_what_the_file_has_after_everything_that_a_till_does() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    is_as_in_the_file(&agent, "the start").await;
    for entry in [MILK, "3*", MILK, ANA, "/10", "no such code"] {
        agent.enter(1, entry).await.unwrap();
        is_as_in_the_file(&agent, entry).await;
    }
    let view = agent.till(1).await.unwrap();
    agent.discard_unknown(1, view.unknown[0].number).await.unwrap();
    let basket = view.basket;
    agent.hold(1, basket).await.unwrap();
    is_as_in_the_file(&agent, "a basket was put aside").await;
    agent.recall(2, basket, false).await.unwrap();
    is_as_in_the_file(&agent, "another till took it up").await;
    let view = agent.till(2).await.unwrap();
    agent.pay_cash(2, view.basket, view.totals.cash_due).await.unwrap();
    is_as_in_the_file(&agent, "it was paid").await;
    assert_eq!(agent.till(2).await.unwrap().hub.unsent, 1);
    let client = hub.client(&agent);
    crate::sync::drain(&agent, &client).await.unwrap();
    is_as_in_the_file(&agent, "it was sent").await;
    assert_eq!(agent.till(2).await.unwrap().hub.unsent, 0);
    crate::sync::fetch(&agent, &client).await.unwrap();
    is_as_in_the_file(&agent, "news of the hub").await;
}

#[tokio::test]
async fn a_transaction_that_is_given_up_leaves_what_was_known() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    agent.enter(1, MILK).await.unwrap();
    is_as_in_the_file(&agent, "a scan").await;
    let mut tx = agent.store().begin().await.unwrap();
    baskets::delete(&mut tx, 1).await.unwrap();
    drop(tx);
    is_as_in_the_file(&agent, "nothing").await;
    assert_eq!(agent.till(1).await.unwrap().lines.len(), 1);
}

/// Whatever is written while a till's moment is read, the old one is not kept.
#[tokio::test]
async fn what_was_read_before_a_write_is_not_kept_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    agent.enter(1, MILK).await.unwrap();
    let old = agent.store().read_moment(1).await.unwrap();
    let new = Moment { basket: None, ..old.clone() };
    let writes: [(&str, fn(&Known, &Moment)); 3] = [
        ("this till's basket", |known, old| known.has_saved(1, old.basket.clone().unwrap())),
        ("another till's basket", |known, old| known.has_saved(2, old.basket.clone().unwrap())),
        ("anything", |known, _| known.forget()),
    ];
    for (what, write) in writes {
        let known = Known::default();
        let begun = known.moment(1).unwrap_err();
        write(&known, &old);
        known.has_read(1, begun, &old);
        let begun = known.moment(1).expect_err(what);
        known.has_read(1, begun, &new);
        assert_eq!(known.moment(1), Ok(new.clone()), "{what}");
    }
    let known = Known::default();
    known.has_read(1, known.moment(1).unwrap_err(), &new);
    known.has_saved(1, old.basket.clone().unwrap());
    assert_eq!(known.moment(1), Ok(old), "a basket is all that changes with it");
}
