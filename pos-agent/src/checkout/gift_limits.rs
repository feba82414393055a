//! How often a member may have a gift, counted; and what else keeps them from it.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::codes::Sku;
use domain::money::AmountError;
use domain::points::{Gift, Programme, Standing, WhyNoGift};
use domain::snapshot::GiftRow;

/// How often the card's member had each gift, as far as this till knows.
#[derive(Debug)]
pub struct GiftLimits {
    pub today: NaiveDate,
    /// By the member's snapshot.
    pub told: Vec<GiftRow>,
    /// Taken here since, with what is on the ticket.
    pub since: Vec<(Sku, NaiveDate)>,
    /// Handed over as often as they may be.
    pub gone: HashSet<Sku>,
}

impl GiftLimits {
    /// What keeps the member from one more, beside their points.
    pub fn why(&self, gift: &Gift) -> Option<WhyNoGift> {
        gift.why_limited(self.had(gift), self.gone.contains(&gift.sku))
    }

    /// What keeps the member from one more; a limit before the points, which more points would not lift.
    pub fn why_none(
        &self,
        gift: &Gift,
        programme: &Programme,
        standing: Standing,
    ) -> Result<Option<WhyNoGift>, AmountError> {
        if let Some(limit) = self.why(gift) {
            return Ok(Some(limit));
        }
        Ok(programme.why_no_gift(gift.points, standing)?.map(WhyNoGift::Points))
    }

    /// What keeps the member from one that stands on the ticket.
    pub fn why_not_kept(&self, gift: &Gift) -> Option<WhyNoGift> {
        gift.why_limited(self.had(gift).saturating_sub(1), self.gone.contains(&gift.sku))
    }

    /// How often the member had it in the period of today, with what is on the ticket.
    fn had(&self, gift: &Gift) -> i64 {
        let Some(limit) = gift.per_member else { return 0 };
        let told = self.told.iter().find(|row| row.sku == gift.sku);
        let told = told.map_or(0, |row| row.had.within(limit.per, self.today));
        // Each date by itself: one that is dated otherwise by a slip hides none of today.
        let since =
            self.since.iter().filter(|(sku, on)| *sku == gift.sku && limit.per.is_same(*on, self.today));
        told.saturating_add(i64::try_from(since.count()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use domain::money::Points;
    use domain::points::{GiftCount, GiftLimit, GiftPeriod, WhyLess};

    use super::*;

    #[test]
    fn a_limit_counts_what_the_hub_said_and_what_was_taken_here_since() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let cup: Sku = "cup".parse().unwrap();
        let per_member = Some(GiftLimit { times: 3, per: GiftPeriod::Month });
        let gift = Gift { per_member, ..Gift::new(cup.clone(), Points(100)) };
        let limits = |told: &[&str], since: &[&str], today: &str| {
            let told: Vec<NaiveDate> = told.iter().map(|on| date(on)).collect();
            GiftLimits {
                today: date(today),
                told: GiftCount::of(&told, date(today))
                    .map(|had| GiftRow { sku: cup.clone(), had })
                    .into_iter()
                    .collect(),
                since: since.iter().map(|on| (cup.clone(), date(on))).collect(),
                gone: HashSet::new(),
            }
        };
        let is_limited = |limits: GiftLimits| limits.why(&gift).is_some();
        assert!(!is_limited(limits(&["2026-03-01", "2026-03-02"], &[], "2026-03-09")));
        assert!(is_limited(limits(&["2026-03-01", "2026-03-02"], &["2026-03-09"], "2026-03-09")));
        assert!(!is_limited(limits(&["2026-02-27", "2026-02-28"], &["2026-03-01"], "2026-03-09")));
        assert!(!is_limited(limits(&["2026-03-01", "2026-03-02"], &["2026-03-03"], "2026-04-01")));
        let full = ["2026-03-01", "2026-03-02"];
        assert!(is_limited(limits(&full, &["2026-03-09", "2026-04-01"], "2026-03-09")), "a slip hides none");
        let kept = |since: &[&str]| limits(&full, since, "2026-03-09").why_not_kept(&gift).is_none();
        assert!(kept(&["2026-03-09"]), "the third of three, on the ticket");
        assert!(!kept(&["2026-03-09", "2026-03-09"]), "it is there twice");
        let gone = GiftLimits { gone: HashSet::from([cup.clone()]), ..limits(&[], &[], "2026-03-09") };
        assert!(gone.why(&gift).is_none(), "the programme of today has no limit in total");
        let in_total = Some(GiftLimit { times: 9, per: GiftPeriod::Ever });
        assert!(matches!(gone.why(&Gift { in_total, ..gift.clone() }), Some(WhyNoGift::Total(_))));
    }

    #[test]
    fn a_limit_is_named_before_points_that_are_missing() {
        let on = |text: &str| text.parse::<NaiveDate>().unwrap();
        let per_member = Some(GiftLimit { times: 1, per: GiftPeriod::Ever });
        let gift = Gift { per_member, ..Gift::new("cup".parse().unwrap(), Points(100)) };
        let programme = Programme { redemption: None, ..Programme::starter(on("2026-01-01")) };
        let had = vec![(gift.sku.clone(), on("2026-03-02"))];
        for (balance, since, wanted) in [
            (100, &[][..], None),
            (99, &[], Some(WhyNoGift::Points(WhyLess::Balance))),
            (100, &had, per_member.map(WhyNoGift::Member)),
            (99, &had, per_member.map(WhyNoGift::Member)),
        ] {
            let standing = Standing {
                balance: Points(balance),
                spent_since: Points::ZERO,
                online: true,
                age_days: 0,
                unheard: 0,
            };
            let since = since.to_vec();
            let limits = GiftLimits { today: on("2026-03-09"), told: vec![], since, gone: HashSet::new() };
            assert_eq!(limits.why_none(&gift, &programme, standing), Ok(wanted), "{balance}");
        }
    }
}
