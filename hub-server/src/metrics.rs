//! What an operator's Prometheus reads of this process. Each hub counts for itself, so two in one process, as in
//! tests, do not mix. Labels are names of our own (codes, routes, answers): nothing that a person could be known by.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ::metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusRecorder};

/// Seconds of a push, from one that is in memory to one that a till gives up.
const PUSH_BUCKETS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// What was observed is put into its buckets this often, also while nobody reads it.
const UPKEEP: Duration = Duration::from_secs(5);

const ABOUT: Metadata<'static> = Metadata::new("yapa", Level::INFO, None);

/// Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<PrometheusRecorder>);

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

pub type Labels<'a> = &'a [(&'static str, &'a str)];

impl Metrics {
    pub fn new() -> Result<Self, BuildError> {
        Ok(Self(Arc::new(PrometheusBuilder::new().set_buckets(&PUSH_BUCKETS)?.build_recorder())))
    }

    /// Something happened so many times; 0 shows that it is counted.
    pub fn count(&self, name: &'static str, labels: Labels, times: u64) {
        let counter: Counter = self.0.register_counter(&key(name, labels), &ABOUT);
        counter.increment(times);
    }

    pub fn set(&self, name: &'static str, labels: Labels, value: f64) {
        let gauge: Gauge = self.0.register_gauge(&key(name, labels), &ABOUT);
        gauge.set(value);
    }

    pub fn took(&self, name: &'static str, labels: Labels, time: Duration) {
        let histogram: Histogram = self.0.register_histogram(&key(name, labels), &ABOUT);
        histogram.record(time.as_secs_f64());
    }

    /// All of it in Prometheus's text format.
    pub fn text(&self) -> String {
        self.0.handle().render()
    }

    /// Runs for as long as the hub serves.
    pub async fn keep(self) {
        loop {
            tokio::time::sleep(UPKEEP).await;
            self.0.handle().run_upkeep();
        }
    }
}

fn key(name: &'static str, labels: Labels) -> Key {
    let labels = labels.iter().map(|(name, value)| Label::new(*name, (*value).to_owned()));
    Key::from_parts(name, labels.collect::<Vec<_>>())
}
