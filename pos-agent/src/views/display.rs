//! What the customer reads along: items, total and their points. No surname, no contact, no card number in
//! letters, and nothing of what they usually buy.

use chrono::TimeDelta;
use domain::enrolment::is_temporary;
use domain::money::Points;
use domain::sale::{Sale, TenderKind};

use super::Agent;
use crate::error::AgentError;
use crate::receipt::code;
use crate::ui::view::{
    CardView, DisplayLine, DisplayPoints, DisplayState, DisplayView, NoticeKind, SaleDisplay, ThanksDisplay,
    TillView,
};

/// How long a customer is thanked, if nobody else comes.
const THANKS: TimeDelta = TimeDelta::seconds(60);

impl Agent {
    /// The customer's side of a till, now.
    pub async fn display(&self, n: i64) -> Result<DisplayView, AgentError> {
        let till = self.till(n).await?;
        let is_idle = till.lines.iter().all(|line| line.voided)
            && till.coupons.iter().all(|coupon| coupon.voided)
            && till.card.is_none();
        let state = if is_idle {
            self.thanks(&till).await?.map_or(DisplayState::Idle, DisplayState::Thanks)
        } else {
            DisplayState::Sale(on_sale(&till))
        };
        let enrol_url = self.house().enrol_url.clone().filter(|_| till.card.is_none());
        Ok(DisplayView {
            chain: till.chain,
            store_name: till.till.store_name,
            zone: till.till.zone,
            now: till.now,
            state,
            enrol_url,
            revision: till.revision,
        })
    }

    /// For the sale just paid, as long as its customer may still stand here.
    async fn thanks(&self, till: &TillView) -> Result<Option<ThanksDisplay>, AgentError> {
        let cancelled = till.notice.as_ref().is_some_and(|notice| notice.kind == NoticeKind::SaleCancelled);
        let latest = self.store().latest_sales(till.till.n, 1).await?.into_iter().next();
        let Some(latest) = latest.filter(|sale| !cancelled && till.now.to_utc() - sale.occurred_at < THANKS)
        else {
            return Ok(None);
        };
        let receipt = self.receipt(latest.sale).await?;
        let member = self.holder(&receipt.sale).await?;
        let points = receipt.balance.map(|(balance, as_of)| DisplayPoints {
            balance,
            as_of,
            is_before: as_of <= receipt.sale.occurred_at,
            earned: receipt.earned,
            vests_on: receipt.vests_on,
            pending: receipt.pending,
            spent: spent(&receipt.sale),
        });
        let was_there = !self.desk(till.till.n)?.found_on(receipt.sale.id);
        let is_new = was_there && member.as_ref().is_some_and(|row| row.visits == 0);
        let card = receipt.sale.card.as_ref().filter(|_| is_new);
        let n = till.till.n;
        let has_paper = self.printing().printer_of(n).is_some() && self.printer_down(n).is_none();
        Ok(Some(ThanksDisplay {
            receipt: (!has_paper).then(|| code::encode(receipt.sale.id)),
            page: receipt.page,
            first_name: member.as_ref().and_then(|row| row.first_name()).map(str::to_owned),
            total: receipt.sale.total(),
            change: receipt.sale.change,
            points,
            temporary_card: card.map(ToString::to_string).filter(|number| is_temporary(number)),
        }))
    }
}

fn on_sale(till: &TillView) -> SaleDisplay {
    let member = till.card.as_ref().and_then(|card| card.member.as_ref());
    let lines = till.lines.iter().filter(|line| !line.voided).map(|line| DisplayLine {
        name: line.public_name.clone(),
        quantity: line.quantity,
        by_rules: line.by_rules.clone(),
        discount: line.discount,
        total: line.total,
    });
    SaleDisplay {
        first_name: member.and_then(|member| member.first_name.clone()),
        has_card: member.is_some(),
        lines: lines.collect(),
        coupons: till.coupons.iter().filter(|coupon| !coupon.voided).cloned().collect(),
        items: till.totals.items,
        discount: till.totals.discount,
        total: till.totals.total,
        points: member.map(|member| DisplayPoints {
            balance: member.balance,
            as_of: member.as_of,
            is_before: true,
            earned: till.totals.earns,
            vests_on: till.totals.vests_on,
            pending: member.pending,
            spent: till.totals.taken.iter().filter_map(|taken| taken.points).sum(),
        }),
        due: (!till.totals.taken.is_empty()).then_some(till.totals.due),
        temporary_card: till.card.as_ref().and_then(new_temporary),
    }
}

/// The number of a card that was made a moment ago: whoever has it has not shopped with it yet.
fn new_temporary(card: &CardView) -> Option<String> {
    let is_new = !card.by_contact && card.member.as_ref().is_some_and(|member| member.visits == 0);
    Some(card.number.to_string()).filter(|number| is_new && is_temporary(number))
}

fn spent(sale: &Sale) -> Points {
    sale.tenders
        .iter()
        .filter(|tender| tender.kind == TenderKind::Points)
        .filter_map(|tender| tender.points)
        .sum()
}
