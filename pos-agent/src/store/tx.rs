//! The one writing transaction, or one statement that is a transaction by itself. It holds its turn until its
//! outcome is known: after a disk that failed, the next one must not sync the same pages again.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::sync::OwnedMutexGuard;

use super::known::Known;
use super::{SQLITE_IOERR, Store, StoreError, is};

/// Rolled back where it is dropped. Its turn ends after it: the fields are dropped in this order.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Sqlite>,
    turn: OwnedMutexGuard<()>,
}

impl Deref for Tx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.inner
    }
}

impl Store {
    /// Begins the one writing transaction. It takes the write lock at once: reading first and writing
    /// later can then not fail half way.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let turn = self.turn().await?;
        Ok(Tx { inner: self.write.begin_with("BEGIN IMMEDIATE").await?, turn })
    }

    async fn turn(&self) -> Result<OwnedMutexGuard<()>, StoreError> {
        let turn = self.turn.clone().lock_owned().await;
        if *self.broken.borrow() {
            return Err(StoreError::Broken);
        }
        Ok(turn)
    }

    /// Keeps what was written. After an I/O error nothing is tried again, least of all another sync of the
    /// same pages: the process ends, and the file says at the next start what it holds. Everything that
    /// is committed here has an id by which it is then found.
    pub async fn commit(&self, tx: Tx) -> Result<(), StoreError> {
        let Tx { inner, turn } = tx;
        self.kept(turn, async move { inner.commit().await }, Known::forget).await
    }

    /// One statement that is its own transaction, kept as `commit` keeps one, and then noted as what it is. Each
    /// scan waits for it, and a beginning and a commit of their own would be four more changes of thread.
    pub(super) async fn write_alone(
        &self,
        statement: Query<'static, Sqlite, SqliteArguments>,
        note: impl FnOnce(&Known) + Send + 'static,
    ) -> Result<(), StoreError> {
        let turn = self.turn().await?;
        let write = self.write.clone();
        self.kept(turn, async move { statement.execute(&write).await.map(|_| ()) }, note).await
    }

    /// In a task of its own: whoever asked may have gone away before the disk answers.
    async fn kept(
        &self,
        turn: OwnedMutexGuard<()>,
        writing: impl Future<Output = Result<(), sqlx::Error>> + Send + 'static,
        note: impl FnOnce(&Known) + Send + 'static,
    ) -> Result<(), StoreError> {
        let (broken, known) = (self.broken.clone(), Arc::clone(&self.known));
        let writing = tokio::spawn(async move {
            let outcome = writing.await;
            // In this turn still: what the next one writes is noted after it.
            match &outcome {
                Ok(()) => note(&known),
                Err(_) => known.forget(),
            }
            if outcome.as_ref().is_err_and(|error| is(SQLITE_IOERR, error)) {
                broken.send_replace(true);
            }
            drop(turn);
            outcome
        });
        match writing.await {
            Ok(Err(error)) if is(SQLITE_IOERR, &error) => Err(StoreError::Unknown(error)),
            Ok(outcome) => Ok(outcome?),
            Err(stopped) => Err(StoreError::Stopped(stopped)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_does_not_stop_the_till() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        // As SQLite does it on a full disk.
        sqlx::query("rollback").execute(&mut *tx).await.unwrap();
        drop(tx);
        let tx = store.begin().await.unwrap();
        store.commit(tx).await.unwrap();
    }

    #[tokio::test]
    async fn who_waits_for_a_disk_that_failed_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let tx = store.begin().await.unwrap();
        let waiting = tokio::spawn({
            let store = store.clone();
            async move { store.begin().await.map(drop) }
        });
        tokio::task::yield_now().await;
        store.broken.send_replace(true);
        drop(tx);
        assert!(matches!(waiting.await.unwrap(), Err(StoreError::Broken)));
    }

    #[tokio::test]
    async fn a_commit_goes_on_when_nobody_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        sqlx::query("create table kept (n integer)").execute(&mut *tx).await.unwrap();
        // Polled once and dropped: the page that asked was closed.
        let mut commit = Box::pin(store.commit(tx));
        assert!(polled_once_is_pending(&mut commit).await);
        drop(commit);
        drop(store.begin().await.unwrap());
        sqlx::query("select n from kept").fetch_all(store.reader()).await.unwrap();
    }

    /// Polls once; whether it was not ready.
    async fn polled_once_is_pending(
        future: &mut (impl Future<Output = Result<(), StoreError>> + Unpin),
    ) -> bool {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_pending())
        })
        .await
    }
}
