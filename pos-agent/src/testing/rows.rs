//! What the hub of the tests has for its tills: two products, one member, two cards.

use domain::card::CardState;
use domain::ids::{AccountId, MemberId, PromotionId, TillId};
use domain::points::Programme;
use domain::snapshot::{CardRow, Change, MemberRow, Offer, ProductRow, UsualRow};
use domain::sync::EnrolledTill;
use domain::{Money, Points};

pub fn member() -> MemberId {
    MemberId::new(1, [1; 10])
}

pub(super) fn till(n: u8) -> EnrolledTill {
    EnrolledTill {
        till: TillId::new(1, [n; 10]),
        store: "centro".parse().unwrap(),
        code: n.to_string().parse().unwrap(),
        store_name: "Centro".to_owned(),
        zone: "America/Bogota".to_owned(),
    }
}

pub fn product(sku: &str, barcode: &str, price: i64) -> Change {
    Change::Product(ProductRow {
        sku: sku.parse().unwrap(),
        barcodes: vec![barcode.to_owned()],
        name: format!("Product {sku}"),
        product_line: "food".to_owned(),
        category: "shelf".to_owned(),
        price: Money(price),
        tax_rate: 1_900,
        active: true,
        weighed: false,
        open_price: false,
        discreet: false,
        gift_card: false,
    })
}

pub(super) fn catalogue() -> Vec<Change> {
    let today = "2026-03-02".parse().unwrap();
    let offer = Offer {
        promotion: PromotionId::new(1, [8; 10]),
        text: "Ten per cent off the milk".to_owned(),
        sku: Some("milk".parse().unwrap()),
        percent_off: 1_000,
        valid_until: today,
    };
    let usual = UsualRow {
        sku: "milk".parse().unwrap(),
        name: "Milk".to_owned(),
        visits: 4,
        last_bought: "2026-02-27".parse().unwrap(),
        due: true,
    };
    let ana = MemberRow {
        member: member(),
        account: AccountId::new(1, [2; 10]),
        code: "M1".parse().unwrap(),
        greeting: "Ana M.".to_owned(),
        phone_end: String::new(),
        birthday: None,
        balance: Points(12_300),
        visits: 5,
        last_visit: Some("2026-02-27".parse().unwrap()),
        interval_mean: Some(570),
        expected_next_visit: Some(today),
        usual: vec![usual],
        offer: Some(offer),
        tier: None,
        expiring: vec![],
        pending: vec![],
        gifts: vec![],
        as_of: "2026-03-02T14:00:00Z".parse().unwrap(),
    };
    vec![
        product("milk", "416000336108", 4_200),
        product("bread", "5901234123457", 6_500),
        Change::Member(Box::new(ana)),
        Change::Card(CardRow::new("2990000010421".parse().unwrap(), member(), CardState::Active)),
        Change::Card(CardRow::new("2990000010438".parse().unwrap(), member(), CardState::Blocked)),
        Change::Programme(Programme::starter("2026-01-01".parse().unwrap())),
    ]
}
