//! Every template with every sample in both languages: what a page can be asked to show, it can show.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use askama::Template;

use crate::access::pages::{help, login};
use crate::card_page::{desk, pages as own};
use crate::gift_cards::pages as gift_cards;
use crate::insights::pages::{affinity, customer, overview};
use crate::intake::adjustments::{pages as points, settling};
use crate::intake::cards::pages as cards;
use crate::intake::merging::pages as merging;
use crate::kit::page::sample as frame;
use crate::kit::{Words, assets};
use crate::marketing::pages as promotions;
use crate::programme::pages as programme;
use crate::receipt_page::pages as receipt;
use crate::redemption::pages as redemption;
use crate::signals::pages as signals;
use crate::sync::pages as tills;

type Sample = (&'static str, fn(&Words) -> String);

fn html(page: &impl Template) -> String {
    page.render().unwrap()
}

const SAMPLES: &[Sample] = &[
    ("login", |words| html(&login::sample::first(words))),
    ("login-wrong", |words| html(&login::sample::wrong(words))),
    ("help", |words| html(&help::sample::full(words))),
    ("fault", |words| html(&frame::fault(words))),
    ("list", |words| html(&frame::list(words))),
    ("list-empty", |words| html(&frame::list_empty(words))),
    ("overview", |words| html(&overview::sample::full(words))),
    ("overview-first", |words| html(&overview::sample::first_day(words))),
    ("customer", |words| html(&customer::sample::regular(words))),
    ("customer-overdue", |words| html(&customer::sample::overdue(words))),
    ("customer-new", |words| html(&customer::sample::newcomer(words))),
    ("cards", |words| html(&cards::sample::full(words))),
    ("cards-wrong", |words| html(&cards::sample::wrong(words))),
    ("ownpage", |words| html(&desk::sample::none(words))),
    ("ownpage-made", |words| html(&desk::sample::made(words))),
    ("ownpage-changed", |words| html(&desk::sample::changed(words))),
    ("mycard", |words| html(&own::show::sample::full(words))),
    ("mycard-new", |words| html(&own::show::sample::newcomer(words))),
    ("receiptpage", |words| html(&receipt::sample::returned(words))),
    ("receiptpage-gone", |words| html(&receipt::sample::gone(words))),
    ("nobody", |words| html(&own::show::sample::gone(words))),
    ("points", |words| html(&points::sample::full(words))),
    ("points-confirm", |words| html(&points::sample::to_confirm(words))),
    ("points-wrong", |words| html(&points::sample::wrong(words))),
    ("adjustments", |words| html(&settling::sample::full(words))),
    ("adjustments-none", |words| html(&settling::sample::none(words))),
    ("merge", |words| html(&merging::sample::compared(words))),
    ("merge-undone", |words| html(&merging::sample::undone(words))),
    ("merge-found", |words| html(&merging::sample::found(words))),
    ("giftcard", |words| html(&gift_cards::sample::card(words))),
    ("giftcard-read", |words| html(&gift_cards::sample::to_read(words))),
    ("giftfind", |words| html(&gift_cards::sample::wrong(words))),
    ("held", |words| html(&redemption::sample::full(words))),
    ("held-none", |words| html(&redemption::sample::none(words))),
    ("held-wrong", |words| html(&redemption::sample::wrong(words))),
    ("tills", |words| html(&tills::sample::code(words))),
    ("tills-none", |words| html(&tills::sample::none_chosen(words))),
    ("quarantine", |words| html(&tills::quarantine::sample::full(words))),
    ("quarantine-none", |words| html(&tills::quarantine::sample::none(words))),
    ("promotion", |words| html(&promotions::sample::running(words))),
    ("new", |words| html(&promotions::new::sample::counted(words))),
    ("new-wrong", |words| html(&promotions::new::sample::wrong(words))),
    ("versions", |words| html(&programme::sample::versions(words))),
    ("draft", |words| html(&programme::sample::draft(words))),
    ("draft-wrong", |words| html(&programme::sample::wrong(words))),
    ("trial", |words| html(&programme::sample::tried(words))),
    ("signals", |words| html(&signals::sample::full(words))),
    ("signals-none", |words| html(&signals::sample::none(words))),
    ("signal", |words| html(&signals::sample::open(words))),
    ("signal-again", |words| html(&signals::sample::again(words))),
    ("signal-wrong", |words| html(&signals::sample::wrong(words))),
    ("affinity", |words| html(&affinity::sample::full(words))),
    ("affinity-none", |words| html(&affinity::sample::none(words))),
];

/// Where the pages are put for a person to look at, if asked for.
fn folder() -> Option<PathBuf> {
    std::env::var_os("YAPA_SAMPLES").map(PathBuf::from)
}

fn check(name: &str, page: &str) {
    assert!(!page.contains(" style=") && !page.contains("<script>"), "{name}: inline style or script");
    assert!(page.contains("<h1"), "{name}: no heading");
    assert_eq!(page.matches("<main").count(), 1, "{name}: one main");
    let mut ids = BTreeSet::new();
    for rest in page.split(" id=\"").skip(1) {
        let id = rest.split('"').next().unwrap_or("");
        assert!(ids.insert(id.to_owned()), "{name}: id {id} twice");
    }
    for rest in page.split(" for=\"").skip(1) {
        let label = rest.split('"').next().unwrap_or("");
        assert!(ids.contains(label), "{name}: a label for {label}, which is not there");
    }
}

#[test]
fn every_page_renders_in_both_languages() {
    for words in [Words::sample_es(), Words::sample_en()] {
        for (name, render) in SAMPLES {
            let page = render(&words);
            assert_eq!(page, render(&words), "{name}: differs the second time");
            check(name, &page);
            if let Some(folder) = folder() {
                std::fs::create_dir_all(folder.join("assets")).unwrap();
                for (file, body) in assets::all() {
                    std::fs::write(folder.join("assets").join(file), body).unwrap();
                }
                std::fs::write(folder.join(format!("{name}-{}.html", words.lang())), page).unwrap();
            }
        }
    }
}

#[test]
fn every_template_has_a_sample() {
    fn templates(folder: &Path, all: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                templates(&path, all);
            } else if path.extension().is_some_and(|end| end == "html") {
                all.push(path);
            }
        }
    }
    let mut all = Vec::new();
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let pages =
        all.iter().filter(|path| std::fs::read_to_string(path).unwrap().starts_with("{% extends ")).count();
    let sampled: BTreeSet<&str> =
        SAMPLES.iter().map(|(name, _)| name.split('-').next().unwrap_or("")).collect();
    assert_eq!(pages, sampled.len(), "pages by template, samples by name: {sampled:?}");
}
