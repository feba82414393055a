//! Baskets put aside, by what the hub says of them, and by what this agent knows when it cannot ask.

use domain::sync::{HeldState, TakeOutcome, WaitingBasket};

use super::*;
use crate::store::held::{self, HeldRow, Standing};
use crate::sync::holding::settle;
use crate::till::{AskHeld, HeldAnswer, Recall};

/// A milk that till 1 put aside, standing so.
async fn held_as(agent: &Agent, standing: Standing) -> HeldRow {
    agent.enter(1, "milk").await.unwrap();
    let basket = agent.till(1).await.unwrap().basket;
    agent.hold(1, basket).await.unwrap();
    let mut tx = agent.store().begin().await.unwrap();
    let hold = row_of(agent, basket).await.unwrap().hold;
    assert!(
        standing == Standing::Own
            || held::set_standing(&mut tx, hold, Standing::Own, standing).await.unwrap()
    );
    agent.store().commit(tx).await.unwrap();
    row_of(agent, basket).await.unwrap()
}

async fn row_of(agent: &Agent, basket: domain::ids::SaleId) -> Option<HeldRow> {
    agent.store().held(1).await.unwrap().into_iter().find(|row| row.sale == basket)
}

#[tokio::test]
async fn what_the_hub_says_decides_who_may_have_a_basket() {
    use Standing::{Local, Offered, Shared};
    let folder = tempfile::tempdir().unwrap();
    let agent = TestHub::start().await.agent(folder.path()).await;
    let taken = |by: &str| HeldState::Taken { till: by.parse().unwrap(), at: agent.now() };
    for (was, said, wanted) in [
        (Offered, HeldState::Waiting, Some(Shared)),
        (Offered, HeldState::Ended, Some(Local)),
        (Offered, taken("2"), None),
        (Shared, HeldState::Waiting, Some(Shared)),
        (Shared, HeldState::Ended, Some(Local)),
        // A hub that was put back from a backup is told again.
        (Shared, HeldState::Unknown, Some(Offered)),
        // It asked for its own and ended before it took it up.
        (Shared, taken("1"), Some(Shared)),
        (Shared, taken("2"), None),
    ] {
        let row = held_as(&agent, was).await;
        settle(&agent, &row, was, &said).await.unwrap();
        let now = row_of(&agent, row.sale).await.map(|row| row.standing);
        assert_eq!(now, wanted, "{was:?} {said:?}");
    }
}

#[tokio::test]
async fn only_what_another_agent_may_have_needs_somebodys_word() {
    let folder = tempfile::tempdir().unwrap();
    let agent = TestHub::start().await.agent(folder.path()).await;
    agent.set_link(HubState::Offline);
    for (standing, needs_word) in [
        (Standing::Own, false),
        (Standing::Local, false),
        (Standing::Offered, true),
        (Standing::Shared, true),
    ] {
        let row = held_as(&agent, standing).await;
        let first = agent.recall(2, row.sale, false).await.unwrap();
        assert_eq!(matches!(first, Recall::Unsure), needs_word, "{standing:?}");
        if needs_word {
            assert_eq!(row_of(&agent, row.sale).await, Some(row.clone()), "it still waits");
            assert!(matches!(agent.recall(2, row.sale, true).await.unwrap(), Recall::Done(_)));
        }
        let told = agent.store().held_claims().await.unwrap();
        let told = told.iter().any(|claim| claim.hold == row.hold && claim.till == 1);
        assert_eq!(told, needs_word, "the hub hears of it later, from the till that put it aside");
        let basket = agent.till(2).await.unwrap().basket;
        assert_eq!(basket, row.sale);
        agent.pay_cash(2, basket, Money(4_200)).await.unwrap();
    }
    let list = agent.held_in_store(1).await.unwrap();
    assert!(list.is_own_only && list.baskets.is_empty());
}

#[tokio::test]
async fn an_own_basket_that_was_taken_up_is_no_other_agents() {
    let folder = tempfile::tempdir().unwrap();
    let agent = TestHub::start().await.agent(folder.path()).await;
    let row = held_as(&agent, Standing::Own).await;
    let till = agent.code_of(&row).unwrap();
    let HeldRow { hold, label, items, total, held_at, .. } = row.clone();
    let said = WaitingBasket { hold, till, label, items, total, held_at };
    agent.set_link(HubState::Online);
    // As the hub names it to a till that asked while it was taken up.
    agent.desk(1).unwrap().keep_others(vec![said]);
    assert_eq!(agent.held_as_known(1).await.unwrap().baskets.len(), 1, "once");
    assert!(matches!(agent.recall(2, row.sale, false).await.unwrap(), Recall::Done(_)));
    assert_eq!(agent.held_as_known(1).await.unwrap().baskets, []);
}

#[tokio::test]
async fn a_list_that_could_not_be_asked_for_says_so_as_long_as_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let agent = TestHub::start().await.agent(folder.path()).await;
    agent.desk(1).unwrap().keep_others(vec![]);
    for (link, own_only) in [(HubState::Online, false), (HubState::Offline, true), (HubState::Online, false)]
    {
        agent.set_link(link);
        assert_eq!(agent.held_as_known(1).await.unwrap().is_own_only, own_only, "{link:?}");
    }
    // Nobody answers: the page's next refresh says no other thing.
    for list in [agent.held_in_store(1).await.unwrap(), agent.held_as_known(1).await.unwrap()] {
        assert!(list.is_own_only);
    }
    agent.desk(1).unwrap().keep_others(vec![]);
    assert!(!agent.held_as_known(1).await.unwrap().is_own_only, "an answer that came late");
}

#[tokio::test]
async fn a_list_and_a_basket_are_asked_for_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let agent = TestHub::start().await.agent(folder.path()).await;
    let row = held_as(&agent, Standing::Shared).await;
    agent.set_link(HubState::Online);
    let desk = agent.desk(1).unwrap();
    let hub = async {
        desk.take_asked.notified().await;
        desk.held_asked.notified().await;
        let request = desk.asks_take().unwrap();
        assert!(desk.asks_list() && request.hold == row.hold);
        desk.keep_others(vec![]);
        desk.tell_held(&AskHeld::List, HeldAnswer::Listed);
        let outcome = TakeOutcome::Elsewhere { till: "2".parse().unwrap(), at: agent.now() };
        desk.tell_held(&AskHeld::Take(request), HeldAnswer::Took(outcome));
    };
    let (recalled, list, ()) = tokio::join!(agent.recall(2, row.sale, false), agent.held_in_store(1), hub);
    assert!(matches!(recalled.unwrap(), Recall::Refused(_)));
    assert!(!list.unwrap().is_own_only);
    assert_eq!(row_of(&agent, row.sale).await, None);
}

#[tokio::test]
async fn a_till_in_training_asks_for_no_basket() {
    let folder = tempfile::tempdir().unwrap();
    let agent = TestHub::start().await.agent(folder.path()).await;
    let row = held_as(&agent, Standing::Shared).await;
    agent.set_link(HubState::Online);
    agent.set_training(2, true).await.unwrap();
    let refused = agent.recall(2, row.sale, true).await.unwrap_err();
    assert_eq!(refused.code(), AgentError::HeldOtherwise { training: false }.code());
    assert_eq!(agent.desk(1).unwrap().asks_take(), None, "the hub would have given it to this agent");
    assert_eq!(row_of(&agent, row.sale).await, Some(row));
}
