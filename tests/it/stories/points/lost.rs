//! Cards that are lost, stolen or damaged: points belong to the account, whatever becomes of a card.

use domain::card::CardState;

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(
    what_a_till_that_had_not_heard_redeems_is_charged_to_its_store,
    what_was_redeemed_before_the_card_was_lost_stands,
    a_lost_card_earns_at_a_till_that_had_not_heard,
    goods_that_a_lost_card_paid_give_nothing_back,
    a_card_lost_by_mistake_was_never_lost,
    a_card_found_again_pays_and_did_not_pay_in_between,
    a_damaged_card_goes_on_at_a_till_that_had_not_heard,
    what_is_said_beside_a_sale_under_way_leaves_nothing_uncharged,
);

const TEN: &str = "2026-03-01T10:00:00-05:00";
const NOON: &str = "2026-03-01T12:00:00-05:00";

/// 100 points earned at 8, and 30 redeemed at a till that knows nothing of what was said.
fn redeemed_at(hour: u8, minute: u8) -> [Ring; 2] {
    let earns = ring(1, [sold("a", 1, 10_000)]).at(8, 0).shows(10_000, 0);
    let pays = ring(2, [sold("b", 2, 1_500)]).at(hour, minute);
    [earns, pays.spends(3_000, offline(10_000, 0)).shows(0, 0)]
}

fn whole() -> Figures {
    Figures { balance: 10_000, earned: 10_000, ..Figures::default() }
}

fn redeemed() -> Figures {
    Figures { balance: 7_000, earned: 10_000, burned: 3_000, ..Figures::default() }
}

/// Blocked at 10; a till without the hub redeems 30 at half past, and is heard at 11: the account is whole, and 30
/// are the store's.
async fn what_a_till_that_had_not_heard_redeems_is_charged_to_its_store(kind: Kind) {
    for state in [CardState::Lost, CardState::Stolen, CardState::Blocked] {
        let example = Example::of(rules(), redeemed_at(10, 30)).says(1, state, TEN);
        example.ends(whole()).charges([(2, 3_000)]).holds(kind).await;
    }
}

/// To the moment: a till's time before the block stands, the block's own does not.
async fn what_was_redeemed_before_the_card_was_lost_stands(kind: Kind) {
    let example =
        |hour, minute| Example::of(rules(), redeemed_at(hour, minute)).says(1, CardState::Lost, TEN);
    let stands = [("earn", 10_000), ("burn", -3_000)];
    example(9, 59).ends(redeemed()).posts(stands).holds(kind).await;
    example(10, 0).ends(whole()).charges([(2, 3_000)]).holds(kind).await;
}

/// 30 of 50 are paid with points and 20 with money, which earn 20.
async fn a_lost_card_earns_at_a_till_that_had_not_heard(kind: Kind) {
    let [earns, _] = redeemed_at(11, 0);
    let both = ring(2, [sold("b", 1, 5_000)]).at(11, 0).spends(3_000, offline(10_000, 0)).shows(2_000, 0);
    let ends = Figures { balance: 12_000, earned: 12_000, ..Figures::default() };
    let example = Example::of(rules(), [earns, both]).says(2, CardState::Lost, TEN).ends(ends);
    example.charges([(2, 3_000)]).holds(kind).await;
}

/// Half of the goods come back: the store has these, and the member gets no points that they had not spent.
async fn goods_that_a_lost_card_paid_give_nothing_back(kind: Kind) {
    let [earns, pays] = redeemed_at(11, 0);
    let half = |n| ring(n, [back(2, 1, 1)]).at(n + 9, 0).shows(0, 0);
    let example = |rings: Vec<Ring>| Example::of(rules(), rings).says(1, CardState::Lost, TEN).ends(whole());
    let one = [earns.clone(), pays.clone(), half(3)];
    example(one.into()).charges([(2, 1_500)]).holds(kind).await;
    example([earns, pays, half(3), half(4)].into()).holds(kind).await;
}

/// Said at 10 and taken back from the same moment on.
async fn a_card_lost_by_mistake_was_never_lost(kind: Kind) {
    let example = Example::of(rules(), redeemed_at(11, 0)).says(0, CardState::Lost, TEN);
    example.says(2, CardState::Active, TEN).ends(redeemed()).holds(kind).await;
}

/// Lost at 10, found at 12: the till redeems at 11, and its member at 13.
async fn a_card_found_again_pays_and_did_not_pay_in_between(kind: Kind) {
    let [earns, pays] = redeemed_at(11, 0);
    let own = ring(3, [sold("c", 1, 2_000)]).at(13, 0).spends(2_000, offline(7_000, 0)).shows(0, 0);
    let ends = Figures { balance: 8_000, earned: 10_000, burned: 2_000, ..Figures::default() };
    let example = Example::of(rules(), [earns, pays, own]).says(1, CardState::Lost, TEN);
    example.says(2, CardState::Active, NOON).ends(ends).charges([(2, 3_000)]).holds(kind).await;
}

/// Its owner has it: what it redeems there is theirs.
async fn a_damaged_card_goes_on_at_a_till_that_had_not_heard(kind: Kind) {
    let example = Example::of(rules(), redeemed_at(11, 0)).says(1, CardState::Replaced, TEN);
    example.ends(redeemed()).holds(kind).await;
}

/// A hundred members report their cards while their sales arrive.
async fn what_is_said_beside_a_sale_under_way_leaves_nothing_uncharged(kind: Kind) {
    let example = Example::of(rules(), redeemed_at(10, 30)).says(1, CardState::Lost, TEN);
    Box::pin(example.ends(whole()).charges([(2, 3_000)]).holds_at_once(kind)).await;
}
