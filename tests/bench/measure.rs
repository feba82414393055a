//! Timing in turns, medians, and the lines of the table.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// One line: ours, the reference, and what they have to do with each other.
pub struct Figure {
    pub what: String,
    pub ours: String,
    pub reference: String,
    pub ratio: String,
}

impl Figure {
    pub fn heading() -> Self {
        let text = |text: &str| text.to_owned();
        Self { what: text("what"), ours: text("ours"), reference: text("reference"), ratio: text("ratio") }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<58} {:>18} {:>34} {:>22}", self.what, self.ours, self.reference, self.ratio)
    }
}

/// What `name=…` on the command line says.
pub fn asked<T: FromStr>(name: &str, usual: T) -> T {
    let said = std::env::args().find_map(|arg| arg.strip_prefix(&format!("{name}=")).map(str::to_owned));
    said.map_or(usual, |said| said.parse().unwrap_or_else(|_| panic!("{name}={said}: that is no figure")))
}

pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let result = work();
    (result, begun.elapsed())
}

/// Runs both in turns and returns the medians: what slows the machine down slows both.
pub fn in_turns(
    rounds: usize,
    mut ours: impl FnMut() -> Duration,
    mut reference: impl FnMut() -> Duration,
) -> (Duration, Duration) {
    let mut times = (vec![], vec![]);
    for _ in 0..rounds {
        times.0.push(ours());
        times.1.push(reference());
    }
    (percentile(&mut times.0, 50), percentile(&mut times.1, 50))
}

/// The same for work that waits.
pub async fn in_turns_async(
    rounds: usize,
    mut ours: impl AsyncFnMut(),
    mut reference: impl AsyncFnMut(),
) -> (Duration, Duration) {
    let mut times = (vec![], vec![]);
    for _ in 0..rounds {
        let begun = Instant::now();
        ours().await;
        times.0.push(begun.elapsed());
        let begun = Instant::now();
        reference().await;
        times.1.push(begun.elapsed());
    }
    (percentile(&mut times.0, 50), percentile(&mut times.1, 50))
}

/// The smallest time that at least so many per cent of the times do not exceed (nearest rank).
pub fn percentile(times: &mut [Duration], per_cent: usize) -> Duration {
    assert!(!times.is_empty(), "nothing was measured");
    times.sort_unstable();
    let rank = (times.len() * per_cent).div_ceil(100).max(1);
    times[rank - 1]
}

pub fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

pub fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}
