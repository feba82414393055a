//! One person with two numbers: A has 100 until June and B 200 until December, they are one for a week, and 150 are spent.

use chrono::{DateTime, Utc};
use domain::ids::MemberId;
use domain::points::{EndOf, Expiry};
use domain::sale::SaleDraft;
use hub_server::App;
use hub_server::insights;
use hub_server::intake::merging::{merge, unmerge};
use hub_server::intake::{Imported, import_sales, verify};
use hub_server::ledger;
use hub_server::members::merging::{Merge, Merged, of_members};
use hub_server::members::{self, Member};

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(what_two_numbers_of_one_person_end_with);

/// Two members each of the hundred that an example's hub has.
const PAIRS: u16 = 50;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

#[derive(Debug, Clone)]
enum Step {
    Sold(Box<SaleDraft>),
    Merge,
    Part,
}

/// In the order in which it happened: 100 and 200 are earned, they become one, A spends 150, B's card earns 50, they part.
fn steps(rules: &[Programme], pair: u16) -> Vec<Step> {
    let (mut a, mut b) = (Till::of(rules, pair * 2), Till::of(rules, pair * 2 + 1));
    let sale = |till: &mut Till<'_>, ring: Ring| Step::Sold(Box::new(till.ring(&ring).into()));
    let spends = ring(3, [sold("b", 1, 15_000)]).on("2026-03-05").spends(15_000, online(30_000));
    vec![
        sale(&mut a, ring(1, [sold("a", 1, 10_000)]).on("2025-06-10").shows(10_000, 0)),
        sale(&mut b, ring(2, [sold("a", 1, 20_000)]).on("2025-12-05").shows(20_000, 0)),
        Step::Merge,
        sale(&mut a, spends.shows(0, 0)),
        sale(&mut b, ring(4, [sold("c", 1, 5_000)]).on("2026-03-06").shows(5_000, 0)),
        Step::Part,
    ]
}

/// In an order of the pair's own; nothing is taken back that was not said.
fn shuffled(mut steps: Vec<Step>, pair: u16) -> Vec<Step> {
    let mut chance = Chance(u64::from(pair));
    for place in (1..steps.len()).filter(|_| pair > 0) {
        steps.swap(place, chance.below(place + 1));
    }
    let place = |of: fn(&Step) -> bool| steps.iter().position(of).expect("it is one of the steps");
    let (merge, part) = (place(|step| matches!(step, Step::Merge)), place(|step| matches!(step, Step::Part)));
    if part < merge {
        steps.swap(merge, part);
    }
    steps
}

async fn member(app: &App, n: u16) -> Member {
    let mut tx = app.db.read().await.expect("the database");
    let code = format!("M{n}").parse().expect("a number");
    members::by_codes(&mut tx, &[code]).await.expect("members").into_values().next().expect("is one")
}

async fn join(app: &App, survivor: MemberId, loser: MemberId) {
    let asked = Merge { survivor, loser, reason: "same person".to_owned(), by: "desk".to_owned() };
    let mut tx = app.db.begin().await.expect("the database");
    let merged = merge(&mut tx, &asked, at("2026-03-02T16:00:00Z")).await.expect("the database");
    assert!(matches!(merged, Merged::Done(_)), "{merged:?}");
    tx.commit().await.expect("the database");
}

async fn part(app: &App, survivor: MemberId) {
    let mut tx = app.db.begin().await.expect("the database");
    let merge = of_members(&mut tx, &[survivor]).await.expect("merges").remove(0).id;
    let said = ("two sisters", "desk");
    let parted = unmerge(&mut tx, merge, said, at("2026-03-09T16:00:00Z")).await.expect("the database");
    assert!(matches!(parted, Merged::Done(_)), "{parted:?}");
    tx.commit().await.expect("the database");
}

/// What each lot has left, by its last day.
async fn lots(app: &App, member: &Member) -> Vec<(String, i64)> {
    let mut tx = app.db.read().await.expect("the database");
    let endings = ledger::endings(&mut tx, &[member.account]).await.expect("lots");
    endings.iter().map(|row| (row.on.to_string(), row.points.0)).collect()
}

async fn what_two_numbers_of_one_person_end_with(kind: Kind) {
    let expiry = Expiry { days: 365, end_of: EndOf::Month, grace_days: 30 };
    let rules = Programme { expiry: Some(expiry), ..rules() };
    let (app, _kept) = Example::of(rules.clone(), []).arrives("2026-03-20").hub(kind).await;
    for pair in 0..PAIRS {
        let (a, b) = (member(&app, pair * 2).await, member(&app, pair * 2 + 1).await);
        for step in shuffled(steps(std::slice::from_ref(&rules), pair), pair) {
            match step {
                Step::Sold(sale) => {
                    for turn in [Imported::New, Imported::Same] {
                        let sales = vec![SaleDraft::clone(&sale)];
                        assert_eq!(import_sales(&app, sales).await.expect("an import"), [turn]);
                    }
                }
                Step::Merge => join(&app, a.id, b.id).await,
                Step::Part => part(&app, a.id).await,
            }
        }
        assert_eq!(lots(&app, &a).await, [], "pair {pair}");
        let december = ("2026-12-31".to_owned(), 15_000);
        assert_eq!(lots(&app, &b).await, [december, ("2027-03-31".to_owned(), 5_000)], "pair {pair}");
        let mut tx = app.db.read().await.expect("the database");
        for (member, wanted) in [(&a, 0), (&b, 20_000)] {
            let today = app.clock.now().date_naive();
            let code = Some(&member.profile.code);
            let row = insights::points(&mut tx, code, today).await.expect("points").remove(0);
            assert_eq!((row.balance.0, row.debt.0), (wanted, 0), "pair {pair}");
        }
    }
    let mut tx = app.db.read().await.expect("the database");
    assert_eq!(verify(&mut tx).await.expect("the database").differences, []);
}
