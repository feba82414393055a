//! From a scan to the frame in which a real browser paints the row: of a scanner that the agent reads, whose clock
//! begins before its bytes leave it, and of one that types, whose clock is the browser's Event Timing. That one begins
//! with the last key; as it ends with the next frame, before the agent has answered, the row's frame is told beside it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use yapa::chain::Random;

use crate::scan::{BASKET, Till};
use crate::till_file::{PRODUCTS, barcode};
use crate::world::browser::{Browser, Scripts};

const SCANS: usize = 200;
/// After a payment: what it changes on the screen is no scan's.
const PAUSE: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(10);

/// Notes when the frame after each change of the basket was on its way to the screen.
const WATCH: &str = "window.painted = [];\
    new MutationObserver(() => requestAnimationFrame(() => setTimeout(() =>\
        window.painted.push([performance.timeOrigin + performance.now(),\
                             document.querySelectorAll('#rows tbody tr').length]))))\
      .observe(document.querySelector('main'), { childList: true, subtree: true });";

/// Notes the Enter of each typed scan as Event Timing does: when it began, and how long until the next frame. What is
/// under 16 ms it does not tell.
const KEYS: &str = "window.entered = []; window.timed = [];\
    window.addEventListener('keydown', (e) => {\
      if (e.key === 'Enter') window.entered.push(performance.timeOrigin + e.timeStamp);\
    }, true);\
    new PerformanceObserver((list) => list.getEntries().filter((e) => e.name === 'keydown')\
      .forEach((e) => window.timed.push([performance.timeOrigin + e.startTime, e.duration])))\
      .observe({ type: 'event', durationThreshold: 16 });";
const SHORTEST: Duration = Duration::from_millis(16);

/// Times of single scans at a till whose screen is open in a browser.
#[derive(Debug, Default)]
pub struct Times {
    /// From the scanner's bytes to the row.
    pub read: Vec<Duration>,
    /// From the last key of a scanner that types to the row.
    pub typed: Vec<Duration>,
    /// What Event Timing says of that key.
    pub events: Vec<Duration>,
}

pub fn times(till: &mut Till) -> Times {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let browser = Browser::open(Scripts::On).await;
        browser.go(&till.page()).await;
        browser.until("the screen", "return document.getElementById('rows') !== null").await;
        browser.run(WATCH, vec![]).await;
        browser.run(KEYS, vec![]).await;
        let mut random = Random::new(6);
        let mut times = Times::default();
        for number in 0..2 * SCANS {
            if number % BASKET == 0 && number > 0 {
                till.pay();
                browser
                    .until("an empty basket", "return document.querySelector('#rows tbody tr') === null")
                    .await;
                tokio::time::sleep(PAUSE).await;
            }
            browser
                .run("for (const name of ['painted', 'entered', 'timed']) window[name].length = 0", vec![])
                .await;
            let code = barcode(usize::try_from(random.below(PRODUCTS as u64)).unwrap());
            if number < SCANS {
                let sent = since_1970();
                till.type_in(&code);
                times.read.push(painted(&browser).await.saturating_sub(sent));
                continue;
            }
            browser.burst(&code).await;
            let row = painted(&browser).await;
            let noted = browser.run("return [window.entered[0], window.timed]", vec![]).await;
            let entered = noted[0].as_f64().expect("the key was seen");
            times.typed.push(row.saturating_sub(milliseconds(entered)));
            times.events.push(event_timing(&noted[1], entered));
        }
        browser.driver.clone().quit().await.unwrap();
        times
    })
}

/// The entry of the key that began then.
fn event_timing(entries: &Value, began: f64) -> Duration {
    let entries = entries.as_array().into_iter().flatten();
    let of_key = |entry: &&Value| entry[0].as_f64().is_some_and(|at| (at - began).abs() < 0.5);
    entries.filter(of_key).filter_map(|entry| entry[1].as_f64()).map(milliseconds).max().unwrap_or(SHORTEST)
}

fn milliseconds(figure: f64) -> Duration {
    Duration::from_secs_f64(figure / 1_000.0)
}

/// When the row was painted, by the machine's one clock.
async fn painted(browser: &Browser) -> Duration {
    let begun = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let found = browser.run("return window.painted", vec![]).await;
        if let Some(at) = found[0][0].as_f64() {
            return milliseconds(at);
        }
        assert!(found == Value::Array(vec![]) && begun.elapsed() < PATIENCE, "no row is painted: {found}");
    }
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}
