//! What a till has, sends and hears, for its own screen.

use super::Agent;
use crate::error::AgentError;
use crate::ui::view::HealthView;

impl Agent {
    pub async fn health(&self, n: i64) -> Result<HealthView, AgentError> {
        let store = self.store();
        let (unsent_sales, unsent_worth) = store.unsent_worth(n).await?;
        let status = self.status().await?;
        let known = store.counts().await?;
        Ok(HealthView {
            unsent_sales,
            unsent_worth,
            unsent_events: store.unsent(n).await?,
            oldest_unsent: status.oldest_unsent,
            heard_at: status.hub.pulled_at,
            products: known.products,
            cards: known.cards,
            members: known.members,
            devices: self.devices().into_iter().filter(|device| device.till == n).collect(),
            printer: self.printer_view(n).await?,
            labels: self.label_printer(),
            kept_aside: self.kept_aside(n),
            file: self.file_checked(),
            version: status.version,
        })
    }

    /// Tries to send at once instead of when the pause is over.
    pub fn send_now(&self, n: i64) -> Result<(), AgentError> {
        self.desk(n)?.to_send.notify_one();
        Ok(())
    }
}
