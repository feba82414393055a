//! What a hub counts, for an operator's Prometheus.

use std::time::Duration;

use ::kit::metrics::Metrics;
use anyhow::Context;

/// Seconds of a push, from one that is in memory to one that a till gives up.
const PUSH_BUCKETS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

const UPKEEP: Duration = Duration::from_secs(5);

pub fn new() -> anyhow::Result<Metrics> {
    Metrics::new(&PUSH_BUCKETS).context("making the metrics")
}

/// Runs for as long as the hub serves.
pub async fn keep(metrics: Metrics) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        metrics.upkeep();
    }
}
