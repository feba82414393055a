//! Ranks: reached at once, undone by the return that undoes their cause, lowered step by step.

use domain::points::{Review, Tier, Tiers};

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(
    a_rank_begins_exactly_at_its_threshold,
    a_return_undoes_the_rise_that_it_caused,
    without_visits_a_rank_falls_by_one_at_a_time,
);

/// Silver at 1,000 points and Gold at 5,000, of 90 days.
pub(super) fn tiered() -> Programme {
    let level = |name: &str, from| Tier { name: name.to_owned(), from: Points(from) };
    let levels = vec![level("Base", 0), level("Silver", 100_000), level("Gold", 500_000)];
    Programme { tiers: Some(Tiers { window_days: 90, review: Review::OneDown, levels }), ..rules() }
}

/// 500 are none, 1,000.00 are.
async fn a_rank_begins_exactly_at_its_threshold(kind: Kind) {
    let first = ring(1, [sold("a", 1, 50_000)]).shows(50_000, 0);
    let second = ring(2, [sold("a", 1, 50_000)]).on("2026-03-02").shows(50_000, 0);
    let example = Example::of(tiered(), [first, second]).arrives("2026-03-02");
    example.ranks("2026-03-01", "Base").ranks("2026-03-02", "Silver").holds(kind).await;
}

/// 5,000 are Gold; 1 of it comes back: Silver again.
async fn a_return_undoes_the_rise_that_it_caused(kind: Kind) {
    let sells = || ring(1, [sold("a", 1, 499_900), sold("b", 1, 100)]).shows(500_000, 0);
    Example::of(tiered(), [sells()]).ranks("2026-03-01", "Gold").holds(kind).await;
    let returns = ring(2, [back(1, 2, 1)]).on("2026-03-05").shows(0, 100);
    let example = Example::of(tiered(), [sells(), returns]).arrives("2026-03-05");
    example.ranks("2026-03-05", "Silver").holds(kind).await;
}

/// Nothing spent: Gold, Silver, Base.
async fn without_visits_a_rank_falls_by_one_at_a_time(kind: Kind) {
    let sells = ring(1, [sold("a", 1, 500_000)]).shows(500_000, 0);
    let example = Example::of(tiered(), [sells]).ranks("2026-05-30", "Gold").ranks("2026-05-31", "Silver");
    example.ranks("2026-08-28", "Silver").ranks("2026-08-29", "Base").holds(kind).await;
}
