//! What a receipt says, in order, before anybody draws it.

use domain::ids::SaleId;
use domain::sale::{SaleStatus, Tender};
use domain::{Money, Points};
use kit::format;
use kit::slip::{self, Part, Writing, pair, said};

use super::code;
use crate::ui::view::Receipt;
use crate::ui::words::{TEXTS, Words};

/// A receipt ready to be drawn.
#[derive(Debug, Clone)]
pub struct Slip {
    pub number: i64,
    pub parts: Vec<Part>,
    /// `YR…`, also in the QR code.
    pub code: String,
    /// The address of its page at the hub, where the chain has such pages.
    pub page: Option<String>,
    /// What is said beside its QR code.
    pub page_text: String,
    /// Nothing for a cancelled sale: its lines are on record and count for nothing.
    pub total: Money,
    pub is_cancelled: bool,
    pub tenders: Vec<Tender>,
    pub status: SaleStatus,
    pub change: Money,
    pub sale: SaleId,
    /// Points of this sale, where a card was known.
    pub earned: Option<String>,
    /// From when on they can be spent, where that is not at once.
    pub vests: Option<String>,
    pub has_card: bool,
}

impl Slip {
    /// `copy` marks every print but the first.
    pub fn new(receipt: &Receipt, w: &Words, copy: bool) -> Self {
        let sale = &receipt.sale;
        let mut parts = heading(receipt, w, copy);
        parts.push(Part::Rule);
        parts.extend(slip::goods(sale, &receipt.taxes, writing(w)));
        parts.push(Part::Rule);
        parts.extend(slip::sums(sale, &receipt.taxes, writing(w)));
        parts.extend(points(receipt, w));
        let code = code::encode(sale.id);
        parts.extend(foot(receipt, &code, w));
        Self {
            number: sale.receipt_no,
            parts,
            code,
            page: receipt.page.clone(),
            page_text: w.t("receipt-page"),
            total: slip::charged(sale),
            is_cancelled: sale.status == SaleStatus::Voided,
            tenders: sale.tenders.clone(),
            status: sale.status,
            change: sale.change,
            sale: sale.id,
            has_card: receipt.card.is_some(),
            earned: receipt.earned.map(|points| format::points_change(w.locale, points)),
            vests: receipt.vests_on.map(|on| w.vests(&on)),
        }
    }

    /// The QR code of the receipt's code; 28 characters always fit.
    pub fn qr(&self, w: &Words) -> String {
        let label = w.with("receipt-code-label", "code", self.code.as_str());
        kit::qr::svg(&self.code, &label).unwrap_or_default()
    }

    /// The QR code that a customer's phone opens the receipt by.
    pub fn page_qr(&self) -> Option<String> {
        kit::qr::svg(self.page.as_ref()?, &self.page_text).ok()
    }
}

fn writing(w: &Words) -> Writing<'_> {
    Writing { locale: w.locale, currency: &w.currency }
}

fn heading(receipt: &Receipt, w: &Words, copy: bool) -> Vec<Part> {
    let sale = &receipt.sale;
    let mut parts = vec![Part::Title(receipt.chain.name.clone())];
    if !receipt.store_name.is_empty() && receipt.store_name != receipt.chain.name {
        parts.push(Part::Centred(receipt.store_name.clone()));
    }
    let shop = &receipt.shop;
    parts.extend(said(&shop.tax_id));
    parts.extend(shop.address.iter().filter_map(|line| said(line)));
    if copy {
        parts.push(Part::Stamp(w.t("receipt-copy")));
    }
    parts.extend(slip::stamps(sale, writing(w)));
    parts.push(Part::Rule);
    parts.extend(slip::particulars(sale, writing(w)));
    parts.extend(slip::cashier(sale, writing(w)));
    parts
}

fn points(receipt: &Receipt, w: &Words) -> Vec<Part> {
    let Some(card) = &receipt.card else { return vec![] };
    let mut parts = vec![Part::Rule];
    parts.extend(slip::card(card, receipt.earned, writing(w)));
    if receipt.earned.is_some() {
        parts.extend(receipt.vests_on.map(|on| Part::Centred(w.vests(&on))));
    }
    if !receipt.taken_back.is_zero() {
        let taken = format::points_change(w.locale, Points(receipt.taken_back.0.saturating_neg()));
        parts.push(pair(w.t("receipt-taken-back"), taken));
    }
    if let Some((balance, at)) = receipt.balance {
        let when = w.as_of(&at, &receipt.sale.occurred_at);
        let label = TEXTS.say(w.locale, "receipt-balance", &[("when", when.into())]);
        parts.push(pair(label, format::points(w.locale, balance)));
        parts.extend(receipt.pending.map(|pending| Part::Centred(w.pending(&pending))));
    }
    parts.extend(slip::spent(&receipt.sale, writing(w)));
    if let Some(gift) = &receipt.next_gift {
        let points = format::points(w.locale, gift.points);
        let next = [("points", points.into()), ("gift", gift.name.as_str().into())];
        parts.push(Part::Centred(TEXTS.say(w.locale, "receipt-next-gift", &next)));
    }
    if receipt.offline {
        parts.push(Part::Centred(w.t("receipt-offline")));
    }
    parts
}

/// What can be done with the paper, and what it is not.
fn foot(receipt: &Receipt, code: &str, w: &Words) -> Vec<Part> {
    let mut parts = vec![Part::Rule];
    parts.extend(said(&receipt.shop.policy));
    parts.extend(slip::foot(code, writing(w)));
    let footer = said(&receipt.shop.footer);
    parts.push(footer.unwrap_or_else(|| Part::Centred(w.t("receipt-thanks"))));
    parts
}
