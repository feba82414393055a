//! The few places where speed needs two texts, side by side. Everything else is written once.

/// Separates SKUs in [`tickets_with_skus`]: no code may hold a control character.
pub const SKU_SEPARATOR: char = '\u{1F}';

/// Store, date and the SKUs sold of every ticket that counts, one row a ticket: ten times
/// fewer rows than lines, and the database's own loop puts the SKUs together. Only the aggregate's name
/// differs. With `$1` a log and `$2` a place: those after it; [`tickets_with_skus_of_all`] has no filter.
pub fn tickets_with_skus(postgres: bool) -> &'static str {
    if postgres {
        "select s.store, s.business_date,
            (select string_agg(l.sku, chr(31)) from sale_line l where l.sale = s.id and l.kind = 'sale') as skus
         from sale s where s.has_sale and s.log = $1 and s.seq > $2 order by s.seq"
    } else {
        "select s.store, s.business_date,
            (select group_concat(l.sku, char(31)) from sale_line l where l.sale = s.id and l.kind = 'sale') as skus
         from sale s where s.has_sale and s.log = $1 and s.seq > $2 order by s.seq"
    }
}

pub fn tickets_with_skus_of_all(postgres: bool) -> &'static str {
    if postgres {
        "select s.store, s.business_date,
            (select string_agg(l.sku, chr(31)) from sale_line l where l.sale = s.id and l.kind = 'sale') as skus
         from sale s where s.has_sale"
    } else {
        "select s.store, s.business_date,
            (select group_concat(l.sku, char(31)) from sale_line l where l.sale = s.id and l.kind = 'sale') as skus
         from sale s where s.has_sale"
    }
}

/// The lock that [`super::Tx::order`] takes; its number means nothing and is used nowhere else.
pub fn take_turn(turn: super::Turn) -> &'static str {
    match turn {
        super::Turn::Beside => "select pg_advisory_xact_lock_shared(7301)",
        super::Turn::Alone => "select pg_advisory_xact_lock(7301)",
    }
}
