//! Earn rules beside the base rate: a till shows what the hub posts, whatever arrives first and however goods come back.

use chrono::Weekday;
use domain::points::{EarnRule, Gives, Only};

use super::ring::Ring;
use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(each_rule_gives_its_lines_what_their_return_takes, what_points_paid_counts_for_no_rule,);

/// Twice the points on "a" on Sundays from two to four, 10 for tickets of 50.00 or more, 1 for each "b".
fn ruled() -> Programme {
    let rule = |name: &str, gives, only| EarnRule { name: name.to_owned(), gives, only };
    let hours = Only {
        product_lines: vec!["a".to_owned()],
        weekdays: vec![Weekday::Sun],
        hours: Some("02:00-04:00".parse().expect("hours")),
        ..Only::default()
    };
    let big = Only { min_amount: Some(Money(5_000)), ..Only::default() };
    let each = Only { skus: vec!["b".parse().expect("an article")], ..Only::default() };
    let earn = vec![
        rule("hours", Gives::Factor(100), hours),
        rule("big", Gives::Ticket(Points(1_000)), big),
        rule("each", Gives::Unit(Rate { points: 100, per: 1_000 }), each),
    ];
    Programme { earn, ..rules() }
}

/// 72 points: 30 and 30 by the rate, 5 and 5 of the bonus, 2 for two "b". What is left of the ticket is below 50.00
/// after the first return, and keeps its share of the bonus.
async fn each_rule_gives_its_lines_what_their_return_takes(kind: Kind) {
    let bought = || ring(1, [sold("a", 1, 3_000), sold("b", 2, 1_500)]).shows(7_200, 0);
    let in_hours = || ring(2, [sold("a", 1, 2_000)]).shows(4_000, 0);
    let one_back = || ring(3, [back(1, 2, 1)]).shows(0, 1_850);
    let rest_back = || ring(4, [back(1, 1, 1), back(1, 2, 1)]).shows(0, 5_350);
    let ends = |points| Figures { balance: points, earned: points, ..Figures::default() };
    let some: [Ring; 3] = [bought(), in_hours(), one_back()];
    let entries = [("earn", 4_000), ("earn", 7_200), ("reverse", -1_850)];
    Example::of(ruled(), some).ends(ends(9_350)).posts(entries).holds(kind).await;
    let all = [bought(), in_hours(), one_back(), rest_back()];
    Example::of(ruled(), all).ends(ends(4_000)).holds(kind).await;
}

/// Two "b" of 15.00 each, half of them paid with points: 15 by the rate and 1 for one of them.
async fn what_points_paid_counts_for_no_rule(kind: Kind) {
    let start = ring(1, [sold("c", 1, 3_000)]).shows(3_000, 0);
    let bought = ring(2, [sold("b", 2, 1_500)]).spends(1_500, online(3_000)).shows(1_600, 0);
    let half = ring(3, [back(2, 1, 1)]).shows(0, 800);
    let ends = Figures { balance: 3_050, earned: 3_800, burned: 750, ..Figures::default() };
    Example::of(ruled(), [start, bought, half]).ends(ends).holds(kind).await;
}
