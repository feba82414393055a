//! What an operator's Prometheus reads of a program. Each hub and each agent counts for itself, so two in one process,
//! as in tests, do not mix. Labels are names of our own (codes, routes, answers): nothing that a person could be known
//! by.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusRecorder};

use crate::cli::{Exit, Failure};

/// The content type of [`Metrics::text`].
pub const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

const ABOUT: Metadata<'static> = Metadata::new("yapa", Level::INFO, None);

/// Cheap to clone. The default is for whoever observes no times, and so needs no buckets.
#[derive(Clone)]
pub struct Metrics(Arc<PrometheusRecorder>);

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

pub type Labels<'a> = &'a [(&'static str, &'a str)];

impl Default for Metrics {
    fn default() -> Self {
        Self(Arc::new(PrometheusBuilder::new().build_recorder()))
    }
}

impl Metrics {
    /// `buckets`, in seconds, are those of every histogram; there must be one.
    pub fn new(buckets: &[f64]) -> Result<Self, BuildError> {
        Ok(Self(Arc::new(PrometheusBuilder::new().set_buckets(buckets)?.build_recorder())))
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

    /// One of several states: 1 for the one that it is, 0 for the others.
    pub fn set_state(&self, name: &'static str, labels: Labels, all: &[&'static str], is: &str) {
        for state in all {
            let labels = [labels, &[("state", *state)]].concat();
            self.set(name, &labels, f64::from(u8::from(*state == is)));
        }
    }

    /// All of it in Prometheus's text format.
    pub fn text(&self) -> String {
        self.0.handle().render()
    }

    /// Puts what was observed into its buckets; to be called every few seconds, also while nobody reads it.
    pub fn upkeep(&self) {
        self.0.handle().run_upkeep();
    }
}

fn key(name: &'static str, labels: Labels) -> Key {
    let labels = labels.iter().map(|(name, value)| Label::new(*name, (*value).to_owned()));
    Key::from_parts(name, labels.collect::<Vec<_>>())
}

/// Whether metrics may be shown at an address. They ask nobody who they are, so they are for this machine unless the
/// operator says otherwise.
pub fn may_show_at(address: SocketAddr, anywhere: bool) -> Result<(), Failure> {
    if address.ip().is_loopback() || anywhere {
        return Ok(());
    }
    let why = format!("{address}: other machines would reach the metrics, which ask for no log-in");
    Err(Failure::new(Exit::Config, "internal_not_loopback", why)
        .fix("name a loopback address, or add --internal-anywhere if a firewall keeps others out"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_for_this_machine_unless_somebody_says_otherwise() {
        for (address, anywhere, may) in [
            ("127.0.0.1:9464", false, true),
            ("[::1]:9464", false, true),
            ("0.0.0.0:9464", false, false),
            ("192.168.1.5:9464", false, false),
            ("192.168.1.5:9464", true, true),
        ] {
            assert_eq!(may_show_at(address.parse().unwrap(), anywhere).is_ok(), may, "{address}");
        }
    }

    #[test]
    fn a_state_is_one_of_all() {
        let metrics = Metrics::default();
        for is in ["ok", "away"] {
            metrics.set_state("yapa_c", &[("n", "1")], &["ok", "away"], is);
        }
        let text = metrics.text();
        for line in ["yapa_c{n=\"1\",state=\"ok\"} 0", "yapa_c{n=\"1\",state=\"away\"} 1"] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn two_programs_in_one_process_do_not_mix() {
        let [one, other] = [(); 2].map(|()| Metrics::new(&[1.0]).unwrap());
        one.count("yapa_a_total", &[("code", "x")], 2);
        other.set("yapa_b", &[], 3.0);
        assert!(one.text().contains("yapa_a_total{code=\"x\"} 2") && !one.text().contains("yapa_b"));
        assert!(other.text().contains("yapa_b 3") && !other.text().contains("yapa_a_total"));
    }
}
