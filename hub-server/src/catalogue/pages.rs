//! What every page about stores needs: the frame in the stores' zone, the stores that the reader may
//! see, and one moment of the database to read from.

use axum::http::Uri;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::codes::StoreCode;

use super::{Store, name_in, stores};
use crate::access::pages::frame;
use crate::access::{Actor, Scope, no_such_store};
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::kit::table::{Cell, Column, Empty, Filter, Kind, Table, TableState};
use crate::kit::{Page, Words};

#[derive(Debug)]
pub struct Screen {
    pub page: Page,
    pub tx: Tx,
    /// In the reader's scope, by code.
    pub stores: Vec<Store>,
    /// The reader sees every store, so that figures may be of the whole chain.
    pub whole_chain: bool,
    pub now: DateTime<Utc>,
}

impl Screen {
    pub async fn open(app: &App, actor: &Actor, uri: &Uri, title: &str) -> Result<Self, Error> {
        let mut tx = app.db.read().await?;
        let mut stores = stores(&mut tx).await?;
        stores.retain(|store| actor.scope.allows(store.code.as_str()));
        let zone = stores.first().map_or(Tz::UTC, |store| store.zone);
        let page = frame(app, actor, uri, zone, title);
        let whole_chain = actor.scope == Scope::All;
        Ok(Self { page, tx, stores, whole_chain, now: app.clock.now() })
    }

    pub fn words(&self) -> &Words {
        &self.page.words
    }

    /// The calendar date where the stores are.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.page.words.zone()).date_naive()
    }

    /// The store that an address asks for, if the reader may see it; nonsense counts as not asked.
    pub fn asked(&self, code: &str) -> Option<StoreCode> {
        self.stores.iter().find(|store| store.code.as_str() == code).map(|store| store.code.clone())
    }

    /// The stores that figures are summed over: the one asked for, or all that the reader may see. None
    /// means the whole chain.
    pub fn within(&self, asked: Option<&StoreCode>) -> Option<Vec<StoreCode>> {
        match asked {
            Some(code) => Some(vec![code.clone()]),
            None if self.whole_chain => None,
            None => Some(self.stores.iter().map(|store| store.code.clone()).collect()),
        }
    }

    /// The one store that a figure is of: the one asked for, or the first of those that the reader may see.
    /// None means the whole chain.
    pub fn one_of(&self, asked: &str) -> Result<Option<StoreCode>, Error> {
        match self.asked(asked) {
            None if !self.whole_chain => {
                self.stores.first().map(|store| Some(store.code.clone())).ok_or_else(no_such_store)
            }
            asked => Ok(asked),
        }
    }

    pub fn store_name(&self, code: &str) -> String {
        name_in(&self.stores, code)
    }

    /// The choice of a store above a table.
    pub fn store_filter(&self, value: &str) -> Filter {
        let mut options = vec![(String::new(), self.page.words.t("store-all"))];
        options.extend(self.stores.iter().map(|store| (store.code.to_string(), store.name.clone())));
        Filter::Choice { key: "store", label: self.page.words.t("store"), value: value.to_owned(), options }
    }

    /// A table of what happened in stores: [`Screen::table`] with the choice of one above it.
    pub fn by_store(
        &self,
        id: &'static str,
        sorts: &[&str],
        columns: &[(&'static str, &str, Kind)],
        state: TableState,
        of: (Vec<Vec<Cell>>, i64),
    ) -> Table {
        let filters = vec![self.store_filter(state.filter("store"))];
        Table { filters, ..self.table(id, sorts, columns, state, of) }
    }

    /// A table and a file of it. Its texts are named after it; of each column the key, the label and the kind. `of` are the
    /// rows of this page and how many there are in all.
    pub fn table(
        &self,
        id: &'static str,
        sorts: &[&str],
        columns: &[(&'static str, &str, Kind)],
        state: TableState,
        of: (Vec<Vec<Cell>>, i64),
    ) -> Table {
        let words = self.words();
        let column = |&(key, label, kind): &(&'static str, &str, Kind)| Column {
            key,
            label: words.t(label),
            kind,
            sortable: sorts.contains(&key),
        };
        let (rows, total) = of;
        Table {
            words: words.clone(),
            id,
            caption: words.t(&format!("{id}-title")),
            age: words.as_of(self.now, self.now),
            columns: columns.iter().map(column).collect(),
            filters: vec![],
            empty: Empty { why: words.t(&format!("{id}-none")), action: None },
            rows,
            total,
            exports: true,
            state,
        }
    }
}
