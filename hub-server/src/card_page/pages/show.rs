//! A customer's facts as the page says them.

use askama::Template;
use domain::money::Points;
use domain::snapshot::{Missing, TierRow};

use crate::access::keyed::Frame;
use crate::card_page::facts::{Facts, Receipt};
use crate::error::Error;
use crate::kit::Words;

/// The number of the card, as a reader and as a person reads it.
#[derive(Debug)]
pub struct Codes {
    pub qr: String,
    /// Empty where the number is too long for a phone.
    pub bars: String,
    pub number: String,
}

#[derive(Debug)]
pub struct TierBar {
    pub name: String,
    /// The way to the next one; none at the top.
    pub percent: Option<i64>,
    pub next: String,
}

#[derive(Debug)]
pub struct ReceiptItem {
    pub date: String,
    pub store: String,
    pub total: String,
    pub points: String,
}

#[derive(Debug, Template)]
#[template(path = "card_page/pages/card.html")]
pub struct CardPage {
    pub frame: Frame,
    pub hello: String,
    /// What the last answer did.
    pub said: String,
    pub codes: Option<Codes>,
    pub balance_at: String,
    pub balance: String,
    pub under_balance: Vec<String>,
    pub tier: Option<TierBar>,
    pub offer: Option<(String, String)>,
    pub gifts: Vec<(String, String)>,
    /// How many more there are; empty for none.
    pub more_gifts: String,
    pub receipts: Vec<ReceiptItem>,
    pub consent: String,
    pub consent_now: String,
    pub agreed: bool,
}

/// Gifts that the page names, the dearest first: a phone loads it whole.
const GIFTS: usize = 12;

/// The words that leave for offers is given to.
pub fn consent_words(frame: &Frame) -> String {
    frame.words.say("mycard-consent-marketing", &[("chain", frame.chain.as_str())])
}

impl CardPage {
    pub fn new(frame: Frame, facts: &Facts) -> Result<Self, Error> {
        let words = frame.words.clone();
        let agreed = facts.consent.may_target();
        let since = facts.consent.at.map(|at| words.date(words.today(at)));
        Ok(Self {
            hello: words.say("mycard-hello", &[("name", facts.name.as_str())]),
            said: String::new(),
            codes: facts.card.as_ref().map(|card| codes(&words, card.as_str())).transpose()?,
            // With its date, always: a phone keeps the page for days.
            balance_at: words.say("mycard-balance-at", &[("time", words.date_time(facts.now))]),
            balance: words.points_text(facts.balance),
            under_balance: under_balance(&words, facts),
            tier: facts.tier.as_ref().map(|tier| tier_bar(&words, tier)),
            offer: facts.offer.as_ref().map(|offer| {
                let until = words.say("mycard-offer-until", &[("date", words.date(offer.valid_until))]);
                (offer.text.clone(), until)
            }),
            gifts: facts
                .gifts
                .iter()
                .map(|(name, points)| (name.clone(), words.points_text(*points)))
                .take(GIFTS)
                .collect(),
            more_gifts: match facts.gifts.len().saturating_sub(GIFTS) {
                0 => String::new(),
                more => words.count("mycard-gifts-more", i64::try_from(more).unwrap_or(i64::MAX)),
            },
            receipts: facts.receipts.iter().map(|row| receipt(&words, row)).collect(),
            consent: consent_words(&frame),
            consent_now: match since {
                Some(date) if agreed => words.say("mycard-consent-yes", &[("date", date)]),
                _ => words.t("mycard-consent-no"),
            },
            agreed,
            frame,
        })
    }
}

fn codes(words: &Words, number: &str) -> Result<Codes, Error> {
    let label = |key: &str| words.say(key, &[("number", number)]);
    Ok(Codes {
        qr: ::kit::qr::svg(number, &label("mycard-qr")).map_err(anyhow::Error::from)?,
        // Any card can be read by its QR; this one needs room.
        bars: ::kit::code128::svg(number, &label("mycard-bars")).unwrap_or_default(),
        number: number.to_owned(),
    })
}

fn under_balance(words: &Words, facts: &Facts) -> Vec<String> {
    let points = |points: Points| ("points", words.points_text(points));
    let mut lines = vec![];
    if facts.available != facts.balance {
        lines.push(words.say("mycard-usable", &[points(facts.available)]));
    }
    if let Some(pending) = &facts.pending {
        let args = [points(pending.first), ("date", words.date(pending.on))];
        lines.push(words.say("mycard-pending", &args));
    }
    if facts.debt > Points::ZERO {
        lines.push(words.say("mycard-debt", &[points(facts.debt)]));
    }
    for (ending, on) in &facts.ending {
        lines.push(words.say("mycard-ending", &[points(*ending), ("date", words.date(*on))]));
    }
    lines
}

fn tier_bar(words: &Words, tier: &TierRow) -> TierBar {
    let percent = tier.next.as_ref().and_then(|next| next.way);
    let next = match &tier.next {
        Some(next) => {
            let missing = match next.missing {
                Missing::Points(points) => words.points_text(points),
                Missing::Money(money) => words.money(money),
            };
            words.say("mycard-tier-next", &[("missing", missing), ("next", next.name.clone())])
        }
        None => words.t("mycard-tier-top"),
    };
    TierBar { name: words.say("mycard-tier", &[("name", tier.name.as_str())]), percent, next }
}

fn receipt(words: &Words, row: &Receipt) -> ReceiptItem {
    let sign = if row.points > Points::ZERO { "+" } else { "" };
    ReceiptItem {
        date: words.date(row.on),
        store: row.store.clone(),
        total: words.money(row.total),
        points: format!("{sign}{}", words.points_text(row.points)),
    }
}

#[cfg(test)]
pub mod sample {
    use chrono::{DateTime, Utc};
    use domain::ids::PromotionId;
    use domain::money::Money;
    use domain::points::Pending;
    use domain::snapshot::{NextTier, Offer};

    use super::super::SCREEN;
    use super::*;
    use crate::access::keyed::NobodyPage;
    use crate::kit::assets;
    use crate::members::Consent;

    fn frame(words: &Words) -> Frame {
        Frame::sample(words, SCREEN)
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    pub fn facts() -> Facts {
        let receipt = |day: &str, store: &str, total, points| Receipt {
            on: day.parse().unwrap(),
            store: store.to_owned(),
            total: Money(total),
            points: Points(points),
        };
        Facts {
            name: "Ana M.".to_owned(),
            card: Some("2990000010421".parse().unwrap()),
            balance: Points(5_230_000),
            available: Points(5_180_000),
            debt: Points(0),
            pending: Some(Pending {
                points: Points(50_000),
                first: Points(50_000),
                on: "2026-05-24".parse().unwrap(),
            }),
            ending: vec![(Points(120_000), "2026-06-30".parse().unwrap())],
            tier: Some(TierRow {
                name: "Plata".to_owned(),
                next: Some(NextTier {
                    name: "Oro".to_owned(),
                    missing: Missing::Points(Points(84_000)),
                    way: Some(72),
                }),
            }),
            gifts: std::iter::once(("Licuadora <600 W>".to_owned(), Points(4_000_000)))
                .chain((0..40).map(|n| (format!("Vaso térmico de acero n.º {n}"), Points(90_000))))
                .collect(),
            offer: Some(Offer {
                promotion: PromotionId::new(1, [1; 10]),
                text: "Hoy su café tiene 15 % de descuento".to_owned(),
                sku: None,
                percent_off: 1_500,
                valid_until: "2026-05-31".parse().unwrap(),
            }),
            receipts: vec![
                receipt("2026-05-07", "Centro", 1_845_000, 18_450),
                receipt("2026-05-07", "Centro", -650_000, -6_500),
                receipt("2026-05-01", "Parque de las Flores, segundo piso", 5_700_000, 57_000),
                receipt("2026-04-24", "Norte", 120_000, 1_200),
                receipt("2026-04-20", "Centro", 99_000, 0),
            ],
            consent: Consent {
                marketing: true,
                at: Some(at("2026-01-05T15:00:00Z")),
                source: "card page".to_owned(),
            },
            now: at("2026-05-18T15:42:00Z"),
        }
    }

    pub fn full(words: &Words) -> CardPage {
        CardPage::new(frame(words), &facts()).unwrap()
    }

    pub fn newcomer(words: &Words) -> CardPage {
        let facts = Facts {
            card: None,
            balance: Points(-5_000),
            available: Points(0),
            debt: Points(5_000),
            pending: None,
            ending: vec![],
            tier: None,
            gifts: vec![],
            offer: None,
            receipts: vec![],
            consent: Consent::default(),
            ..facts()
        };
        CardPage { said: words.t("mycard-said-no"), ..CardPage::new(frame(words), &facts).unwrap() }
    }

    pub fn gone(words: &Words) -> NobodyPage {
        NobodyPage::new(frame(words), "gone")
    }

    #[test]
    fn a_page_with_all_that_belongs_to_it_stays_under_30_kb() {
        for words in [Words::sample_es(), Words::sample_en()] {
            let page = full(&words).render().unwrap();
            let parts = ["card.css", "card.js", "icon.svg"];
            let parts: usize =
                assets::all().filter(|(name, _)| parts.contains(name)).map(|(_, body)| body.len()).sum();
            let worker = include_str!("worker.js").len();
            let all = page.len() + parts + worker;
            assert!(all <= 30 * 1_000, "{all}: page {}, parts {parts}, worker {worker}", page.len());
        }
    }

    #[test]
    fn the_page_says_what_it_knows_and_of_when() {
        let page = full(&Words::sample_es()).render().unwrap();
        for said in [
            "Hola, Ana M.",
            "2990000010421",
            "52.300 puntos",
            "51.800 puntos",
            "18/05/2026",
            "1.200 puntos",
            "30/06/2026",
            "value=\"72\"",
            "Oro",
            "Licuadora &#60;600 W&#62;",
            "15 % de descuento",
            "-65 puntos",
            "aria-checked=\"true\"",
        ] {
            assert!(page.contains(said), "{said} is not on {page}");
        }
        let page = newcomer(&Words::sample_es()).render().unwrap();
        assert!(!page.contains("<svg") && page.contains("aria-checked=\"false\""), "{page}");
        assert!(page.contains("50 puntos") && !page.contains("<progress"), "{page}");
    }
}
