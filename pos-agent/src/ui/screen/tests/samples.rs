//! Tills as they may stand, to be drawn.

use chrono::{DateTime, FixedOffset, Utc};
use domain::card::CardState;
use domain::codes::Sku;
use domain::ids::{MemberId, PromotionId, SaleId};
use domain::pricing::Idle;
use domain::sale::{LineKind, Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind};
use domain::sync::OfferResponse;
use domain::{Points, Quantity};
use kit::Lang;

use firmware_config::Verified;

use super::super::super::view::*;
use super::super::*;
use crate::receipt::Slip;
use crate::settings::Role;

pub fn now() -> DateTime<FixedOffset> {
    "2025-11-24T10:42:00-05:00".parse().unwrap()
}

pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn line(number: u32, name: &str, quantity: i64, price: i64, discount: i64) -> LineView {
    let total = Money(price * quantity / 1000 - discount);
    LineView {
        number,
        sku: format!("100{number}").parse().unwrap(),
        name: name.to_owned(),
        quantity: Quantity(quantity),
        unit_price: Money(price),
        discount: Money(discount),
        by_rules: vec![],
        total,
        voided: false,
        returned: false,
        listed: None,
        gift: None,
        stock: None,
        read_code: None,
        gift_card: None,
        touched: false,
        public_name: Some(name.to_owned()),
    }
}

pub fn usual(sku: &str, name: &str, due: bool, in_basket: bool) -> UsualView {
    let sku: Sku = sku.parse().unwrap();
    UsualView { sku, name: name.to_owned(), visits: 20, last_bought: now().date_naive(), due, in_basket }
}

pub fn member() -> MemberView {
    MemberView {
        member: MemberId::new(1, [0; 10]),
        greeting: "Ana M.".to_owned(),
        first_name: Some("Ana".to_owned()),
        phone_end: "4821".to_owned(),
        birthday_in: None,
        worth: None,
        tier: None,
        pending: None,
        expiring: None,
        balance: Points(5_230_000),
        as_of: utc("2025-11-24T15:42:00Z"),
        visits: 31,
        last_visit: Some("2025-11-21".parse().unwrap()),
        days_since_last: Some(3),
        interval_mean: Some(574),
        expected_next_visit: Some("2025-11-27".parse().unwrap()),
        usual: vec![
            usual("1", "Leche entera 1 L", false, true),
            usual("2", "Pan tajado", false, true),
            usual("3", "Café 500 g", true, false),
            usual("4", "Azúcar <1 kg>", false, false),
        ],
        offer: Some(OfferView {
            promotion: PromotionId::new(1, [0; 10]),
            text: "Galletas a mitad de precio".to_owned(),
            valid_until: "2025-11-30".parse().unwrap(),
            response: OfferResponse::Shown,
            applies: false,
        }),
    }
}

pub fn coupon(number: u32, name: &str, amount: i64, idle: Option<Idle>) -> CouponView {
    CouponView {
        number,
        code: "9813765030011".parse().unwrap(),
        name: name.to_owned(),
        amount: Money(amount),
        idle,
        minimum: Money(2_000_000),
        voided: false,
        touched: false,
    }
}

/// A till in the middle of a sale with everything on it.
pub fn full() -> TillView {
    let mut lines = vec![
        line(1, "Leche entera 1 L", 3_000, 420_000, 0),
        line(2, "Pan tajado", 1_000, 650_000, 65_000),
        line(3, "Queso campesino", 350, 2_800_000, 0),
        line(4, "Anulada por error", 1_000, 100_000, 0),
    ];
    lines[2].touched = true;
    lines[3].voided = true;
    TillView {
        gift_card: None,
        training: false,
        till: TillPlate {
            n: 2,
            store: "centro".parse().unwrap(),
            store_name: "Centro".to_owned(),
            code: "2".parse().unwrap(),
            cashier: Some("marta".parse().unwrap()),
            zone: "America/Bogota".parse().unwrap(),
        },
        chain: ChainView {
            name: "Almacenes La Ceiba".to_owned(),
            currency: "COP".to_owned(),
            locale: "es-CO".to_owned(),
        },
        now: now(),
        hub: HubView { state: HubState::Online, unsent: 0, snapshot_at: Some(utc("2025-11-24T15:42:00Z")) },
        printer_down: None,
        file_damaged: false,
        devices: vec![DeviceView {
            profile: ProfileView { id: "generic-serial".to_owned(), verified: Verified::No },
            path: "/dev/ttyACM0".to_owned(),
            till: 2,
            role: Role::Scanner,
            state: DeviceState::Missing,
            since: utc("2025-11-24T15:40:00Z"),
            last_good: Some(utc("2025-11-24T15:40:00Z")),
        }],
        basket: SaleId::new(1_764_000_000_000, [7; 10]),
        lines,
        coupons: vec![
            coupon(5, "Cupón <del> fabricante", 65_000, None),
            coupon(6, "Carta de marzo", 0, Some(Idle::Minimum)),
            CouponView { voided: true, touched: true, ..coupon(7, "Quitado", 0, None) },
        ],
        next_quantity: Some(Quantity(3_000)),
        unknown: vec![UnknownView {
            number: 1,
            code: "2000000000176".to_owned(),
            article: None,
            is_gift_card: false,
            has_card: false,
        }],
        card: Some(CardView {
            number: "2990000010421".parse().unwrap(),
            state: CardState::Active,
            by_contact: false,
            member: Some(member()),
            gifts: vec![],
        }),
        totals: TotalsView {
            items: 5,
            before_discount: Money(2_890_000),
            discount: Money(65_000),
            tax: Money(120_000),
            total: Money(2_825_000),
            earns: Some(Points(28_200)),
            day_cap: None,
            vests_on: None,
            due: Money(2_825_000),
            cash_due: Money(2_825_000),
            ..TotalsView::default()
        },
        pay: PayState::UnknownCodes,
        notice: Some(Notice { number: 9, kind: NoticeKind::CodeUnknown, about: "2000000000176".to_owned() }),
        last_sale: None,
        held: 0,
        revision: 42,
    }
}

pub fn ready() -> TillView {
    TillView { unknown: vec![], pay: PayState::Ready, next_quantity: None, notice: None, ..full() }
}

pub fn empty() -> TillView {
    let last = LastSaleView { sale: SaleId::new(5, [1; 10]), receipt_no: 17, total: Money(1_845_000) };
    let totals = TotalsView { earns: Some(Points(0)), ..TotalsView::default() };
    let hub = HubView { state: HubState::Offline, unsent: 4, snapshot_at: Some(utc("2025-11-24T15:42:00Z")) };
    let devices = vec![];
    let pay = PayState::Empty;
    TillView {
        lines: vec![],
        coupons: vec![],
        card: None,
        totals,
        last_sale: Some(last),
        hub,
        devices,
        pay,
        ..ready()
    }
}

pub fn unknown_card() -> TillView {
    let card = CardView {
        number: "2990000999999".parse().unwrap(),
        state: CardState::Active,
        by_contact: false,
        member: None,
        gifts: vec![],
    };
    let hub = HubView { state: HubState::Refused, unsent: 1, snapshot_at: None };
    TillView { card: Some(card), hub, ..ready() }
}

pub fn void_card(state: CardState) -> TillView {
    let number = "1".parse().unwrap();
    let card = CardView { number, state, by_contact: false, member: None, gifts: vec![] };
    let hub = HubView { state: HubState::Unknown, unsent: 0, snapshot_at: None };
    TillView { card: Some(card), hub, ..ready() }
}

pub fn replaced_card() -> TillView {
    let view = full();
    let card = view.card.map(|card| CardView { state: CardState::Replaced, ..card });
    TillView { card, ..ready() }
}

/// Offer answered in both ways, few visits, balances of the day before.
pub fn newcomer(response: OfferResponse) -> TillView {
    let mut member = member();
    (member.visits, member.interval_mean, member.usual) = (2, None, vec![]);
    member.as_of = utc("2025-11-23T15:42:00Z");
    if let Some(offer) = &mut member.offer {
        offer.response = response;
    }
    let card = CardView {
        number: "2990000010421".parse().unwrap(),
        state: CardState::Active,
        by_contact: false,
        member: Some(member),
        gifts: vec![],
    };
    TillView { card: Some(card), ..ready() }
}

pub fn receipt() -> Receipt {
    let line = |number, kind, name: &str, quantity, unit: i64, discount: i64| {
        let gross = Money(unit).times(Quantity(quantity)).unwrap();
        let paid = gross.minus(Money(discount)).unwrap();
        let net = paid.scaled(10_000, 10_500).unwrap();
        SaleLine {
            number,
            kind,
            sku: "1001".parse().unwrap(),
            name: name.to_owned(),
            product_line: String::new(),
            category: String::new(),
            quantity: Quantity(quantity),
            unit_price: Money(unit),
            gross,
            discount: Money(discount),
            net,
            tax: paid.minus(net).unwrap(),
            promotion: None,
            origin: None,
            without_receipt: false,
            read_code: None,
            gift_card: None,
            keeps: vec![],
        }
    };
    let lines = vec![
        line(1, LineKind::Sale, "Leche entera 1 L", 3_000, 420_000, 0),
        line(2, LineKind::Sale, "Pan tajado", 1_000, 650_000, 65_000),
        line(
            3,
            LineKind::Sale,
            "Detergente líquido concentrado para ropa blanca y de color 3 L",
            1_000,
            3_990_000,
            0,
        ),
        line(4, LineKind::Return, "Café 500 g", 1_000, 100_000, 0),
        line(5, LineKind::Void, "Nunca impreso", 1_000, 100_000, 0),
    ];
    let sale = Sale::close(SaleDraft {
        id: SaleId::new(1_764_000_000_000, [7; 10]),
        store: "centro".parse().unwrap(),
        till: "2".parse().unwrap(),
        business_date: now().date_naive(),
        receipt_no: 18,
        occurred_at: now(),
        cashier: Some("marta".parse().unwrap()),
        card: Some("2990000010421".parse().unwrap()),
        card_entry: None,
        status: SaleStatus::Completed,
        lines,
        tenders: vec![Tender::new(TenderKind::Cash, Money(6_000_000))],
        change: Money(6_000_000 - (1_260_000 + 585_000 + 3_990_000 - 100_000)),
        rounding: Money::ZERO,
        approved_by: None,
        coupons: vec![],
        price_rules: vec![],
        page: None,
    });
    let sale = sale.unwrap();
    Receipt {
        taxes: crate::receipt::taxes(crate::receipt::printed_lines(&sale), |_| None),
        shop: crate::settings::ShopSetting::default(),
        offline: false,
        page: None,
        sale,
        chain: full().chain,
        store_name: "Centro".to_owned(),
        greeting: Some("Ana M.".to_owned()),
        card: Some("2990000010421".parse().unwrap()),
        earned: Some(Points(5_500)),
        taken_back: Points::ZERO,
        next_gift: None,
        vests_on: None,
        pending: None,
        balance: Some((Points(5_230_000), utc("2025-11-24T15:42:00Z"))),
    }
}

pub fn screen(v: TillView, mode: Mode, lang: Lang) -> Screen {
    let w = Words::new(&v.chain, v.till.zone, Some(lang));
    let prefs = Preferences {
        lang: Some(lang),
        theme: Some(Theme::Dark),
        numpad: true,
        volume: None,
        capture_off: false,
    };
    Screen { w, v, prefs, keyboard: Keyboard::default(), mode, token: "token".to_owned() }
}

pub fn samples(lang: Lang) -> Vec<(&'static str, Screen)> {
    let w = Words::new(&full().chain, full().till.zone, Some(lang));
    let product = ProductView {
        sku: "7".parse().unwrap(),
        name: "Leche <deslactosada>".to_owned(),
        product_line: String::new(),
        category: String::new(),
        price: Money(480_000),
    };
    let wrong =
        Mode::Pay(PayPanel { typed: "<2".to_owned(), error: Some("<x>".to_owned()), ..PayPanel::default() });
    let found = Mode::Search { query: "lec\"".to_owned(), found: vec![product] };
    let none = Mode::Search { query: "zzz".to_owned(), found: vec![] };
    let slip = Box::new(Slip::new(&receipt(), &w, false));
    vec![
        ("full", screen(full(), Mode::Sale, lang)),
        ("empty", screen(empty(), Mode::Sale, lang)),
        ("unknown card", screen(unknown_card(), Mode::Sale, lang)),
        ("blocked card", screen(void_card(CardState::Blocked), Mode::Sale, lang)),
        ("lost card", screen(void_card(CardState::Lost), Mode::Sale, lang)),
        ("stolen card", screen(void_card(CardState::Stolen), Mode::Sale, lang)),
        ("replaced card", screen(replaced_card(), Mode::Sale, lang)),
        ("accepted", screen(newcomer(OfferResponse::Accepted), Mode::Sale, lang)),
        ("declined", screen(newcomer(OfferResponse::Declined), Mode::Sale, lang)),
        ("pay", screen(ready(), Mode::Pay(PayPanel::default()), lang)),
        ("pay blocked", screen(full(), Mode::Pay(PayPanel::default()), lang)),
        ("pay wrong", screen(ready(), wrong, lang)),
        ("done", screen(empty(), Mode::Done(slip), lang)),
        ("found", screen(ready(), found, lang)),
        ("none", screen(ready(), none, lang)),
        ("cancel", screen(ready(), Mode::Cancel, lang)),
        ("keys", screen(empty(), Mode::Keys, lang)),
    ]
}
