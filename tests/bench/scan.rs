//! From a scanner's bytes to the row on the screen: bytes into a pseudo terminal that a running agent reads,
//! until the server-sent event with the row has arrived on loopback. Beside it what the machine takes for
//! bytes, one durable write and bytes back.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serialport::{SerialPort, TTYPort};
use yapa::chain::{self, Random};

use crate::floor::Floor;
use crate::hub::Hub;
use crate::measure::{Figure, ms, percentile, ratio, timed};
use crate::paper::Paper;
use crate::till_file::{CARDS, PRODUCTS, barcode, card, fill, greeting, product_name};
use crate::world::process::{Process, program};

const SCANS: usize = 400;
const CARD_SCANS: usize = 60;
/// Products a basket holds before it is paid.
pub const BASKET: usize = 15;
const STARTS: usize = 5;
const RECEIPTS: usize = 100;

pub fn figures() -> Vec<Figure> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("till");
    let chain = chain::generate(chain::SEED, "2026-01-05".parse().unwrap()).unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}", folder.path().join("hub.db").display());
        let hub = Hub::start(&url, &chain).await;
        fill(&data, &hub, &chain).await;
    });
    // The hub ends with its runtime: a till without a network is the harder case.
    runtime.shutdown_background();

    let mut starts: Vec<Duration> = (0..STARTS).map(|_| Till::start(&data, None).started).collect();
    let paper = Paper::new();
    let mut till = Till::start(&data, Some(&paper));
    let mut floor = Floor::start(folder.path());
    let mut random = Random::new(5);
    let (mut scans, mut floors) = (vec![], vec![]);
    for number in 0..SCANS {
        if number % BASKET == 0 && number > 0 {
            till.pay();
            paper.next();
        }
        let product = usize::try_from(random.below(PRODUCTS as u64)).unwrap();
        scans.push(till.scan(&barcode(product), &product_name(product)));
        floors.push(floor.once());
    }
    till.pay();
    paper.next();
    let (mut begun, mut cut) = receipts(&mut till, &paper, &mut random);
    let mut cards: Vec<Duration> = (0..CARD_SCANS)
        .map(|_| {
            let number = usize::try_from(random.below(CARDS as u64)).unwrap();
            till.scan(&card(number), &greeting(number))
        })
        .collect();
    let resident_kib = till.resident_kib();
    let mut painted = crate::painted::times(&mut till);
    let mut figures = vec![];
    for (what, times) in [
        ("scan to row, 100,000 products, 500,000 cards", &mut scans),
        ("card to greeting", &mut cards),
        ("pay to the first byte at the printer", &mut begun),
        ("pay to the cut", &mut cut),
        ("scan to painted row in a browser", &mut painted.read),
        ("typed scan to painted row, from Event Timing's start of its last key", &mut painted.typed),
        ("that key by Event Timing, 16 ms where it tells none", &mut painted.events),
    ] {
        figures.extend([50, 95, 99].map(|per_cent| beside(what, per_cent, times, &mut floors)));
    }
    figures.extend(alone(&mut starts, resident_kib));
    figures
}

/// Tickets of three products, paid: until the printer has the first byte, and the cut.
fn receipts(till: &mut Till, paper: &Paper, random: &mut Random) -> (Vec<Duration>, Vec<Duration>) {
    let times = (0..RECEIPTS).map(|_| {
        for _ in 0..3 {
            let product = usize::try_from(random.below(PRODUCTS as u64)).unwrap();
            till.scan(&barcode(product), &product_name(product));
        }
        let sent = till.pay();
        let printed = paper.next();
        (printed.first - sent, printed.cut - sent)
    });
    times.unzip()
}

fn beside(what: &str, per_cent: usize, ours: &mut [Duration], floors: &mut [Duration]) -> Figure {
    let (ours, floor) = (percentile(ours, per_cent), percentile(floors, per_cent));
    Figure {
        what: format!("{what}, {per_cent} %"),
        ours: ms(ours),
        reference: format!("loopback + fsync {}", ms(floor)),
        ratio: format!("{:.1} times it", ratio(ours, floor)),
    }
}

fn alone(starts: &mut [Duration], resident_kib: u64) -> [Figure; 2] {
    [
        ("cold start to first screen, median", ms(percentile(starts, 50)), "aim 1 s"),
        ("memory after it", format!("{:.1} MB", resident_kib as f64 / 1024.0), "aim 60 MB"),
    ]
    .map(|(what, ours, aim)| Figure {
        what: what.to_owned(),
        ours,
        reference: aim.to_owned(),
        ratio: String::new(),
    })
}

/// A running `pos-agent` with a scanner and an open screen.
pub struct Till {
    process: Process,
    address: SocketAddr,
    scanner: TTYPort,
    // Kept open: the agent has the other end by its name.
    _slave: TTYPort,
    screen: BufReader<TcpStream>,
    started: Duration,
}

impl Till {
    fn start(data: &Path, paper: Option<&Paper>) -> Self {
        let (scanner, slave) = TTYPort::pair().unwrap();
        let path = slave.name().unwrap();
        let begun = Instant::now();
        let mut run = Command::new(program("pos-agent"));
        run.args(["run", "--listen", "127.0.0.1:0", "--scanner", &path, "--data"]).arg(data);
        if let Some(paper) = paper {
            let settings = data.with_file_name("settings.toml");
            let text = format!("[[printers]]\nid = \"front\"\nconnection = \"tcp:{}\"\n", paper.address);
            std::fs::write(&settings, text).unwrap();
            run.arg("--config").arg(settings);
        }
        let mut process = Process::start("pos-agent", &mut run);
        let address: SocketAddr = process.wait_for_line(|line| {
            let rest = line.strip_prefix("http://")?;
            rest.split('/').next()?.parse().ok()
        });
        let page = get(address, "/till/1");
        let started = begun.elapsed();
        assert!(page.contains("data-base=\"/till/1\""), "{page}");
        let mut screen = BufReader::new(TcpStream::connect(address).unwrap());
        write!(screen.get_mut(), "GET /till/1/events HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
        let mut till = Self { process, address, scanner, _slave: slave, screen, started };
        // The first event is the screen as it is. The port is opened beside that and has a second to it.
        till.event();
        std::thread::sleep(Duration::from_secs(1));
        till
    }

    pub fn page(&self) -> String {
        format!("http://{}/till/1", self.address)
    }

    /// What a scanner sends for one code.
    pub fn type_in(&mut self, code: &str) {
        self.scanner.write_all(format!("{code}\r").as_bytes()).unwrap();
    }

    /// One scan, until the screen shows `shown`.
    fn scan(&mut self, code: &str, shown: &str) -> Duration {
        let ((), time) = timed(|| {
            self.type_in(code);
            while !self.event().contains(shown) {}
        });
        time
    }

    /// Reads one whole server-sent event.
    fn event(&mut self) -> String {
        let mut event = String::new();
        loop {
            let mut line = String::new();
            let read = self.screen.read_line(&mut line).unwrap();
            assert!(read > 0, "the agent closed its event stream:\n{}", self.process.log());
            if line.trim().is_empty() && event.contains("event:") {
                return event;
            }
            event.push_str(&line);
        }
    }

    /// Pays the basket in cash by the page's own form; when the order was sent.
    pub fn pay(&mut self) -> Instant {
        let page = get(self.address, "/till/1");
        let value = |name: &str| {
            let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the form has it");
            rest.split('"').next().unwrap().to_owned()
        };
        let form = format!(
            "token={}&basket={}&due={}&tendered=exact",
            value("token"),
            value("basket"),
            value("due")
        );
        let sent = Instant::now();
        let answer = request(self.address, "POST", "/till/1/pay", &form);
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        sent
    }

    fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

fn get(address: SocketAddr, path: &str) -> String {
    request(address, "GET", path, "")
}

fn request(address: SocketAddr, method: &str, path: &str, form: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = form.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
