//! What points come to, by worked examples. Each is rung up by the till's own rules, whose preview must say what
//! the example says, and then reaches a hub in the order given and in a hundred others, with tickets that come
//! again, on both databases: all of them end with the same figures to the last hundredth.

mod by_hand;
mod caps;
mod earning;
mod exchanged;
mod expiry;
mod hub;
mod lost;
mod merged;
mod policy;
mod redeeming;
mod refunds;
mod ring;
mod rounding;
mod tiers;
mod vesting;

use domain::money::{Money, Points};
use domain::points::{Programme, Rate, Redemption, Standing, Value};

pub use hub::{Chance, Example, Figures};
pub use ring::{Ring, Till, back, gone, ring, sold};

/// One point for 1.00, in hundredths of a point; a point pays 1.00, without the hub too.
fn rules() -> Programme {
    let redemption = Redemption {
        value: Value { points: 100, money: 100 },
        step: Points::ONE,
        minimum: Points::ZERO,
        offline_cap: Points(10_000_000),
        offline_days: 7,
        offline_redemptions: None,
    };
    let base = Rate { points: 100, per: 100 };
    let starter = Programme::starter(chrono::NaiveDate::default());
    Programme { version: 2, decimals: 2, base, redemption: Some(redemption), ..starter }
}

/// What the hub says at this moment.
fn online(balance: i64) -> Standing {
    Standing { balance: Points(balance), spent_since: Points::ZERO, online: true, age_days: 0, unheard: 0 }
}

/// What a till alone knows, by a snapshot of so many days ago.
fn offline(balance: i64, age_days: i64) -> Standing {
    Standing { online: false, age_days, ..online(balance) }
}

/// Why a till does not take so many points for an amount.
fn refusal(rules: &Programme, points: i64, standing: Standing, due: i64) -> Option<&'static str> {
    let redemption = rules.redemption.as_ref().expect("points pay under these rules");
    let less = redemption.allowed(standing, Money(due)).expect("small figures").why_less;
    let refused = redemption.pays(Points(points), standing, Money(due)).err()?;
    Some(less.map_or(refused.code(), |why| why.code()))
}
