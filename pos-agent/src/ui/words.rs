//! The till's texts and how its screens write figures.

mod notices;

use std::borrow::Borrow;
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::points::{Pending, WhyNoGift};
use domain::sale::TenderKind;
use domain::snapshot::{ExpiringRow, Missing, TierRow};
use domain::{Money, Points, Quantity};
use kit::{Arg, Currency, Lang, Locale, Texts, format, slip};

pub use kit::format::masked;

use super::view::{
    ChainView, CouponView, HubState, HubView, InsteadView, LastSaleView, Notice, NoticeKind, PayState,
    PrinterState, RedeemView, StockFlag, TillView,
};
use crate::receipt::tender_key;

pub static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let (es, en) = (include_str!("../../texts/es.ftl"), include_str!("../../texts/en.ftl"));
    Texts::embedded(&[es, slip::ES], &[en, slip::EN])
});

/// Colours a cashier may fix for this till; unset follows the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What the browser of this till chose, kept in its cookies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preferences {
    pub lang: Option<Lang>,
    pub theme: Option<Theme>,
    /// Shows keys for fingers.
    pub numpad: bool,
    /// A place in [`VOLUMES`]; unset is the usual one.
    pub volume: Option<u8>,
    /// What is typed stays where it is typed, however fast it comes.
    pub capture_off: bool,
}

/// How loud tones can be, in per cent: mute, low, usual, loud.
pub const VOLUMES: [u8; 4] = [0, 8, 20, 60];
const USUAL_VOLUME: u8 = 2;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand fields over by reference")]
impl Preferences {
    pub fn volume(&self) -> u8 {
        self.volume.filter(|volume| usize::from(*volume) < VOLUMES.len()).unwrap_or(USUAL_VOLUME)
    }

    /// What the script plays tones with, in per cent.
    pub fn gain(&self) -> u8 {
        VOLUMES[usize::from(self.volume())]
    }
}

/// The language, currency and zone in which one page is written. Templates call its methods.
#[derive(Debug, Clone)]
pub struct Words {
    pub locale: Locale,
    pub currency: Currency,
    pub zone: Tz,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates hand fields over by reference and know methods only"
)]
impl Words {
    pub fn new(chain: &ChainView, zone: Tz, lang: Option<Lang>) -> Self {
        let of_chain: Locale = chain.locale.parse().unwrap_or_default();
        let locale = lang.map_or(of_chain, |lang| Locale::for_reader(lang, of_chain));
        let currency = chain.currency.parse().unwrap_or_else(|_| Currency::none());
        Self { locale, currency, zone }
    }

    pub fn lang(&self) -> &'static str {
        self.locale.lang().code()
    }

    pub fn other_lang(&self) -> &'static str {
        match self.locale.lang() {
            Lang::Es => Lang::En.code(),
            Lang::En => Lang::Es.code(),
        }
    }

    pub fn t(&self, key: &str) -> String {
        TEXTS.get(self.locale, key)
    }

    /// A text with one argument.
    pub fn with<'a>(&self, key: &str, name: &str, arg: impl Into<Arg<'a>>) -> String {
        TEXTS.say(self.locale, key, &[(name, arg.into())])
    }

    pub fn count(&self, key: &str, n: impl Borrow<i64>) -> String {
        self.with(key, "n", *n.borrow())
    }

    pub fn money(&self, money: &Money) -> String {
        format::money(self.locale, &self.currency, *money)
    }

    /// Without the currency's sign, for columns.
    pub fn amount(&self, money: &Money) -> String {
        format::amount(self.locale, &self.currency, *money)
    }

    pub fn quantity(&self, quantity: &Quantity) -> String {
        format::quantity(self.locale, *quantity)
    }

    pub fn points(&self, points: &Points) -> String {
        format::points_text(self.locale, *points)
    }

    pub fn points_change(&self, points: &Points) -> String {
        format::points_change(self.locale, *points)
    }

    pub fn date(&self, date: &NaiveDate) -> String {
        format::date(self.locale, *date)
    }

    pub fn tender(&self, kind: &TenderKind) -> String {
        self.t(tender_key(*kind))
    }

    /// The button that spends all that may be spent.
    pub fn redeem_most(&self, view: &RedeemView) -> String {
        let (points, money) = (self.points(&view.max_points), self.money(&view.max_money));
        TEXTS.say(self.locale, "redeem-most", &[("points", points.into()), ("amount", money.into())])
    }

    pub fn date_and_time(&self, at: &DateTime<FixedOffset>) -> String {
        format::date_time(self.locale, at.naive_local())
    }

    pub fn clock(&self, at: &DateTime<FixedOffset>) -> String {
        format::clock(at.time())
    }

    /// How old a figure is: the time today, day and time before.
    pub fn as_of(&self, at: &DateTime<Utc>, now: &DateTime<FixedOffset>) -> String {
        self.time_or_day(at, now, "at-time", "at-day")
    }

    /// When something was: the time today, day and time before.
    pub fn moment(&self, at: &DateTime<Utc>, now: &DateTime<FixedOffset>) -> String {
        self.time_or_day(at, now, "moment-time", "moment-day")
    }

    fn time_or_day(
        &self,
        at: &DateTime<Utc>,
        now: &DateTime<FixedOffset>,
        today: &str,
        before: &str,
    ) -> String {
        let at = at.with_timezone(&self.zone);
        let time = format::clock(at.time());
        if at.date_naive() == now.date_naive() {
            return self.with(today, "time", time);
        }
        let day = format::day(self.locale, at.date_naive());
        TEXTS.say(self.locale, before, &[("day", day.into()), ("time", time.into())])
    }

    /// Since when a product runs low or is out, and when the hub was heard last.
    pub fn stock_age(&self, flag: &StockFlag, view: &TillView) -> String {
        let since = self.moment(&flag.since, &view.now);
        let Some(heard) = &view.hub.snapshot_at else { return self.with("stock-since", "since", since) };
        let heard = self.moment(heard, &view.now);
        TEXTS.say(self.locale, "stock-age", &[("since", since.into()), ("heard", heard.into())])
    }

    /// Why a gift cannot be had now.
    pub fn gift_why(&self, why: &WhyNoGift) -> String {
        let (key, limit) = match why {
            WhyNoGift::Points(why) => return self.t(why.code()),
            WhyNoGift::Member(limit) => ("gift-limit-member", limit),
            WhyNoGift::Total(limit) => ("gift-limit-total", limit),
        };
        let per = self.t(&format!("gift-per-{}", limit.per.code()));
        let n = format::count(self.locale, limit.times);
        TEXTS.say(self.locale, key, &[("n", n.into()), ("per", per.into())])
    }

    /// What the button of a gift in the place of another does.
    pub fn gift_instead(&self, other: &InsteadView) -> String {
        let args = [("name", other.name.as_str().into()), ("n", self.points(&other.points).into())];
        TEXTS.say(self.locale, "gift-instead-named", &args)
    }

    /// A receipt printer and how it is.
    pub fn printer(&self, id: &str, state: &PrinterState) -> String {
        let state = self.t(&format!("printer-{}", state.code()));
        TEXTS.say(self.locale, "receipt-printer", &[("id", id.into()), ("state", state.into())])
    }

    pub fn days_ago(&self, days: &i64) -> String {
        format::relative_days(self.locale, days.saturating_neg())
    }

    /// A mean of days in hundredths.
    pub fn days(&self, hundredths: &i64) -> String {
        format::one_decimal(self.locale, *hundredths)
    }

    pub fn hub_text(&self, hub: &HubView, now: &DateTime<FixedOffset>) -> String {
        let (key, unsent) = match hub.state {
            HubState::Unknown => ("hub-unknown", "unsent-short"),
            HubState::Online => ("hub-online", "unsent-short"),
            HubState::Offline => ("hub-offline", "unsent-sales"),
            HubState::Refused => ("hub-refused", "unsent-sales"),
        };
        let text = self.with(key, "unsent", self.count(unsent, hub.unsent));
        match hub.snapshot_at.filter(|_| hub.state == HubState::Offline) {
            Some(at) => format!("{text} · {}", self.with("hub-balances", "when", self.as_of(&at, now))),
            None => text,
        }
    }

    pub fn last_sale(&self, sale: &LastSaleView) -> String {
        let number = sale.receipt_no.to_string();
        let total = self.money(&sale.total);
        TEXTS.say(self.locale, "last-sale", &[("number", number.into()), ("total", total.into())])
    }

    /// Points the sale earns, or would earn with a card.
    pub fn earns(&self, view: &TillView) -> Option<String> {
        let points = view.totals.earns.filter(|points| !points.is_zero())?;
        let member = view.card.as_ref().is_some_and(|card| card.state.earns());
        let earns = self.with(if member { "earns" } else { "earns-with-card" }, "n", points);
        let limit = view.totals.day_cap.map(|cap| self.with("earns-a-day", "n", cap));
        let from = view.totals.vests_on.map(|on| self.vests(&on));
        Some([Some(earns), limit, from].into_iter().flatten().collect::<Vec<_>>().join(" · "))
    }

    /// From which day on what is earned can be spent.
    pub fn vests(&self, on: &NaiveDate) -> String {
        self.with("vests", "date", self.date(on))
    }

    /// Points that cannot be spent yet.
    pub fn pending(&self, pending: &Pending) -> String {
        let key = if pending.points == pending.first { "pending" } else { "pending-several" };
        let args = [
            ("points", self.points(&pending.points).into()),
            ("first", self.points(&pending.first).into()),
            ("date", self.date(&pending.on).into()),
        ];
        TEXTS.say(self.locale, key, &args)
    }

    /// Why a coupon takes nothing yet, and what to do about it.
    pub fn coupon_idle(&self, coupon: &CouponView) -> Option<String> {
        let key = coupon.idle?.code();
        Some(self.with(key, "amount", self.amount(&coupon.minimum)))
    }

    /// The rank, and what the next one takes.
    pub fn tier(&self, tier: &TierRow) -> String {
        let Some(next) = &tier.next else { return tier.name.clone() };
        let missing = match next.missing {
            Missing::Points(points) => self.points(&points),
            Missing::Money(money) => self.money(&money),
        };
        let args =
            [("name", (&tier.name).into()), ("missing", missing.into()), ("next", (&next.name).into())];
        TEXTS.say(self.locale, "tier-next", &args)
    }

    /// Today, or in so many days.
    pub fn birthday(&self, days: &i64) -> String {
        if *days == 0 { self.t("birthday-today") } else { self.count("birthday-soon", *days) }
    }

    /// Points that lapse soon.
    pub fn expiring(&self, row: &ExpiringRow) -> String {
        let args = [("points", self.points(&row.points).into()), ("date", self.date(&row.on).into())];
        TEXTS.say(self.locale, "expiring", &args)
    }

    pub fn notice(&self, notice: &Notice) -> String {
        if notice.kind == NoticeKind::ScaleRefused {
            return self.with("notice-scale", "about", self.t(&notice.about));
        }
        if notice.kind == NoticeKind::Unreadable {
            return self.t(notices::unreadable_key(&notice.about));
        }
        self.with(notices::notice_key(notice.kind), "about", &notice.about)
    }

    /// Why Pay is blocked, if it is.
    pub fn pay_blocked(&self, view: &TillView) -> Option<String> {
        match view.pay {
            PayState::Ready => None,
            PayState::Empty => Some(self.t("pay-blocked-empty")),
            PayState::UnknownCodes if view.unknown.iter().all(|waits| waits.article.is_some()) => {
                Some(self.t("pay-blocked-price"))
            }
            PayState::UnknownCodes => Some(self.t("pay-blocked-unknown")),
            PayState::Overpaid => Some(self.t("pay-blocked-overpaid")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_was_read_well_is_not_scanned_again() {
        let chain = ChainView { name: String::new(), currency: "COP".to_owned(), locale: "es-CO".to_owned() };
        for lang in [Lang::Es, Lang::En] {
            let w = Words::new(&chain, Tz::UTC, Some(lang));
            let said = |why: &str| {
                let about = why.to_owned();
                w.notice(&Notice { number: 1, kind: NoticeKind::Unreadable, about })
            };
            let damaged = said("scan_check_digit");
            let mut told = vec![damaged];
            for why in ["scan_measure", "scan_currency", "scan_not_sold", "scan_card_number"] {
                let text = said(why);
                assert!(!told.contains(&text), "{why}: {text}");
                told.push(text);
            }
        }
    }

    /// What other tickets of the day leave of it, a till does not know: it says that there is a limit.
    #[test]
    fn the_cap_of_a_day_stands_beside_what_a_ticket_earns() {
        use crate::ui::screen::tests::samples;
        let chain = ChainView { name: String::new(), currency: "COP".to_owned(), locale: "es-CO".to_owned() };
        let mut view = samples::full();
        for (lang, day_cap, wanted) in [
            (Lang::En, None, "earns +282 pts"),
            (Lang::En, Some(50_000), "earns +282 pts · a day gives 500 pts at most"),
            (Lang::Es, Some(50_000), "gana +282 pts · al día como máximo 500 pts"),
        ] {
            view.totals.day_cap = day_cap.map(domain::Points);
            assert_eq!(Words::new(&chain, Tz::UTC, Some(lang)).earns(&view).as_deref(), Some(wanted));
        }
        view.totals.vests_on = "2026-03-15".parse().ok();
        let earns = Words::new(&chain, Tz::UTC, Some(Lang::En)).earns(&view).unwrap();
        assert!(earns.ends_with(" · can be spent from Mar 15, 2026 on"), "{earns}");
    }
}
