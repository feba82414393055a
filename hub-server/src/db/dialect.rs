//! The few places where speed, or what a database says of itself, needs two texts, side by side. Everything else
//! is written once.

use std::time::Duration;

/// For `like … escape '!'`: what holds these very characters. Whoever types `%` looks for that sign, not for everything.
pub fn holding(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

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

/// Ends a `select … order by`: its rows are kept from other writers until the transaction ends, as an update keeps
/// them, and taken in that order. SQLite has one writer anyway.
pub fn row_lock(postgres: bool) -> &'static str {
    if postgres { " for no key update" } else { "" }
}

/// Takes rows of stock in the order of their keys before an update of many takes them in whatever order it likes.
/// PostgreSQL alone needs it.
pub fn lock_levels(values: &str) -> String {
    format!(
        "select 1 from stock s join (values {values}) v on s.store = v.column1 and s.sku = v.column2
            and v.column3 is not null
         order by s.store, s.sku for no key update of s"
    )
}

/// Begins a transaction in which no statement waits for another writer's rows longer than this. On SQLite the writer's
/// place is all that is waited for.
pub fn begin_within(wait: Duration) -> String {
    format!("begin; set local lock_timeout = {}", wait.as_millis())
}

/// Table, column and kind of every table but the list of migrations, in the order of the columns.
pub fn columns(postgres: bool) -> &'static str {
    if postgres {
        "select cast(c.table_name as text), cast(c.column_name as text), cast(c.data_type as text)
         from information_schema.columns c
         join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
         where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
            and c.table_name <> '_sqlx_migrations'
         order by 1, c.ordinal_position"
    } else {
        "select t.name, c.name, c.type from sqlite_master t join pragma_table_info(t.name) c
         where t.type = 'table' and t.name not like 'sqlite!_%' escape '!' and t.name <> '_sqlx_migrations'
         order by t.name, c.cid"
    }
}

/// Pairs of a table and one that it refers to.
pub fn references(postgres: bool) -> &'static str {
    if postgres {
        "select cast(f.relname as text), cast(t.relname as text) from pg_constraint k
         join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
         where k.contype = 'f' and k.connamespace = current_schema()::regnamespace"
    } else {
        "select t.name, r.\"table\" from sqlite_master t join pragma_foreign_key_list(t.name) r
         where t.type = 'table'"
    }
}

/// The name of the list of migrations, where there is one.
pub fn list_of_migrations(postgres: bool) -> &'static str {
    if postgres {
        "select cast(tablename as text) from pg_tables
         where schemaname = current_schema() and tablename = '_sqlx_migrations'"
    } else {
        "select name from sqlite_master where type = 'table' and name = '_sqlx_migrations'"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_a_pattern_are_looked_for_themselves() {
        for (text, pattern) in
            [("té", "%té%"), ("%", "%!%%"), ("a_b!", "%a!_b!!%"), ("\\", "%\\%"), ("", "%%")]
        {
            assert_eq!(holding(text), pattern);
        }
    }
}
