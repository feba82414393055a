//! A hub behind TLS: an authority of the test, certificates that it gives out, and a line that is opened with one.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::process::Said;

/// Gives out certificates, and is trusted by nobody who is not told to.
#[derive(Debug)]
pub struct Authority(TempDir);

impl Authority {
    /// Two of one name would be taken for each other.
    pub fn named(name: &str) -> Self {
        let authority = Self(tempfile::tempdir().expect("a folder"));
        authority.openssl(&format!(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN={name} \
             -addext basicConstraints=critical,CA:true"
        ));
        authority
    }

    /// What names it among those that a program trusts.
    pub fn dress(&self) -> Vec<(&'static str, String)> {
        vec![("SSL_CERT_FILE", self.path("ca.pem").display().to_string())]
    }

    /// A certificate for one host that ends in so many days, with its key.
    pub fn issues(&self, host: &str, days: i32) -> (PathBuf, PathBuf) {
        std::fs::write(self.path("host"), format!("subjectAltName=DNS:{host}\n")).expect("it can be written");
        let name = format!("{host}.{days}");
        self.openssl(&format!(
            "req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj /CN={host}"
        ));
        self.openssl(&format!(
            "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out {name}.pem -days {days} \
             -extfile host"
        ));
        (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key")))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn openssl(&self, words: &str) {
        let mut command = Command::new("openssl");
        Said::of(command.args(words.split_whitespace()).current_dir(self.0.path())).exits(0);
    }
}

/// Takes the TLS off and passes on what is inside.
#[derive(Debug)]
pub struct Tls {
    pub address: SocketAddr,
    agreed: Arc<AtomicU32>,
    task: JoinHandle<()>,
}

impl Tls {
    pub async fn before(hub: SocketAddr, (certificate, key): (PathBuf, PathBuf)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let agreed = Arc::new(AtomicU32::new(0));
        let (acceptor, counted) = (acceptor(&certificate, &key), Arc::clone(&agreed));
        let task = tokio::spawn(async move {
            while let Ok((till, _)) = listener.accept().await {
                tokio::spawn(carry(till, acceptor.clone(), hub, Arc::clone(&counted)));
            }
        });
        Self { address, agreed, task }
    }

    /// How many connections were agreed upon, over which something could have been sent.
    pub fn agreed(&self) -> u32 {
        self.agreed.load(Ordering::SeqCst)
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn acceptor(certificate: &Path, key: &Path) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_file(certificate).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
    TlsAcceptor::from(Arc::new(config.expect("they belong together")))
}

async fn carry(
    till: TcpStream,
    acceptor: TlsAcceptor,
    hub: SocketAddr,
    agreed: Arc<AtomicU32>,
) -> std::io::Result<()> {
    let mut till = acceptor.accept(till).await?;
    agreed.fetch_add(1, Ordering::SeqCst);
    let mut hub = TcpStream::connect(hub).await?;
    copy_bidirectional(&mut till, &mut hub).await.map(|_| ())
}
