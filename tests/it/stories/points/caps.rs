//! The most that a ticket gives, and the most that a member keeps of a day.

use domain::points::Caps;

use super::ring::Ring;
use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(a_ticket_gives_its_cap_and_takes_it_back_line_by_line, a_day_gives_its_cap_whatever_comes_back,);

fn capped(ticket: Option<i64>, day: Option<i64>) -> Programme {
    Programme { caps: Some(Caps { ticket: ticket.map(Points), day: day.map(Points) }), ..rules() }
}

/// 90 points of 30 and 60, of which a ticket gives 50: 16.67 and 33.33 of them.
async fn a_ticket_gives_its_cap_and_takes_it_back_line_by_line(kind: Kind) {
    let rules = || capped(Some(5_000), None);
    let bought = || ring(1, [sold("a", 1, 3_000), sold("b", 2, 3_000)]).shows(5_000, 0);
    let first = || ring(2, [back(1, 1, 1)]).shows(0, 1_667);
    let second = |n, points| ring(n, [back(1, 2, 1)]).shows(0, points);
    let ends = Figures { balance: 3_333, earned: 3_333, ..Figures::default() };
    let entries = [("earn", 5_000), ("reverse", -1_667)];
    Example::of(rules(), [bought(), first()]).ends(ends).posts(entries).holds(kind).await;
    let all = [bought(), first(), second(3, 1_666), second(4, 1_667)];
    Example::of(rules(), all).ends(Figures::default()).holds(kind).await;
}

/// 80, 70 and 20 of a day that gives 100, and 30 of the next; 40 are spent, and the goods come back one by one.
async fn a_day_gives_its_cap_whatever_comes_back(kind: Kind) {
    let rules = || capped(None, Some(10_000));
    let day = || {
        [
            ring(1, [sold("a", 1, 8_000)]).shows(8_000, 0),
            ring(2, [sold("a", 1, 7_000)]).shows(7_000, 0),
            ring(3, [sold("a", 1, 2_000)]).shows(2_000, 0),
            ring(4, [sold("a", 1, 7_000)]).on("2026-03-02").spends(4_000, online(10_000)).shows(3_000, 0),
        ]
    };
    let returned = |n, of, points| ring(n, [back(of, 1, 1)]).on("2026-03-03").shows(0, points);
    let has = |earned, burned| Figures { balance: earned - burned, earned, burned, ..Figures::default() };
    let late = |example: Example| example.arrives("2026-03-03");
    let four = || Example::of(rules(), day());
    late(four()).ends(has(13_000, 4_000)).holds(kind).await;
    // 80 and 20 are left of the day: just the cap. Then 20, and then nothing.
    let second_back = || returned(5, 2, 7_000);
    let and_more = |more: Vec<Ring>| Example::of(rules(), day().into_iter().chain(more));
    late(and_more(vec![second_back()])).ends(has(13_000, 4_000)).holds(kind).await;
    let first_back = || returned(6, 1, 8_000);
    let both = vec![second_back(), first_back()];
    late(and_more(both)).ends(has(5_000, 4_000)).holds(kind).await;
    let all = vec![second_back(), first_back(), returned(7, 3, 2_000)];
    let ends = has(3_000, 4_000);
    let owes = Figures { debt: 1_000, ..ends };
    late(and_more(all)).ends(owes).holds(kind).await;
}
