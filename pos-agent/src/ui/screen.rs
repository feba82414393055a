//! The sale screen as templates see it: one page whose left and right side depend on what is being done.

mod mode;
mod notes;

use askama::Template;
use domain::Money;
use domain::gift_card::GiftBalance;

use super::assets;
use super::keys::Keyboard;
use super::open_price::OpenPricePanel;
use super::pay::{Kind, PayPanel};
use super::view::{
    CardView, CouponView, DeviceState, HubState, LineView, OfferView, PayState, TillView, Tone, UnknownView,
    UsualView,
};
use super::words::{Preferences, TEXTS, Theme, Words, masked};
use crate::checkout::basket::{Cut, ReturnReason};
use crate::till::{GiftInHand, GiftNews};

pub use mode::{LINES_OF, Mode};
pub use notes::{most_tendered, round_notes};

/// Usual products on the customer panel.
const USUAL_MAX: usize = 5;

/// Everything one page or one live fragment is made of.
#[derive(Debug)]
pub struct Screen {
    pub w: Words,
    pub v: TillView,
    pub prefs: Preferences,
    pub keyboard: Keyboard,
    pub mode: Mode,
    /// Sent back with every order; see [`super::guard`].
    pub token: String,
}

#[derive(Template)]
#[template(path = "till/page.html")]
pub struct Page<'a> {
    pub s: &'a Screen,
}

/// The parts of the page that change, each marked by `data-part`.
#[derive(Template)]
#[template(path = "till/fragment.html")]
pub struct Fragment<'a> {
    pub s: &'a Screen,
}

/// The header alone, for a page whose other parts stand still.
#[derive(Template)]
#[template(path = "till/part_head.html")]
pub struct Head<'a> {
    pub s: &'a Screen,
}

#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand values over by reference and know methods only"
)]
impl Screen {
    pub fn base(&self) -> String {
        format!("/till/{}", self.v.till.n)
    }

    pub fn css(&self) -> String {
        assets::CSS.url()
    }

    pub fn js(&self) -> String {
        assets::JS.url()
    }

    pub fn title(&self) -> String {
        let title = self.w.t(self.mode.title());
        let title = if self.mode.has_error() { self.w.with("error-prefix", "title", title) } else { title };
        format!("{title} · {}", self.till_name())
    }

    pub fn till_name(&self) -> String {
        self.w.with("till-name", "code", self.v.till.code.as_str())
    }

    pub fn is(&self, mode: &str) -> bool {
        self.mode.name() == mode
    }

    /// Pages with a field or a choice of their own begin there.
    pub fn entry_has_focus(&self) -> bool {
        matches!(self.mode, Mode::Sale | Mode::Done(_) | Mode::Cancel | Mode::Keys)
    }

    /// The basket is on the left unless something else is looked at.
    pub fn shows_basket(&self) -> bool {
        matches!(
            self.mode,
            Mode::Sale
                | Mode::Pay(_)
                | Mode::Discount(_)
                | Mode::OpenPrice(_)
                | Mode::GiftCard(_)
                | Mode::Redeem(_)
                | Mode::Cancel
                | Mode::Keys
        )
    }

    /// The right side is a form that needs its whole height: keys for fingers stand on the left.
    pub fn has_keys_on_the_left(&self) -> bool {
        matches!(
            self.mode,
            Mode::Pay(_) | Mode::Discount(_) | Mode::OpenPrice(_) | Mode::GiftCard(_) | Mode::Redeem(_)
        )
    }

    /// What is declared and away, or does not print.
    pub fn away(&self) -> Option<String> {
        let missing = self.v.devices.iter().filter(|device| device.state == DeviceState::Missing);
        let devices = missing.map(|device| self.w.with(device.missing_key(), "path", device.name()));
        let printer = self.v.printer_down.iter().map(|(id, state)| self.w.printer(id, state));
        let away: Vec<String> = devices.chain(printer).collect();
        (!away.is_empty()).then(|| away.join(" · "))
    }

    pub fn hub_class(&self) -> &'static str {
        match self.v.hub.state {
            HubState::Online => "ok",
            HubState::Unknown => "warn",
            HubState::Offline => "offline",
            HubState::Refused => "error",
        }
    }

    pub fn theme(&self) -> &'static str {
        self.prefs.theme.map_or("", Theme::code)
    }

    /// The theme the switch leads to. Without a choice the machine decides, so the first press makes a
    /// choice against the lighter default.
    pub fn other_theme(&self) -> Theme {
        if self.prefs.theme == Some(Theme::Dark) { Theme::Light } else { Theme::Dark }
    }

    pub fn other_theme_text(&self) -> String {
        match self.other_theme() {
            Theme::Dark => self.w.t("theme-to-dark"),
            Theme::Light => self.w.t("theme-to-light"),
        }
    }

    /// Lines to show: those that are live, and the one just voided, to take it back.
    pub fn rows(&self) -> Vec<&LineView> {
        self.v.lines.iter().filter(|line| !line.voided || line.touched).collect()
    }

    /// Coupons to show, by the same rule.
    pub fn coupons(&self) -> Vec<&CouponView> {
        self.v.coupons.iter().filter(|coupon| !coupon.voided || coupon.touched).collect()
    }

    /// What Del takes out: a coupon that was just scanned, else the last line, else the last coupon.
    pub fn last_row(&self) -> Option<u32> {
        let live = || self.v.coupons.iter().filter(|coupon| !coupon.voided);
        let touched = live().find(|coupon| coupon.touched).map(|coupon| coupon.number);
        let line = self.last_line().map(|line| line.number);
        touched.or(line).or_else(|| live().next_back().map(|coupon| coupon.number))
    }

    pub fn voided_count(&self) -> i64 {
        i64::try_from(self.v.lines.iter().filter(|line| line.voided).count()).unwrap_or(i64::MAX)
    }

    /// The line that Del voids: the last one touched, else the last live one.
    pub fn last_line(&self) -> Option<&LineView> {
        let live = || self.v.lines.iter().filter(|line| !line.voided);
        live().find(|line| line.touched).or_else(|| live().next_back())
    }

    pub fn is_empty(&self) -> bool {
        self.v.lines.is_empty() && self.coupons().is_empty() && self.v.unknown.is_empty()
    }

    pub fn is_ready(&self) -> bool {
        self.v.pay == PayState::Ready
    }

    pub fn card(&self) -> Option<&CardView> {
        self.v.card.as_ref()
    }

    pub fn has_member(&self) -> bool {
        self.card().is_some_and(|card| card.member.is_some())
    }

    /// A number that a till made, to be shown as a code.
    pub fn is_temporary(&self, card: &CardView) -> bool {
        !card.by_contact && domain::enrolment::is_temporary(card.number.as_str())
    }

    pub fn card_masked(&self, card: &CardView) -> String {
        self.w.with("card-ending", "card", masked(card.number.as_str()))
    }

    /// Usual products that are not in the basket, what is missing today first, as many as there is room.
    pub fn usual<'a>(&self, usual: &'a [UsualView]) -> Vec<&'a UsualView> {
        let mut shown: Vec<&UsualView> = usual.iter().filter(|u| !u.in_basket).collect();
        shown.sort_by_key(|u| !u.due);
        shown.truncate(USUAL_MAX);
        shown
    }

    /// Those that are in it already.
    pub fn usual_in_basket(&self, usual: &[UsualView]) -> Option<String> {
        let names: Vec<&str> = usual.iter().filter(|u| u.in_basket).map(|u| u.name.as_str()).collect();
        (!names.is_empty()).then(|| self.w.with("usual-had", "names", names.join(", ")))
    }

    pub fn offer_state(&self, offer: &OfferView) -> Option<String> {
        use domain::sync::OfferResponse;
        match (offer.response, offer.applies) {
            (OfferResponse::Shown, _) => None,
            (OfferResponse::Accepted, true) => Some(self.w.t("offer-applied")),
            (OfferResponse::Accepted, false) => Some(self.w.t("offer-waiting")),
            (OfferResponse::Declined, _) => Some(self.w.t("offer-declined")),
        }
    }

    /// Three amounts of cash that a customer is likely to hand over.
    pub fn notes(&self) -> Vec<Money> {
        round_notes(self.v.totals.cash_due, self.w.currency.round_steps())
    }

    /// What is on the gift card that was read, or why nobody knows.
    pub fn gift_text(&self, hand: &GiftInHand) -> String {
        let card = hand.card.shown();
        let key = match hand.news {
            GiftNews::Said(GiftBalance::Active { available }) => {
                let args = [("card", card.into()), ("amount", self.w.money(&available).into())];
                return TEXTS.say(self.w.locale, "gift-card-balance", &args);
            }
            GiftNews::Asking => "gift-card-asking",
            GiftNews::Said(GiftBalance::Blocked) => "gift-card-is-blocked",
            GiftNews::Said(GiftBalance::Unknown) => "gift-card-is-unknown",
            GiftNews::Away => "gift-card-is-away",
        };
        self.w.with(key, "card", card)
    }

    /// Whether the gift card that was read can take part in this payment.
    pub fn gift_pays(&self, hand: &GiftInHand) -> bool {
        let pays = !self.v.totals.due.is_negative();
        match hand.news {
            GiftNews::Said(GiftBalance::Active { available }) => !pays || available > Money::ZERO,
            GiftNews::Asking => true,
            // Money goes back onto it all the same.
            GiftNews::Away | GiftNews::Said(GiftBalance::Unknown) => !pays,
            GiftNews::Said(GiftBalance::Blocked) => false,
        }
    }

    /// Whether money goes to the customer.
    pub fn gives_back(&self) -> bool {
        self.v.totals.due.is_negative()
    }

    /// What is given back first: credit before money.
    pub fn first_back(&self) -> String {
        let totals = &self.v.totals;
        let first =
            if totals.credit.is_zero() { totals.due } else { Money(totals.credit.0.saturating_neg()) };
        self.w.amount(&first)
    }

    /// How that is done, unless another way was chosen.
    pub fn pay_kind(&self, panel: &PayPanel) -> Kind {
        let is_credit = !self.v.totals.credit.is_zero() && panel.error.is_none();
        if is_credit { Kind::GiftCard } else { panel.kind }
    }

    /// What is due, without its sign.
    pub fn due_text(&self) -> String {
        self.w.money(&Money(self.v.totals.due.0.saturating_abs()))
    }

    pub fn cash_due_text(&self) -> String {
        self.w.money(&Money(self.v.totals.cash_due.0.saturating_abs()))
    }

    pub fn is_overpaid(&self) -> bool {
        self.v.pay == PayState::Overpaid
    }

    /// Nothing was begun that a receipt or a held basket would push aside.
    pub fn is_untouched(&self) -> bool {
        self.is_empty() && self.v.card.is_none()
    }

    /// The line that a discount is most likely meant for.
    pub fn discount_line(&self) -> Option<&LineView> {
        self.last_line().filter(|line| !line.returned)
    }

    /// Whether the lines of this receipt are what is on the screen.
    pub fn shows_lines_of(&self, sale: &str) -> bool {
        match &self.mode {
            Mode::Refund(panel) => panel.lines_of().is_some_and(|shown| shown.to_string() == sale),
            _ => false,
        }
    }

    pub fn reason_key(&self, reason: &ReturnReason) -> &'static str {
        match reason {
            ReturnReason::Unwanted => "reason-unwanted",
            ReturnReason::Defective => "reason-defective",
            ReturnReason::WrongArticle => "reason-wrong-article",
            ReturnReason::Expired => "reason-expired",
        }
    }

    pub fn ticket_discount(&self) -> Option<String> {
        self.v.totals.ticket_discount.map(|cut| match cut {
            Cut::Percent(percent) => {
                let figure = kit::format::quantity(self.w.locale, domain::Quantity(percent * 10));
                self.w.with("percent", "n", figure)
            }
            Cut::Amount(amount) => self.w.money(&amount),
        })
    }

    pub fn tone(&self) -> &'static str {
        match self.v.notice.as_ref().map(|notice| notice.kind.tone()) {
            Some(Tone::Found) => "found",
            Some(Tone::Card) => "card",
            Some(Tone::Error) => "error",
            None => "",
        }
    }

    pub fn unknown_text(&self, unknown: &UnknownView) -> String {
        match &unknown.article {
            Some(name) => self.w.with("price-missing", "name", name),
            None => self.w.with("unknown-code", "code", short_code(&unknown.code)),
        }
    }

    /// Which tax the keyed price holds, and how high it may be.
    pub fn open_price_tax(&self, panel: &OpenPricePanel) -> String {
        let rate = kit::format::percent(self.w.locale, panel.tax_rate);
        let args = [("rate", rate.into()), ("most", self.w.money(&panel.most).into())];
        TEXTS.say(self.w.locale, "open-price-tax", &args)
    }
}

/// Long codes keep their ends, which are what people compare.
fn short_code(code: &str) -> String {
    let chars: Vec<char> = code.chars().collect();
    if chars.len() <= 20 {
        return code.to_owned();
    }
    let (start, end) = (&chars[..8], &chars[chars.len() - 8..]);
    format!("{}…{}", start.iter().collect::<String>(), end.iter().collect::<String>())
}

#[cfg(test)]
pub(crate) mod tests;
