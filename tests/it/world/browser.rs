//! A headless Chromium of its own profile, driven as a person would: by keys, clicks and looking.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::ports;
use super::process::{PATIENCE, Process};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Spanish,
    English,
}

impl Theme {
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Spanish, Self::English];

    pub fn name(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

#[derive(Debug)]
pub struct Browser {
    pub driver: WebDriver,
    _driver_process: Process,
    profile: TempDir,
    _turn: OwnedMutexGuard<()>,
}

/// One browser at a time: two that share a small machine keep each other from typing like a scanner.
static TURN: LazyLock<Arc<Mutex<()>>> = LazyLock::new(Arc::default);

impl Browser {
    pub async fn open(scripts: Scripts) -> Self {
        super::prepare_tls();
        let turn = Arc::clone(&TURN).lock_owned().await;
        let profile = tempfile::Builder::new().prefix("yapa-chromium-").tempdir().expect("a folder");
        let address = ports::address();
        let port = format!("--port={}", address.port());
        let mut process = Process::start("chromedriver", Command::new("chromedriver").arg(port));
        process.wait_for_line(|line| line.contains("started successfully").then_some(()));
        let mut wanted = DesiredCapabilities::chrome();
        let profile_flag = format!("--user-data-dir={}", profile.path().display());
        for flag in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1024,768",
            &profile_flag,
        ] {
            wanted.add_arg(flag).expect("a flag");
        }
        if scripts == Scripts::Off {
            let off = json!({ "profile.managed_default_content_settings.javascript": 2 });
            wanted.add_experimental_option("prefs", off).expect("a preference");
        }
        let driver = WebDriver::new(format!("http://{address}"), wanted).await;
        let driver = driver.unwrap_or_else(|error| panic!("{error}\n{}", process.log()));
        Self { driver, _driver_process: process, profile, _turn: turn }
    }

    /// Ends Chromium as a crash does: it can save nothing, and its driver finds it gone.
    pub async fn kill9(self) {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let id = processes_with(&profile).into_iter().find(|(_, line)| !line.contains("--type="));
        let (id, _) = id.expect("the browser runs, and only its helpers have a type");
        let killed = Command::new("kill").args(["-KILL", &id]).status().expect("kill is in every system");
        assert!(killed.success(), "the browser was not there any more");
        let gone = self.driver.title().await;
        assert!(gone.is_err(), "the browser answers after its end: {gone:?}");
    }

    /// As the person's system asks for it, not by a switch of ours.
    pub async fn wants(&self, language: Language, theme: Theme) {
        let tags = match language {
            Language::Spanish => "es-CO,es",
            Language::English => "en-US,en",
        };
        let agent = self.run("return navigator.userAgent", vec![]).await;
        let cdp = self.driver.cdp();
        let asked = json!({ "userAgent": agent, "acceptLanguage": tags });
        cdp.send_raw("Emulation.setUserAgentOverride", asked).await.expect("a known command");
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme.name() }] });
        cdp.send_raw("Emulation.setEmulatedMedia", scheme).await.expect("a known command");
    }

    /// By the switches of till and hub, which remember it on that machine. Needs a page of theirs open.
    pub async fn chooses(&self, language: Language, theme: Theme) {
        let (language, theme) = (language.name(), theme.name());
        for (name, value) in
            [("yapa_lang", language), ("yapa_theme", theme), ("lang", language), ("theme", theme)]
        {
            let cookie = Cookie::new(name, value);
            self.driver.add_cookie(cookie).await.expect("a page of the site is open");
        }
    }

    pub async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.driver
            .cdp()
            .send_raw("Emulation.setDeviceMetricsOverride", size)
            .await
            .expect("a known command");
    }

    pub async fn go(&self, address: &str) {
        self.driver.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// A script that runs in every page before the page's own.
    pub async fn on_each_page(&self, script: &str) {
        let asked = json!({ "source": script });
        let added = self.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", asked).await;
        added.expect("a known command");
    }

    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let done = self.driver.execute(script, arguments).await;
        done.unwrap_or_else(|error| panic!("{script:.200}: {error}")).json().clone()
    }

    pub async fn one(&self, css: &str) -> WebElement {
        let begun = Instant::now();
        loop {
            match self.driver.find(By::Css(css)).await {
                Ok(found) => return found,
                Err(_) if begun.elapsed() < Duration::from_secs(10) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => panic!("nothing matches {css} ({error}) on\n{}", self.text().await),
            }
        }
    }

    /// What a person reads on the page.
    pub async fn text(&self) -> String {
        self.run("return document.body.innerText", vec![]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a script says true; returns how long that took.
    pub async fn until(&self, what: &str, script: &str) -> Duration {
        let begun = Instant::now();
        while self.run(script, vec![]).await != json!(true) {
            assert!(begun.elapsed() < PATIENCE, "never: {what}\n{}", self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        begun.elapsed()
    }

    /// The whole page as a picture for people, under the folder that `SHOTS` names.
    pub async fn picture(&self, name: &str) {
        let size = self.run(
            "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]",
            vec![],
        );
        let size = size.await;
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 });
        self.capture(name, json!({ "format": "png", "captureBeyondViewport": true, "clip": clip })).await;
    }

    /// As much of the page as the window shows; where the picture is.
    pub async fn glance(&self, name: &str) -> PathBuf {
        self.capture(name, json!({ "format": "png" })).await
    }

    async fn capture(&self, name: &str, asked: Value) -> PathBuf {
        let taken = self.driver.cdp().send_raw("Page.captureScreenshot", asked).await.expect("a picture");
        let encoded = taken["data"].as_str().expect("base64");
        let bytes = base64_bytes(encoded);
        std::fs::create_dir_all(shots()).expect("the folder can be made");
        let path = shots().join(format!("{name}.png"));
        std::fs::write(&path, bytes).expect("the folder is writable");
        path
    }

    /// Findings of axe-core, WCAG 2.2 A and AA, of whatever impact; each with where it is.
    pub async fn axe(&self) -> Vec<String> {
        let source = std::fs::read_to_string(axe_path()).expect("axe-core: tests/run installs it");
        self.run(&source, vec![]).await;
        let script = "const done = arguments[arguments.length - 1];\
            axe.run(document, { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa'], resultTypes: ['violations'] })\
               .then(r => done(r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' | ' + (n.failureSummary || '').replace(/\\s+/g, ' ')))))\
               .catch(e => done(['axe failed: ' + e]))";
        let found = self.driver.execute_async(script, vec![]).await.expect("axe ran");
        let found = found.json().as_array().cloned().unwrap_or_default();
        found.iter().map(|finding| finding.as_str().unwrap_or_default().to_owned()).collect()
    }
}

/// Processes whose command line has a word in it: the system's number and the line.
fn processes_with(word: &str) -> Vec<(String, String)> {
    let entries = std::fs::read_dir("/proc").expect("it is mounted").flatten();
    let lines = entries.filter_map(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        Some((entry.file_name().to_string_lossy().into_owned(), line))
    });
    lines.filter(|(_, line)| line.contains(word)).collect()
}

fn base64_bytes(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

pub fn shots() -> PathBuf {
    std::env::var_os("SHOTS").map_or_else(
        || {
            let test = std::env::current_exe().expect("own path");
            test.ancestors().nth(3).expect("a target folder").join("shots")
        },
        PathBuf::from,
    )
}

/// The Python with the libraries that results are compared with, among them a reader of codes.
pub fn python() -> PathBuf {
    let axe = axe_path();
    let folder = axe.ancestors().find(|folder| folder.ends_with("venv"));
    folder.expect("axe-core stands in it: tests/run installs both").join("bin/python")
}

fn axe_path() -> PathBuf {
    std::env::var_os("AXE_JS").map_or_else(
        || {
            let test = std::env::current_exe().expect("own path");
            let site = test.ancestors().nth(3).expect("a target folder").join("venv/lib");
            let python = std::fs::read_dir(&site).expect("axe-core is missing: tests/run installs it");
            let python = python.flatten().next().expect("one Python").path();
            python.join("site-packages/axe_playwright_python/axe.min.js")
        },
        PathBuf::from,
    )
}
