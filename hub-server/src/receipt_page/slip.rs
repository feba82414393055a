//! The slip of a receipt's page: pure.

use domain::receipt_code;
use domain::sale::{LineKind, SaleStatus};
use kit::format;
use kit::slip::{self, Part, Writing, pair, printed_lines};

use super::facts::Facts;
use crate::kit::Words;

/// As the paper says it, with a stamp where goods came back since; who stood at the till is the shop's affair.
pub fn parts(facts: &Facts, chain: &str, words: &Words, w: Writing<'_>) -> Vec<Part> {
    let sale = &facts.sale;
    let mut parts = vec![Part::Title(chain.to_owned())];
    parts.extend(slip::said(&facts.store).filter(|_| facts.store != chain));
    parts.extend(slip::stamps(sale, w));
    parts.extend(came_back(facts).map(|key| Part::Stamp(words.t(key))));
    parts.push(Part::Rule);
    parts.extend(slip::particulars(sale, w));
    parts.push(Part::Rule);
    parts.extend(slip::goods(sale, &facts.taxes, w));
    parts.push(Part::Rule);
    parts.extend(slip::sums(sale, &facts.taxes, w));
    parts.extend(returned(facts, words, w));
    if let Some(card) = &facts.card {
        parts.push(Part::Rule);
        parts.extend(slip::card(card, facts.earned, w));
        parts.extend(slip::spent(sale, w));
    }
    parts.push(Part::Rule);
    parts.extend(slip::foot(&receipt_code::encode(sale.id), w));
    parts
}

/// Whether all or some of what was sold came back.
fn came_back(facts: &Facts) -> Option<&'static str> {
    let sold = || facts.sale.lines.iter().filter(|line| line.kind == LineKind::Sale);
    if facts.returned.is_empty() || facts.sale.status != SaleStatus::Completed {
        return None;
    }
    let is_back = |line: u32, sold| facts.returned.get(&line).is_some_and(|back| *back >= sold);
    let all = sold().all(|line| is_back(line.number, line.quantity));
    Some(if all { "receiptpage-returned" } else { "receiptpage-returned-part" })
}

/// Which goods those are, below what was paid.
fn returned(facts: &Facts, words: &Words, w: Writing<'_>) -> Vec<Part> {
    let of = |number: u32| printed_lines(&facts.sale).find(|line| line.number == number);
    let rows = facts.returned.iter().filter_map(|(number, quantity)| {
        let line = of(*number)?;
        let name = if line.name.is_empty() { line.sku.as_str() } else { &line.name };
        let label = words.say("receiptpage-came-back", &[("name", name)]);
        Some(pair(label, format::quantity(w.locale, *quantity)))
    });
    let rows: Vec<Part> = rows.collect();
    if rows.is_empty() { rows } else { std::iter::once(Part::Rule).chain(rows).collect() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::money::Quantity;
    use domain::sale::{Sale, SaleDraft};
    use kit::{Currency, Locale};

    use super::*;
    use crate::receipt_page::facts::sample::facts;

    fn said(facts: &Facts) -> Vec<Part> {
        let currency: Currency = "COP".parse().unwrap();
        let writing = Writing { locale: Locale::EsCo, currency: &currency };
        parts(facts, "Almacenes La Ceiba", &Words::sample_es(), writing)
    }

    #[test]
    fn the_page_says_what_became_of_the_sale_since() {
        let stamps = |facts: &Facts| {
            let stamp = |part: Part| if let Part::Stamp(text) = part { Some(text) } else { None };
            said(facts).into_iter().filter_map(stamp).collect::<Vec<String>>()
        };
        let back = |milli| Facts { returned: BTreeMap::from([(1, Quantity(milli))]), ..facts() };
        assert_eq!(stamps(&facts()), Vec::<String>::new());
        assert_eq!(stamps(&back(500)), ["DEVUELTO EN PARTE"]);
        assert_eq!(stamps(&back(1_000)), ["DEVUELTO"]);
        let row = pair("Se devolvió: leche".to_owned(), "1");
        assert!(said(&back(1_000)).contains(&row), "{:?}", said(&back(1_000)));
        let mut draft: SaleDraft = facts().sale.into();
        (draft.status, draft.tenders) = (SaleStatus::Voided, vec![]);
        let voided = Facts { sale: Sale::close(draft).unwrap(), ..facts() };
        assert_eq!(stamps(&voided), ["VENTA ANULADA"]);
    }

    #[test]
    fn of_the_customer_it_says_no_more_than_the_paper() {
        let mut draft: SaleDraft = facts().sale.into();
        draft.cashier = Some("marta".parse().unwrap());
        let facts = Facts { sale: Sale::close(draft).unwrap(), ..facts() };
        let said = format!("{:?}", said(&facts));
        assert!(
            said.contains("••••0421") && said.contains("+50") && !said.contains("2990000010421"),
            "{said}"
        );
        assert!(!said.contains("marta") && !said.contains("Atendió"), "{said}");
        let code = receipt_code::encode(facts.sale.id);
        assert!(said.contains(&code), "{said}");
    }
}
