use domain::snapshot::{Change, PRICE_RULE};

use super::*;
use crate::catalogue::feed::{Reader, feed};
use crate::testing::TestHub;

fn rules(text: &str) -> PriceRules {
    let rules: PriceRules = toml::from_str(text).unwrap();
    rules.check().unwrap();
    rules
}

const TWO: &str = r#"
[[rules]]
code = "2x1"
name = "2×1"
scope = { skus = ["1001"] }
benefit = { buy_pay = { buy = 2, pay = 1 } }
[[rules]]
code = "socios"
name = "Precio socio"
members_only = true
scope = "all"
benefit = { percent = 500 }
"#;

#[tokio::test]
async fn a_list_takes_the_place_of_the_one_before_and_the_tills_hear_what_ended() {
    let hub = TestHub::new().await;
    let mut tx = hub.app.db.begin().await.unwrap();
    let both = rules(TWO);
    assert_eq!(put(&mut tx, &both).await.unwrap(), Put { new: 2, ..Put::default() });
    assert_eq!(put(&mut tx, &both).await.unwrap(), Put { same: 2, ..Put::default() });
    let mut one = both.clone();
    one.rules.truncate(1);
    one.rules[0].name = "2×1 hoy".to_owned();
    let first = feed(&mut tx, 0, 100, Reader { kinds: &[PRICE_RULE], tills: &[] }).await.unwrap();
    let put_one = put(&mut tx, &one).await.unwrap();
    assert_eq!(put_one, Put { changed: 1, ended: 1, ..Put::default() });
    let [two, ended] = &all(&mut tx).await.unwrap()[..] else { panic!("an ended rule is kept") };
    assert_eq!((&two.rule, two.active, ended.active), (&one.rules[0], true, false));

    let said = |changes: Vec<Change>| -> Vec<(String, bool)> {
        let row = |change| if let Change::PriceRule(row) = change { Some(row) } else { None };
        changes.into_iter().filter_map(row).map(|row| (row.rule.name, row.active)).collect()
    };
    let (named, on) = (|name: &str| name.to_owned(), true);
    assert_eq!(said(first.changes), [(named("2×1"), on), (named("Precio socio"), on)]);
    let news = feed(&mut tx, first.cursor, 100, Reader { kinds: &[PRICE_RULE], tills: &[] }).await.unwrap();
    assert_eq!(said(news.changes), [(named("2×1 hoy"), on), (named("Precio socio"), false)]);
    // A till that does not say that it can read them is not sent any.
    assert!(said(feed(&mut tx, 0, 100, Reader::default()).await.unwrap().changes).is_empty());
    // What ended may begin again.
    assert_eq!(put(&mut tx, &both).await.unwrap(), Put { new: 1, changed: 1, ..Put::default() });
}
