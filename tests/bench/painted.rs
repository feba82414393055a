//! From a scanner's bytes to the frame in which a real browser paints the row. (The browser's own Event Timing
//! ends before the agent has answered; this clock begins before the bytes leave the scanner.)

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

/// Times of single scans at a till whose screen is open in a browser.
pub fn times(till: &mut Till) -> Vec<Duration> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let browser = Browser::open(Scripts::On).await;
        browser.go(&till.page()).await;
        browser.until("the screen", "return document.getElementById('rows') !== null").await;
        browser.run(WATCH, vec![]).await;
        let mut random = Random::new(6);
        let mut times = vec![];
        for number in 0..SCANS {
            if number % BASKET == 0 && number > 0 {
                till.pay();
                browser
                    .until("an empty basket", "return document.querySelector('#rows tbody tr') === null")
                    .await;
                tokio::time::sleep(PAUSE).await;
            }
            browser.run("window.painted.length = 0", vec![]).await;
            let product = usize::try_from(random.below(PRODUCTS as u64)).unwrap();
            let sent = since_1970();
            till.type_in(&barcode(product));
            times.push(painted(&browser).await.saturating_sub(sent));
        }
        browser.driver.clone().quit().await.unwrap();
        times
    })
}

/// When the row was painted, by the machine's one clock.
async fn painted(browser: &Browser) -> Duration {
    let begun = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let found = browser.run("return window.painted", vec![]).await;
        if let Some(at) = found[0][0].as_f64() {
            return Duration::from_secs_f64(at / 1_000.0);
        }
        assert!(found == Value::Array(vec![]) && begun.elapsed() < PATIENCE, "no row is painted: {found}");
    }
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}
