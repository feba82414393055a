//! A bad line between till and hub: it loses replies after the hub has acted, and sends requests twice.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What happens to the pushes that pass, and to the answers about held baskets, gift cards and points; other requests go through untouched.
#[derive(Debug, Default)]
struct Faults {
    lose_replies: AtomicU32,
    lose_takes: AtomicU32,
    send_twice: AtomicU32,
    seen: AtomicU32,
    is_cut: AtomicBool,
}

#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    faults: Arc<Faults>,
    task: JoinHandle<()>,
}

impl Proxy {
    pub async fn before(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let faults = Arc::new(Faults::default());
        let shared = Arc::clone(&faults);
        let task = tokio::spawn(async move {
            while let Ok((till, _)) = listener.accept().await {
                tokio::spawn(carry(till, hub, Arc::clone(&shared)));
            }
        });
        Self { address, faults, task }
    }

    /// The hub acts on the next `pushes` pushes, and the till never hears of it.
    pub fn lose_replies(&self, pushes: u32) {
        self.faults.lose_replies.store(pushes, Ordering::SeqCst);
    }

    /// The hub gives out the next `takes` held baskets, amounts of gift cards, or points, that are asked for, and the till never
    /// hears of it.
    pub fn lose_takes(&self, takes: u32) {
        self.faults.lose_takes.store(takes, Ordering::SeqCst);
    }

    /// The next `pushes` pushes reach the hub twice, byte for byte.
    pub fn send_twice(&self, pushes: u32) {
        self.faults.send_twice.store(pushes, Ordering::SeqCst);
    }

    /// While the line is cut, whoever connects is let go without a word, and nothing that is under way arrives.
    pub fn cut(&self, is_cut: bool) {
        self.faults.is_cut.store(is_cut, Ordering::SeqCst);
    }

    pub fn pushes_seen(&self) -> u32 {
        self.faults.seen.load(Ordering::SeqCst)
    }

    /// Whether every fault that was asked for has happened.
    pub fn is_spent(&self) -> bool {
        let left = [&self.faults.lose_replies, &self.faults.lose_takes, &self.faults.send_twice];
        left.iter().all(|count| count.load(Ordering::SeqCst) == 0)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn take_one(count: &AtomicU32) -> bool {
    count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
}

/// What is asked for to be had by one till alone.
const TAKES: [&[u8]; 3] =
    [b"POST /sync/v1/held/take", b"POST /sync/v1/gift-cards/hold", b"POST /sync/v1/points/reserve"];

/// One request per connection: the proxy closes it after the reply, so nothing is pipelined past it.
async fn carry(mut till: TcpStream, hub: SocketAddr, faults: Arc<Faults>) -> std::io::Result<()> {
    let request = read_message(&mut till).await?;
    if faults.is_cut.load(Ordering::SeqCst) {
        return Ok(());
    }
    let is_push = request.starts_with(b"POST /sync/v1/push");
    if is_push {
        faults.seen.fetch_add(1, Ordering::SeqCst);
        if take_one(&faults.send_twice) {
            ask(hub, &request).await?;
        }
    }
    let is_take = TAKES.iter().any(|path| request.starts_with(path));
    let reply = ask(hub, &request).await?;
    if is_take && take_one(&faults.lose_takes) {
        return Ok(());
    }
    if faults.is_cut.load(Ordering::SeqCst) || is_push && take_one(&faults.lose_replies) {
        return Ok(());
    }
    till.write_all(&reply).await?;
    till.shutdown().await
}

async fn ask(hub: SocketAddr, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(hub).await?;
    stream.write_all(&closing(request)).await?;
    let mut reply = vec![];
    // An event stream never ends; sync has none.
    tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut reply)).await??;
    Ok(reply)
}

/// The same request, asking the hub to close the connection when it has answered.
fn closing(request: &[u8]) -> Vec<u8> {
    let line_end = request.windows(2).position(|w| w == b"\r\n").map_or(request.len(), |at| at + 2);
    [&request[..line_end], b"connection: close\r\n", &request[line_end..]].concat()
}

/// A whole HTTP/1.1 request with a counted or a chunked body.
async fn read_message(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![];
    let mut chunk = vec![0; 16 * 1024];
    loop {
        if let Some(end) = message_end(&bytes) {
            bytes.truncate(end);
            return Ok(bytes);
        }
        let n = stream.read(&mut chunk).await?;
        if n == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&chunk[..n]);
    }
}

fn message_end(bytes: &[u8]) -> Option<usize> {
    let head_end = bytes.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_lowercase();
    let header =
        |name: &str| head.lines().find_map(|line| line.strip_prefix(name).map(str::trim).map(str::to_owned));
    if header("transfer-encoding:").is_some_and(|coding| coding.contains("chunked")) {
        let tail = bytes[head_end..].windows(5).position(|w| w == b"0\r\n\r\n")?;
        return Some(head_end + tail + 5);
    }
    let length = header("content-length:").and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
    (bytes.len() >= head_end + length).then_some(head_end + length)
}

#[test]
fn a_request_ends_where_its_length_says() {
    for (text, end) in [
        ("GET / HTTP/1.1\r\nhost: x\r\n\r\n", Some(27)),
        ("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", None),
        ("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcd", Some(41)),
        ("GET / HTTP/1.1\r\n", None),
    ] {
        assert_eq!(message_end(text.as_bytes()), end, "{text:?}");
    }
}
