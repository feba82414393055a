//! The desk's page in words: two customers side by side, what they will be, and what stands already.

use askama::Template;
use form_urlencoded::Serializer;

use super::super::sides::Side;
use super::{Desk, Planned};
use crate::kit::form::{ErrorSummary, Field, Form, Input};
use crate::kit::{Page, Words};
use crate::members::merging::Row;
use crate::members::{Member, MemberView};

#[derive(Debug)]
pub struct SideItem {
    pub name: String,
    pub code: String,
    pub facts: Vec<(String, Vec<String>)>,
}

/// A merge that stands.
#[derive(Debug)]
pub struct PastItem {
    pub what: String,
    pub reason: String,
    pub by: String,
    pub href: String,
}

/// What is about to be done.
#[derive(Debug)]
pub struct Asked {
    pub title: String,
    pub note: String,
    pub name: &'static str,
    pub value: String,
    pub reason: Field,
    pub send: String,
}

#[derive(Debug, Template)]
#[template(path = "intake/merging/merge.html")]
pub struct MergePage {
    pub page: Page,
    pub errors: ErrorSummary,
    pub action: String,
    pub asked: Option<Asked>,
    pub now: Vec<SideItem>,
    pub after: Vec<SideItem>,
    pub find: Field,
    pub hits_title: String,
    pub hits: Vec<(String, String)>,
    pub no_hits: String,
    pub merged: Vec<PastItem>,
}

fn name_of(member: &Member) -> String {
    MemberView::of(member, &[], true).name
}

fn side_item(words: &Words, side: &Side) -> SideItem {
    let lots = side.lots.iter().map(|(last, points)| {
        let points = words.points_text(*points);
        match last {
            Some(day) => words.say("merge-lot", &[("points", points), ("date", words.date(*day))]),
            None => words.say("merge-lot-endless", &[("points", points)]),
        }
    });
    let none = || words.t("merge-nothing");
    let or_none = |lines: Vec<String>| if lines.is_empty() { vec![none()] } else { lines };
    let mut balance = vec![words.points_text(side.balance)];
    if !side.debt.is_zero() {
        balance.push(words.say("merge-debt", &[("points", words.points_text(side.debt))]));
    }
    let consent = if side.consent().may_target() { "merge-consent-yes" } else { "customer-consent-no" };
    let mut facts = vec![
        (words.t("cards-title"), or_none(side.cards.clone())),
        (words.t("customer-balance"), balance),
        (words.t("merge-lots"), or_none(lots.collect())),
    ];
    facts.extend(side.tier.clone().map(|tier| (words.t("tier"), vec![tier])));
    facts.push((words.t("customer-consent"), vec![words.t(consent)]));
    SideItem { name: name_of(&side.member), code: side.member.profile.code.to_string(), facts }
}

fn asked(words: &Words, desk: &Desk, planned: &Planned, form: &Form) -> Asked {
    let reason =
        form.field("reason", words.t("cards-reason"), Input::Text).hinted(words.t("merge-reason-hint"));
    match planned {
        Planned::Merge { with, sides: [own, other], .. } => {
            let stricter = [own, other].iter().all(|side| side.consent().may_target());
            let codes = [
                ("loser", other.member.profile.code.to_string()),
                ("survivor", desk.member.profile.code.to_string()),
            ];
            let note = if stricter { "merge-note" } else { "merge-note-stricter" };
            Asked {
                title: words.t("merge-after"),
                note: words.say(note, &codes),
                name: "with",
                value: with.to_string(),
                reason,
                send: words.say("merge-send", &codes),
            }
        }
        Planned::Undo { merge, .. } => Asked {
            title: words.t("merge-after-undo"),
            note: words.t("merge-note-undo"),
            name: "undo",
            value: merge.to_string(),
            reason,
            send: words.t("merge-undo"),
        },
    }
}

fn past_item(words: &Words, desk: &Desk, (row, other): &(Row, Member)) -> PastItem {
    let by = [("who", row.merged_by.clone()), ("when", words.date_time(row.at))];
    PastItem {
        what: format!("{} {}", other.profile.code, name_of(other)),
        reason: row.reason.clone(),
        by: words.say("cards-said-by", &by),
        href: format!("{}?undo={}", desk.address(), row.id),
    }
}

pub fn merge_page(page: Page, desk: &Desk, form: &Form) -> MergePage {
    let words = page.words.clone();
    let hit = |other: &Member| {
        let query = Serializer::new(String::new()).append_pair("with", &other.id.to_string()).finish();
        (format!("{}?{query}", desk.address()), format!("{} · {}", name_of(other), other.profile.code))
    };
    let items = |sides: &[Side]| sides.iter().map(|side| side_item(&words, side)).collect::<Vec<_>>();
    let (now, after) = match &desk.planned {
        None => (vec![], vec![]),
        Some(Planned::Merge { sides, after, .. }) => (items(sides), vec![side_item(&words, after)]),
        Some(Planned::Undo { sides, after, .. }) => (items(sides), items(after)),
    };
    let q = form.value("q");
    let nobody = desk.hits.is_empty() && !q.is_empty();
    let (list, back) = (words.t("customers-title"), format!("/customers/{}", desk.member.id));
    MergePage {
        errors: form.summary(&words),
        action: desk.address(),
        asked: desk.planned.as_ref().map(|planned| asked(&words, desk, planned, form)),
        now,
        after,
        find: form.field("q", words.t("merge-q"), Input::Text).hinted(words.t("merge-q-hint")),
        hits_title: words.t(if q.is_empty() { "merge-alike" } else { "merge-found" }),
        hits: desk.hits.iter().map(hit).collect(),
        no_hits: if nobody { words.say("found-none", &[("q", q.to_owned())]) } else { String::new() },
        merged: desk.merged.iter().map(|past| past_item(&words, desk, past)).collect(),
        page: page.under("/customers", list).under(&back, name_of(&desk.member)).failed(!form.is_right()),
    }
}
