//! What the address of a table says: filters, order, page. The address is the whole state, so that a
//! reload, the back button, a bookmark and an export all show the same rows.

use form_urlencoded::{Serializer, parse};

/// How a file is written; see [`super::csv`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvMode {
    /// Byte order mark, `;`, decimal comma: opens in a spreadsheet by a double click.
    Excel,
    /// No mark, `,`, decimal point.
    Programs,
}

pub const PAGE_SIZES: [i64; 3] = [25, 50, 100];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableState {
    path: String,
    filters: Vec<(String, String)>,
    pub sort: String,
    pub descending: bool,
    /// From 1.
    pub page: i64,
    pub size: i64,
    pub csv: Option<CsvMode>,
}

impl TableState {
    /// Reads the query of an address. What cannot be read counts as not said: an old bookmark still
    /// opens. `default_sort` may begin with `-` for descending.
    pub fn read(path: &str, query: Option<&str>, default_sort: &str) -> Self {
        let mut state = Self {
            path: path.to_owned(),
            filters: Vec::new(),
            sort: String::new(),
            descending: false,
            page: 1,
            size: PAGE_SIZES[0],
            csv: None,
        };
        state.set_sort(default_sort);
        for (key, value) in parse(query.unwrap_or("").as_bytes()) {
            match key.as_ref() {
                "sort" => state.set_sort(&value),
                "page" => state.page = value.parse().unwrap_or(1).clamp(1, i64::from(u32::MAX)),
                "size" => {
                    state.size =
                        value.parse().ok().filter(|size| PAGE_SIZES.contains(size)).unwrap_or(PAGE_SIZES[0]);
                }
                "csv" => {
                    state.csv = match value.as_ref() {
                        "excel" => Some(CsvMode::Excel),
                        "programs" => Some(CsvMode::Programs),
                        _ => None,
                    }
                }
                _ if value.trim().is_empty() => {}
                _ => state.filters.push((key.into_owned(), value.trim().to_owned())),
            }
        }
        state
    }

    fn set_sort(&mut self, text: &str) {
        self.descending = text.starts_with('-');
        text.trim_start_matches('-').clone_into(&mut self.sort);
    }

    /// The value of one filter; empty where it is not set.
    pub fn filter(&self, key: &str) -> &str {
        self.filters.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value)
    }

    pub fn filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    /// A sort key of this table, or the fallback where the address names another.
    pub fn keep_sort_in(&mut self, known: &[&str], fallback: &str) {
        if !known.contains(&self.sort.as_str()) {
            self.set_sort(fallback);
        }
    }

    pub fn limit(&self) -> i64 {
        self.size
    }

    pub fn offset(&self) -> i64 {
        (self.page - 1) * self.size
    }

    fn href(&self, sort: &str, descending: bool, page: i64, extra: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        for (key, value) in &self.filters {
            query.append_pair(key, value);
        }
        let sign = if descending { "-" } else { "" };
        query.append_pair("sort", &format!("{sign}{sort}"));
        if self.size != PAGE_SIZES[0] {
            query.append_pair("size", &self.size.to_string());
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        query.extend_pairs(extra);
        format!("{}?{}", self.path, query.finish())
    }

    /// The same table by another column; the same column turns its order round.
    pub fn href_sort(&self, key: &str) -> String {
        self.href(key, self.sort == key && !self.descending, 1, &[])
    }

    pub fn href_page(&self, page: i64) -> String {
        self.href(&self.sort, self.descending, page, &[])
    }

    pub fn href_size(&self, size: i64) -> String {
        Self { size, ..self.clone() }.href_page(1)
    }

    pub fn href_csv(&self, mode: CsvMode) -> String {
        let mode = match mode {
            CsvMode::Excel => "excel",
            CsvMode::Programs => "programs",
        };
        self.href(&self.sort, self.descending, 1, &[("csv", mode)])
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    /// What a filter form must send along to keep order and page size.
    pub fn sort_text(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.sort)
    }

    pub fn aria_sort(&self, key: &str) -> &'static str {
        match (self.sort == key, self.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_state() {
        let state = TableState::read("/c", Some("q=Ana+M%26x&sort=-visits&size=50&page=3&csv=excel"), "name");
        assert_eq!(state.filter("q"), "Ana M&x");
        assert_eq!((state.sort.as_str(), state.descending), ("visits", true));
        assert_eq!((state.limit(), state.offset()), (50, 100));
        assert_eq!(state.csv, Some(CsvMode::Excel));
        assert_eq!(state.href_page(2), "/c?q=Ana+M%26x&sort=-visits&size=50&page=2");
        assert_eq!(state.href_sort("visits"), "/c?q=Ana+M%26x&sort=visits&size=50");
        assert_eq!(state.href_sort("name"), "/c?q=Ana+M%26x&sort=name&size=50");
    }

    #[test]
    fn nonsense_in_the_address_is_not_said() {
        for query in ["page=-4", "page=x", "size=7", "csv=doc", "q=%20", "", "page=99999999999999"] {
            let state = TableState::read("/c", Some(query), "-last");
            assert!(state.page >= 1 && PAGE_SIZES.contains(&state.size), "{query}");
            assert!(state.offset() >= 0, "{query}");
            assert_eq!(
                (state.sort_text().as_str(), state.filtered(), state.csv),
                ("-last", false, None),
                "{query}"
            );
        }
    }

    #[test]
    fn an_unknown_column_falls_back() {
        let mut state = TableState::read("/c", Some("sort=password"), "name");
        state.keep_sort_in(&["name", "visits"], "-visits");
        assert_eq!(state.sort_text(), "-visits");
    }
}
