//! Fills what the screens show, from one moment of the till's file.

mod display;
mod health;
mod receipt;

use domain::codes::ReceiptCode;
use domain::ids::SaleId;
use domain::money::{AmountError, Money, Points};
use domain::open_page::OpenPage;
use domain::points::{Pending, Programme, Redemption};
use domain::pricing::TaxMode;
use domain::sale::{LineKind, SaleCoupon, SaleLine, SaleRule, Tender, by_coupons, by_rules};
use domain::scan::Barcode;
use domain::snapshot::{ExpiringRow, MemberRow, UsualRow};
use domain::sync::OfferResponse;
use domain::time::{days_between, plus_days, with_offset};

use crate::app::{Agent, Desk, plate};
use crate::checkout::basket::{Basket, Card, CouponRow, Line, OfferState, UnknownCode};
use crate::checkout::complete::{self, PayError, Policy};
use crate::error::AgentError;
use crate::receipt::code;
use crate::store::catalogue::ProductRecord;
use crate::store::journal::JournalLine;
use crate::ui::view::{
    CardView, CouponView, HubView, LastSaleView, LineView, MemberView, OfferView, PayState, ProductView,
    StockFlag, TakenView, TillView, TotalsView, UnknownView, UsualView,
};

/// Receipts to choose from when goods come back without one at hand.
const LATEST_MAX: i64 = 12;
/// Days ahead in which points that end are worth telling.
const ENDS_SOON: i64 = 30;
/// Days ahead in which a birthday is worth telling.
const BIRTHDAY_SOON: i64 = 7;
/// Rows of a search: what a cashier reads at a glance.
const SEARCH_MAX: i64 = 20;

impl Agent {
    /// The sale screen of a till, now.
    pub async fn till(&self, n: i64) -> Result<TillView, AgentError> {
        let desk = self.desk(n)?;
        // Read before the basket, so that a page never shows older rows under a newer number.
        let (revision, notice) = (desk.revision(), desk.notice());
        let moment = self.store().moment(n).await?;
        let basket = self.opened(desk, moment.basket).await?;
        let policy = self.policy(desk);
        let ticket = complete::ticket(&basket, &policy)?;
        let coupons = coupon_views(&basket, &ticket);
        let complete::Ticket { lines, coupons: taken, rules, .. } = ticket;
        let taken: Vec<SaleCoupon> = taken.into_iter().map(|(_, coupon)| coupon).collect();
        let totals = self.totals(desk, &basket, &policy, &lines, &moment.programmes)?;
        let card = self.card_view(desk, &basket, &lines, &moment.programmes).await?;
        let hub = HubView { state: self.link_of(desk), unsent: moment.unsent, snapshot_at: moment.pulled_at };
        Ok(TillView {
            till: plate(desk),
            training: desk.is_training(),
            chain: self.chain(),
            now: with_offset(self.now(), desk.till.zone),
            hub,
            devices: self.devices().into_iter().filter(|device| device.till == n).collect(),
            printer_down: self.printer_down(n),
            file_damaged: self.file_checked().is_some_and(|found| found.damaged),
            gift_card: self.gift_in_hand(n)?,
            basket: basket.sale,
            totals,
            card,
            unknown: unknown(&basket),
            pay: pay_state(&basket, &policy)?,
            held: moment.held,
            next_quantity: basket.next_quantity,
            lines: lines
                .into_iter()
                .map(|line| {
                    let stock = self.stock_of(desk, &line.sku);
                    line_view(line, &basket, (&taken, &rules), policy.tax, stock)
                })
                .collect::<Result<_, _>>()?,
            coupons,
            notice,
            last_sale: moment.last_sale.map(last_view),
            revision,
        })
    }

    /// Products whose name begins so, or the one whose code this is.
    pub async fn search(&self, beginning: &str) -> Result<Vec<ProductView>, AgentError> {
        let beginning = beginning.trim();
        if beginning.is_empty() {
            return Ok(vec![]);
        }
        let mut found = self.store().products_named(beginning, SEARCH_MAX).await?;
        if let Ok(code) = beginning.parse::<Barcode>()
            && let Some(product) = self.store().product_by_code(&code).await?
        {
            found.retain(|named| named.sku != product.sku);
            found.insert(0, product);
        }
        Ok(found.into_iter().map(product_view).collect())
    }

    fn totals(
        &self,
        desk: &Desk,
        basket: &Basket,
        policy: &Policy,
        lines: &[SaleLine],
        programmes: &[Programme],
    ) -> Result<TotalsView, AgentError> {
        let totals = complete::totals(lines)?;
        let complete::Totals { items, returned, before_discount, discount, tax, total } = totals;
        let points = complete::preview(basket, self.heading(desk), policy, programmes)?;
        let standing = complete::standing(basket, policy)?;
        Ok(TotalsView {
            items,
            returned,
            before_discount,
            discount,
            tax,
            total,
            earns: points.map(|points| points.earned),
            day_cap: points.and_then(|points| points.day_cap),
            vests_on: points.and_then(|points| points.vests_on),
            takes_back: points.map(|points| points.taken_back).unwrap_or_default(),
            due: standing.due,
            cash_due: standing.cash_due,
            credit: standing.credit,
            taken: taken_views(basket, &standing),
            ticket_discount: basket.ticket_cut(),
        })
    }

    async fn card_view(
        &self,
        desk: &Desk,
        basket: &Basket,
        lines: &[SaleLine],
        programmes: &[Programme],
    ) -> Result<Option<CardView>, AgentError> {
        let Some(card) = &basket.card else { return Ok(None) };
        let Card { number, state, holder, by_contact, .. } = card.clone();
        let member = match holder {
            Some(holder) => self.store().member(holder.member).await?.map(|row| (row, holder.offer)),
            None => None,
        };
        let today = self.heading(desk).business_date;
        let programme = Programme::on(programmes, today);
        let redemption = programme.and_then(|programme| programme.redemption.as_ref());
        let member =
            member.map(|(row, offer)| member_view(row, offer, lines, today, redemption)).transpose()?;
        let has_gifts = programme.is_some_and(|programme| !programme.gifts.is_empty());
        let gifts = match &member {
            Some(_) if has_gifts => self.gifts_within_reach(desk, basket).await?,
            _ => vec![],
        };
        Ok(Some(CardView { number, state, by_contact, member, gifts }))
    }

    /// The till's latest receipts.
    pub async fn latest_sales(&self, n: i64) -> Result<Vec<LastSaleView>, AgentError> {
        self.desk(n)?;
        let latest = self.store().latest_sales(n, LATEST_MAX).await?;
        Ok(latest.into_iter().map(last_view).collect())
    }

    /// The sale whose receipt says this: its code, or its number where it is one of the latest.
    pub async fn receipt_named(&self, n: i64, typed: &str) -> Result<Option<SaleId>, AgentError> {
        if let Some(OpenPage::Receipt(token)) = OpenPage::read(typed) {
            return Ok(self.store().sale_of_page(&token).await?);
        }
        let by_code = typed.parse::<ReceiptCode>().ok().and_then(|code| code::decode(&code));
        let Ok(number) = typed.parse::<i64>() else { return Ok(by_code) };
        if by_code.is_some() {
            return Ok(by_code);
        }
        let latest = self.latest_sales(n).await?;
        Ok(latest.iter().find(|sale| sale.receipt_no == number).map(|sale| sale.sale))
    }

    /// Those of them that had no card.
    pub async fn latest_without_card(&self, n: i64) -> Result<Vec<LastSaleView>, AgentError> {
        self.desk(n)?;
        let latest = self.store().latest_without_card(n, LATEST_MAX).await?;
        Ok(latest.into_iter().map(last_view).collect())
    }
}

fn pay_state(basket: &Basket, policy: &Policy) -> Result<PayState, AgentError> {
    Ok(match complete::payable(basket) {
        Ok(()) if complete::is_overpaid(basket, policy)? => PayState::Overpaid,
        Ok(()) => PayState::Ready,
        Err(PayError::UnknownCodes) => PayState::UnknownCodes,
        Err(_) => PayState::Empty,
    })
}

fn last_view(line: JournalLine) -> LastSaleView {
    LastSaleView { sale: line.sale, receipt_no: line.receipt_no, total: line.total }
}

/// Points that go back by themselves stand before what was taken.
fn taken_views(basket: &Basket, standing: &complete::Standing) -> Vec<TakenView> {
    let view = |tender: &Tender, place| TakenView {
        kind: tender.kind,
        amount: tender.amount,
        points: tender.points,
        card: tender.gift_card.as_ref().map(|of| of.card.shown()),
        place,
    };
    let by_itself = standing.by_itself.iter().map(|tender| view(tender, None));
    let taken = basket.taken.iter().enumerate().map(|(place, tender)| view(tender, Some(place)));
    by_itself.chain(taken).collect()
}

fn unknown(basket: &Basket) -> Vec<UnknownView> {
    let view = |waits: &UnknownCode| UnknownView {
        number: waits.number,
        code: waits.code.clone(),
        article: waits.article.as_ref().map(|article| article.name.clone()),
        is_gift_card: waits.gift.is_some(),
        has_card: waits.gift.as_ref().is_some_and(|gift| gift.card.is_some()),
    };
    basket.unknown.iter().map(view).collect()
}

fn coupon_views(basket: &Basket, ticket: &complete::Ticket) -> Vec<CouponView> {
    let amount = |number: u32| ticket.coupons.iter().find(|(of, _)| *of == number).map(|(_, c)| c.amount);
    let idle = |number: u32| ticket.idle.iter().find(|(of, _)| *of == number).map(|(_, why)| *why);
    let view = |row: &CouponRow| CouponView {
        number: row.number,
        code: row.coupon.code.clone(),
        name: row.coupon.name.clone(),
        amount: amount(row.number).unwrap_or_default(),
        idle: idle(row.number),
        minimum: row.coupon.minimum,
        voided: row.voided,
        touched: basket.touched == Some(row.number),
    };
    basket.coupons.iter().map(view).collect()
}

/// What coupons took stands in their own rows.
fn line_view(
    line: SaleLine,
    basket: &Basket,
    (coupons, rules): (&[SaleCoupon], &[SaleRule]),
    tax: TaxMode,
    stock: Option<StockFlag>,
) -> Result<LineView, AgentError> {
    let entered = basket.lines.iter().find(|entered| entered.number == line.number);
    let returned = entered.is_some_and(|entered| entered.returned.is_some());
    let by_coupons = by_coupons(coupons, line.number);
    let by_rules: Vec<(String, Money)> = by_rules(rules, line.number);
    let unit_price = line.each();
    // As the price beside it: with its tax, also where the shelf's has none.
    let listed = |entered: &Line, price: Money| -> Result<Money, AmountError> {
        let (net, tax) = tax.split(price, entered.article.tax_rate)?;
        net.plus(tax)
    };
    let listed = entered.and_then(|entered| Some(listed(entered, entered.listed?))).transpose()?;
    let named = Money::total(by_rules.iter().map(|(_, amount)| *amount))?;
    Ok(LineView {
        number: line.number,
        total: if returned { line.paid()?.negated()? } else { line.paid()?.plus(by_coupons)? },
        voided: line.kind == LineKind::Void,
        returned,
        listed,
        gift: entered.and_then(|entered| entered.gift),
        // What comes back makes it more.
        stock: stock.filter(|_| line.kind == LineKind::Sale && !returned),
        read_code: line.read_code.filter(|code| code.as_str() != line.name).map(String::from),
        gift_card: line.gift_card.as_ref().map(|card| card.shown()),
        touched: basket.touched == Some(line.number),
        public_name: Some(line.name.clone()).filter(|_| entered.is_none_or(|line| !line.article.discreet)),
        unit_price,
        sku: line.sku,
        name: line.name,
        quantity: line.quantity,
        discount: line.discount.minus(by_coupons)?.minus(named)?,
        by_rules,
    })
}

fn member_view(
    row: MemberRow,
    offer: Option<OfferState>,
    lines: &[SaleLine],
    today: chrono::NaiveDate,
    redemption: Option<&Redemption>,
) -> Result<MemberView, AmountError> {
    let live = |line: &&SaleLine| line.kind == LineKind::Sale;
    let in_basket = |sku| lines.iter().filter(live).any(|line| line.sku == sku);
    let usual = |u: UsualRow| UsualView {
        in_basket: in_basket(u.sku.clone()),
        sku: u.sku,
        name: u.name,
        visits: u.visits,
        last_bought: u.last_bought,
        due: u.due,
    };
    let soon = |ending: &&ExpiringRow| (today..=plus_days(today, ENDS_SOON)).contains(&ending.on);
    let left = row.left(&[], today)?;
    let birthday_in = row.birthday.and_then(|day| day.days_until(today));
    Ok(MemberView {
        member: row.member,
        first_name: row.first_name().map(str::to_owned),
        balance: left.available,
        pending: Pending::of(&left.pending)?,
        expiring: row.expiring.iter().find(soon).copied(),
        greeting: row.greeting,
        phone_end: row.phone_end,
        birthday_in: birthday_in.filter(|days| *days <= BIRTHDAY_SOON),
        worth: redemption.map(|rule| rule.worth(left.available.max(Points::ZERO))).transpose()?,
        tier: row.tier,
        as_of: row.as_of,
        visits: row.visits,
        last_visit: row.last_visit,
        days_since_last: row.last_visit.map(|last| days_between(last, today)),
        interval_mean: row.interval_mean,
        expected_next_visit: row.expected_next_visit,
        usual: row.usual.into_iter().map(usual).collect(),
        offer: offer.map(|state| offer_view(state, lines)),
    })
}

fn offer_view(state: OfferState, lines: &[SaleLine]) -> OfferView {
    let promotion = state.offer.promotion;
    OfferView {
        promotion,
        text: state.offer.text,
        valid_until: state.offer.valid_until,
        response: state.response,
        applies: state.response == OfferResponse::Accepted
            && lines.iter().any(|l| l.kind == LineKind::Sale && l.promotion == Some(promotion)),
    }
}

pub(crate) fn product_view(product: ProductRecord) -> ProductView {
    let ProductRecord { sku, name, product_line, category, price, .. } = product;
    ProductView { sku, name, product_line, category, price }
}
