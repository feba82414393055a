//! Tickets of an example as a till rings them up: basket, payment in points, preview, closed sale.

use chrono::NaiveDate;
use domain::card::CardState;
use domain::codes::CardNumber;
use domain::ids::{AccountId, MemberId, SaleId};
use domain::money::{Money, Points, Quantity};
use domain::points::{Programme, Standing, earn};
use domain::sale::{CardEntry, LineKind, Origin, Sale, Tender, TenderKind};
use pos_agent::checkout::basket::{
    Article, Basket, Bought, Card, Event, Holder, PointsOf, ReturnPart, ReturnReason, Returned, Terms, apply,
};
use pos_agent::checkout::complete::{self, Heading, Policy, Settled, preview, settle};
use pos_agent::store::returned::ReturnedRow;
use pos_agent::till::bought;

/// A ticket of an example; its number is its hour too, unless it says another.
#[derive(Debug, Clone)]
pub struct Ring {
    pub n: u8,
    date: NaiveDate,
    time: (u8, u8),
    rows: Vec<Row>,
    more: Vec<Event>,
    spends: Option<(Points, Standing)>,
    /// Earned and taken back, as the preview must say.
    shown: (Points, Points),
}

/// What a ticket takes or brings. Prices are for one piece.
#[derive(Debug, Clone)]
pub enum Row {
    Sold {
        sku: &'static str,
        pieces: i64,
        price: i64,
    },
    /// Pieces of a row of an earlier ticket.
    Back {
        of: u8,
        row: u32,
        pieces: i64,
    },
    /// Without a receipt.
    Gone {
        sku: &'static str,
        price: i64,
    },
}

/// Goods are of the product line that has their name.
pub fn sold(sku: &'static str, pieces: i64, price: i64) -> Row {
    Row::Sold { sku, pieces, price }
}

pub fn back(of: u8, row: u32, pieces: i64) -> Row {
    Row::Back { of, row, pieces }
}

pub fn gone(sku: &'static str, price: i64) -> Row {
    Row::Gone { sku, price }
}

pub fn ring<const N: usize>(n: u8, rows: [Row; N]) -> Ring {
    let date = "2026-03-01".parse().expect("a date");
    let shown = (Points::ZERO, Points::ZERO);
    Ring { n, date, time: (n, 0), rows: rows.into(), more: vec![], spends: None, shown }
}

impl Ring {
    pub fn on(mut self, date: &str) -> Self {
        self.date = date.parse().expect("a date");
        self
    }

    pub fn at(mut self, hour: u8, minute: u8) -> Self {
        self.time = (hour, minute);
        self
    }

    /// Pays with so many points, by what the till knows.
    pub fn spends(mut self, points: i64, knows: Standing) -> Self {
        self.spends = Some((Points(points), knows));
        self
    }

    /// What else happens to the basket.
    pub fn with(mut self, event: Event) -> Self {
        self.more.push(event);
        self
    }

    pub fn shows(mut self, earned: i64, taken_back: i64) -> Self {
        self.shown = (Points(earned), Points(taken_back));
        self
    }
}

/// The till of one member, who has the example for themselves.
#[derive(Debug)]
pub struct Till<'a> {
    pub rules: &'a [Programme],
    pub member: u16,
    pub sales: Vec<Sale>,
}

impl<'a> Till<'a> {
    pub fn of(rules: &'a [Programme], member: u16) -> Self {
        Self { rules, member, sales: vec![] }
    }

    pub fn ring_all(&mut self, rings: &[Ring]) -> impl Iterator<Item = Sale> {
        rings.iter().map(|ring| self.ring(ring))
    }

    pub fn card(&self) -> CardNumber {
        format!("29900000{:05}", self.member).parse().expect("a card's number")
    }

    fn id(&self, n: u8) -> SaleId {
        let [high, low] = self.member.to_be_bytes();
        SaleId::new(i64::from(n), [n, 0, 0, 0, 0, 0, 0, 0, high, low])
    }

    /// Rings a ticket up, holds the preview against what the example says, and closes the sale.
    pub fn ring(&mut self, ring: &Ring) -> Sale {
        let programme = Programme::on(self.rules, ring.date).expect("there are rules");
        let policy = Policy { even_exchange: programme.even_exchange, ..Policy::default() };
        let heading = self.heading(ring);
        let mut basket = Basket::new(self.id(ring.n), heading.occurred_at.to_utc());
        let holder =
            Holder { member: MemberId::new(1, [1; 10]), account: AccountId::new(1, [2; 10]), offer: None };
        let card = Card {
            number: self.card(),
            entry: CardEntry::Scanned,
            state: CardState::Active,
            holder: Some(holder),
            by_contact: false,
        };
        let rows = ring.rows.iter().map(|row| self.event(row));
        for event in [Event::Card(card)].into_iter().chain(rows).chain(ring.more.iter().cloned()) {
            basket = apply(&basket, event).expect("the basket takes it");
        }
        if let Some((points, standing)) = ring.spends {
            let due = complete::standing(&basket, &policy).expect("small figures").due;
            let redemption = programme.redemption.as_ref().expect("points pay");
            let amount = redemption.pays(points, standing, due).expect("the till takes them");
            basket = apply(&basket, Event::Take(Tender::of_points(points, amount))).expect("a payment");
        }
        let shown = preview(&basket, heading.clone(), &policy, self.rules).expect("a preview");
        let shown = shown.map(|shown| (shown.earned, shown.taken_back));
        assert_eq!(shown, Some(ring.shown), "the till's preview of ticket {}", ring.n);
        let due = complete::standing(&basket, &policy).expect("small figures").due;
        let rest = Tender::new(TenderKind::External, due);
        let Settled::Closed(sale) = settle(&basket, heading, &policy, &rest, false).expect("it is paid")
        else {
            panic!("ticket {} is not paid whole", ring.n)
        };
        self.sales.push((*sale).clone());
        *sale
    }

    fn heading(&self, ring: &Ring) -> Heading {
        let (hour, minute) = ring.time;
        let at = format!("{}T{hour:02}:{minute:02}:00-05:00", ring.date);
        Heading {
            store: "centro".parse().expect("a code"),
            till: "1".parse().expect("a code"),
            business_date: ring.date,
            receipt_no: i64::from(self.member) * 100 + i64::from(ring.n),
            occurred_at: at.parse().expect("an instant"),
            cashier: None,
            page: None,
        }
    }

    fn event(&self, row: &Row) -> Event {
        let article = |sku: &str, price| Article {
            sku: sku.parse().expect("a code"),
            name: sku.to_owned(),
            product_line: sku.to_owned(),
            category: String::new(),
            price: Money(price),
            tax_rate: 0,
            discreet: false,
        };
        let pieces = |n| Quantity::pieces(n).expect("a few");
        match *row {
            Row::Sold { sku, pieces: n, price } => {
                Event::Product { article: article(sku, price), quantity: Some(pieces(n)) }
            }
            Row::Gone { sku, price } => Event::Return(vec![ReturnPart {
                article: article(sku, price),
                quantity: pieces(1),
                returned: Box::new(Returned::without_receipt(Terms::default(), ReturnReason::Unwanted)),
            }]),
            Row::Back { of, row, pieces: n } => {
                let sale = self.sales.iter().find(|sale| sale.id == self.id(of)).expect("it was rung up");
                let line = sale.lines.iter().find(|line| line.number == row).expect("it has that row");
                let kept = line.keeps.iter().map(|kept| self.points_of(kept.of)).collect();
                let bought = bought(sale, line, &self.came_back(sale.id), &self.earned(sale));
                let bought = Bought { kept, ..bought };
                let returned = Box::new(Returned::of(bought, ReturnReason::Unwanted));
                let article = article(line.sku.as_str(), line.unit_price.0);
                Event::Return(vec![ReturnPart { article, quantity: pieces(n), returned }])
            }
        }
    }

    fn points_of(&self, of: Origin) -> PointsOf {
        let sale = self.sales.iter().find(|sale| sale.id == of.sale).expect("it was rung up");
        let line = sale.lines.iter().find(|line| line.number == of.line).expect("it has that line");
        let of_line = bought(sale, line, &self.came_back(sale.id), &self.earned(sale));
        of_line.points_of(of).expect("its own")
    }

    fn earned(&self, sale: &Sale) -> Vec<(u32, Points)> {
        let programme = Programme::on(self.rules, sale.business_date).expect("there are rules");
        let lines = earn(programme, sale).expect("small figures").lines;
        lines.into_iter().filter(|l| l.kind == LineKind::Sale).map(|l| (l.line, l.points)).collect()
    }

    /// As the till's journal adds it up.
    fn came_back(&self, sale: SaleId) -> Vec<ReturnedRow> {
        let mut rows: Vec<ReturnedRow> = vec![];
        for (of, moved) in self.sales.iter().flat_map(|sale| sale.points_moved().expect("small figures")) {
            if of.sale == sale {
                add(&mut rows, ReturnedRow { moved, ..row_of(of.line) });
            }
        }
        for line in self.sales.iter().flat_map(Sale::counted_lines) {
            let Some(Origin { line: number, .. }) = line.origin.filter(|origin| origin.sale == sale) else {
                continue;
            };
            let (quantity, paid) = (line.quantity, line.paid().expect("small figures"));
            add(&mut rows, ReturnedRow { quantity, paid, ..row_of(number) });
        }
        rows
    }
}

fn row_of(line: u32) -> ReturnedRow {
    ReturnedRow { line, quantity: Quantity::ZERO, paid: Money::ZERO, moved: Quantity::ZERO }
}

fn add(rows: &mut Vec<ReturnedRow>, more: ReturnedRow) {
    match rows.iter_mut().find(|row| row.line == more.line) {
        Some(row) => {
            row.quantity = Quantity(row.quantity.0 + more.quantity.0);
            row.paid = Money(row.paid.0 + more.paid.0);
            row.moved = Quantity(row.moved.0 + more.moved.0);
        }
        None => rows.push(more),
    }
}
