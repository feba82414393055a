//! A draft on tickets that a till sent, and how it becomes a version.

use chrono::NaiveDate;
use domain::money::{Money, Points};
use domain::points::{Caps, EarnRule, Gives, Only, Programme, Rate, Redemption, Value};
use sqlx::query_scalar;

use super::*;
use crate::on;
use crate::testing::{NOW, TestHub, TestTill, Ticket};

const ANA: &str = "2990000010421";
const LUIS: &str = "2990000010438";

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rule(name: &str, gives: Gives, only: Only) -> EarnRule {
    EarnRule { name: name.to_owned(), gives, only }
}

async fn send(till: &mut TestTill<'_>, tickets: &[Ticket]) {
    till.open().await.unwrap();
    let events: Vec<Vec<u8>> = tickets.iter().map(|ticket| till.sale(&ticket.sale())).collect();
    till.push(&events).await.unwrap();
}

/// Ana: 100.00 and 20.00 on a Sunday in centro; Luis: 50.00 on the Monday in norte; and a ticket of nobody.
async fn hub() -> TestHub {
    let hub = TestHub::new().await;
    hub.member("ana", ANA).await;
    hub.member("luis", LUIS).await;
    send(
        &mut hub.enrol("centro", 1).await,
        &[
            Ticket::sold(1, Some(ANA), 10_000),
            Ticket::sold(2, Some(ANA), 2_000),
            Ticket::sold(3, None, 9_000),
            Ticket::returned(4, Some(ANA), 2_000, Some(2)),
        ],
    )
    .await;
    let monday = Ticket { store: "norte", date: "2026-03-02", ..Ticket::sold(5, Some(LUIS), 5_000) };
    send(&mut hub.enrol("norte", 2).await, &[monday]).await;
    hub
}

async fn tried(hub: &TestHub, draft: &Programme, from: &str, until: &str) -> Trial {
    let mut tx = hub.app.db.read().await.unwrap();
    trial(&mut tx, draft, date(from), date(until)).await.unwrap()
}

fn draft(earn: Vec<EarnRule>) -> Programme {
    Programme { version: 2, earn, ..Programme::starter(date("2026-04-01")) }
}

fn change(now: i64, then: i64) -> Change {
    Change { now: Points(now), then: Points(then) }
}

#[tokio::test]
async fn a_draft_is_tried_on_the_tickets_of_members() {
    let hub = hub().await;
    let sundays = Only { weekdays: vec![chrono::Weekday::Sun], ..Only::default() };
    let rules = draft(vec![rule("domingo", Gives::Factor(50), sundays)]);
    let found = tried(&hub, &rules, "2026-03-01", "2026-03-02").await;
    assert_eq!((found.tickets, found.changed, found.unread), (4, 2, 0));
    assert_eq!((found.points, found.change), (change(17_000, 23_000), Some(3_529)));
    assert_eq!((found.members, found.winners, found.losers), (2, 1, 0));
    assert_eq!(
        found.most.iter().map(|m| (m.member.as_str(), m.points)).collect::<Vec<_>>(),
        [("ana", change(12_000, 18_000))]
    );
    let by_rule: Vec<_> =
        found.rules.iter().map(|r| (r.rule.as_str(), r.points, r.tickets_now, r.tickets_then)).collect();
    assert_eq!(by_rule, [("base", change(17_000, 17_000), 3, 3), ("domingo", change(0, 6_000), 0, 2)]);
    let by_store: Vec<_> = found.stores.iter().map(|s| (s.store.as_str(), s.points)).collect();
    assert_eq!(by_store, [("centro", change(12_000, 18_000)), ("norte", change(5_000, 5_000))]);
    // What is said to have been given is what the ledger says, and nothing was written.
    let mut tx = hub.app.db.read().await.unwrap();
    let sql = "select cast(sum(points) as bigint) from ledger_entry where kind = 'earn'";
    let earned: i64 = on!(&mut tx, c => query_scalar(sql).fetch_one(c).await).unwrap();
    assert_eq!(earned, found.points.now.0);
    assert_eq!(ledger::programmes(&mut tx).await.unwrap().len(), 1);
    // Only the days asked for.
    assert_eq!(tried(&hub, &rules, "2026-03-02", "2026-03-09").await.points, change(5_000, 5_000));
    let none = tried(&hub, &rules, "2026-03-03", "2026-03-09").await;
    assert_eq!((none.tickets, none.change), (0, None));
}

#[tokio::test]
async fn a_trial_knows_losers_caps_and_cost() {
    let hub = hub().await;
    let value = |money| {
        let value = Value { points: 100, money };
        Some(Redemption {
            value,
            step: Points(100),
            minimum: Points::ZERO,
            offline_cap: Points::ZERO,
            offline_days: 0,
            offline_redemptions: None,
        })
    };
    let rules = Programme {
        base: Rate { points: 100, per: 200 },
        caps: Some(Caps { ticket: None, day: Some(Points(5_500)) }),
        redemption: value(50),
        ..draft(vec![rule("bono", Gives::Ticket(Points(1_000)), Only::default())])
    };
    let found = tried(&hub, &rules, "2026-03-01", "2026-03-02").await;
    // Ana's day: 50 + 10 and twice 10 are 80, of which 55 are kept; Luis 25 + 10.
    assert_eq!((found.points, found.change), (change(17_000, 9_000), Some(-4_706)));
    assert_eq!((found.winners, found.losers), (0, 2));
    assert_eq!(found.least.iter().map(|m| m.member.as_str()).collect::<Vec<_>>(), ["ana", "luis"]);
    assert_eq!((found.cost_now, found.cost_then), (None, Some(Money(4_500))));
    let capped = found.rules.iter().find(|rule| rule.rule == "day_cap").unwrap();
    assert_eq!((capped.points, capped.tickets_then), (change(0, -2_500), 1));
    let sum = |of: fn(&Change) -> i64| found.rules.iter().map(|rule| of(&rule.points)).sum::<i64>();
    assert_eq!((sum(|c| c.now.0), sum(|c| c.then.0)), (17_000, 9_000));
}

#[tokio::test]
async fn a_version_comes_after_all_sales_and_under_its_number() {
    let hub = hub().await;
    let now = NOW.parse().unwrap();
    let mut tx = hub.app.db.begin().await.unwrap();
    let rules = |version, from: &str| Programme { version, ..Programme::starter(date(from)) };
    for (rules, why) in [
        (rules(3, "2026-03-03"), "the next version is 2, not 3"),
        (rules(2, "2026-03-02"), "sales of 2026-03-02 have their points: valid_from must be after that date"),
        (Programme { vest_days: -1, ..rules(2, "2026-03-03") }, "vest_days must be 0 to 3,653; 0 is at once"),
    ] {
        let error = publish(&mut tx, &rules, "ana", now).await.unwrap_err();
        assert_eq!(error.to_string(), why);
    }
    publish(&mut tx, &rules(2, "2026-03-03"), "ana", now).await.unwrap();
    publish(&mut tx, &rules(3, "2026-03-10"), "ana", now).await.unwrap();
    let why = "a version that is published begins on 2026-03-10: valid_from must not be before that date";
    let error = publish(&mut tx, &rules(4, "2026-03-09"), "ana", now).await.unwrap_err();
    assert_eq!(error.to_string(), why, "otherwise version 3 would take over again");
    publish(&mut tx, &rules(4, "2026-03-10"), "ana", now).await.unwrap();
    let noted = audit::latest(&mut tx, 99).await.unwrap();
    let noted = noted.iter().find(|row| row.action == "programme.add" && row.subject == "2").unwrap();
    assert_eq!((noted.who.as_str(), noted.subject.as_str()), ("ana", "2"));
    let detail: serde_json::Value = serde_json::from_str(&noted.detail).unwrap();
    assert_eq!((&detail["before"]["version"], &detail["after"]["version"]), (&json!(1), &json!(2)));
}
