//! The words of `scan-test` in the language of the terminal.

use std::sync::LazyLock;

use firmware_config::{Profile, Verified};
use kit::{Arg, Lang, Texts};

use super::report::Report;
use crate::ui::keys::BURST_GAP_MOST;

pub static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::embedded(
        &[include_str!("../../../texts/scan-test.es.ftl")],
        &[include_str!("../../../texts/scan-test.en.ftl")],
    )
});

#[derive(Debug, Clone, Copy)]
pub struct Words(pub Lang);

impl Words {
    /// English where the terminal names no language of ours, as everywhere on the command line.
    pub fn of_terminal() -> Self {
        Self(Lang::from_env().unwrap_or(Lang::En))
    }

    fn say(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        TEXTS.say(self.0, key, args)
    }

    pub fn listening(self, path: &str, profile: &Profile) -> String {
        let verified = match profile.verified {
            Verified::No => "verified-no",
            Verified::Manual => "verified-manual",
            Verified::Bench => "verified-bench",
        };
        let verified = self.say(verified, &[]);
        let device = format!("{} {}", profile.vendor, profile.model);
        self.say(
            "listening",
            &[
                ("path", path.into()),
                ("profile", (&profile.id).into()),
                ("device", device.into()),
                ("verified", verified.into()),
            ],
        )
    }

    /// One read, told to a person; for keys, with what `burst_gap_ms` is set to.
    pub fn lines(self, number: usize, report: &Report, burst_gap_ms: u16) -> Vec<String> {
        let read = self.say(&format!("read-{}", report.read.replace('_', "-")), &[]);
        let mut lines =
            vec![self.say("read", &[("number", number.to_string().into()), ("read", read.into())])];
        lines.extend(report.bytes.iter().map(|r| format!("{:>7} ms  {:<4} {}", r.gap_ms, r.hex, r.name)));
        if report.hidden > 0 {
            lines.push(self.say("hidden", &[("count", report.hidden.to_string().into())]));
        }
        if let Some(symbol) = &report.symbol {
            lines.push(self.say("symbol", &[("symbol", symbol.into())]));
        }
        let meaning = format!("meaning-{}", report.meaning.replace('_', "-"));
        lines.push(self.say(&meaning, &[("text", (&report.text).into())]));
        if let Some(gaps) = report.key_gaps {
            let ms = |ms: u64| Arg::from(ms.to_string());
            let args = [
                ("shortest", ms(gaps.shortest_ms)),
                ("median", ms(gaps.median_ms)),
                ("longest", ms(gaps.longest_ms)),
            ];
            lines.push(self.say("key-gaps", &args));
            let advice = match gaps.burst_gap_ms {
                needed if needed <= burst_gap_ms.into() => "burst-taken",
                needed if needed <= BURST_GAP_MOST.into() => "burst-set",
                _ => "burst-too-slow",
            };
            let (needed, set) = (gaps.burst_gap_ms.to_string(), burst_gap_ms.to_string());
            lines.push(self.say(advice, &[("needed", needed.into()), ("set", set.into())]));
        }
        lines
    }
}
