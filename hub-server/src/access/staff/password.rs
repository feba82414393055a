//! Passwords: argon2id, a few at a time, so that a flood of log-ins cannot take all memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::http::StatusCode;
use tokio::sync::Semaphore;

use crate::error::Error;

pub const PASSWORD_CHARS_MIN: usize = 12;
pub const PASSWORD_CHARS_MAX: usize = 128;

/// OWASP's recommendation: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const AT_ONCE: usize = 2;
const WAITING_MAX: usize = 20;

/// Verified where nobody has the log-in name, so that an unknown name takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBmaXhlZCBzYWx0$\
    Y4KzzIgUErd7/K7tAmABwA2eMCXmbCD25+kvB5hRRio";

#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::default() }
    }
}

impl Passwords {
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let length = password.chars().count();
        if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&length) {
            return Err(Error::bad_request("bad_password", "A password has 12 to 128 characters."));
        }
        self.hash_any(password).await
    }

    /// Of a password that guards nothing because everybody may know it; it may be short.
    pub(super) async fn hash_published(&self, password: &str) -> Result<String, Error> {
        self.hash_any(password.to_owned()).await
    }

    /// Of a cashier's PIN: short, and so only ever asked at a till that counts wrong ones.
    pub async fn hash_pin(&self, pin: &str) -> Result<String, Error> {
        self.hash_any(pin.to_owned()).await
    }

    async fn hash_any(&self, password: String) -> Result<String, Error> {
        let hash = move || hasher()?.hash_password(password.as_bytes()).map(|hash| hash.to_string());
        self.run(hash).await?.map_err(|e| anyhow::anyhow!("argon2: {e}").into())
    }

    /// Whether the password is the one that was hashed; without a hash no password is.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let verify = move || -> Result<bool, argon2::password_hash::Error> {
            let hash = PasswordHash::new(&hash)?;
            Ok(hasher()?.verify_password(password.as_bytes(), &hash).is_ok())
        };
        let right = self.run(verify).await?.map_err(|e| anyhow::anyhow!("a stored password hash: {e}"))?;
        Ok(right && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let waiting = Waiting::join(&self.waiting)?;
        let place = self.places.clone().acquire_owned().await.map_err(anyhow::Error::from)?;
        drop(waiting);
        let work = move || {
            let done = work();
            drop(place);
            done
        };
        Ok(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?)
    }
}

fn hasher() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A place in the queue, left also when the request is dropped.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn join(queue: &Arc<AtomicUsize>) -> Result<Self, Error> {
        if queue.fetch_add(1, Ordering::SeqCst) >= WAITING_MAX {
            queue.fetch_sub(1, Ordering::SeqCst);
            let problem = "Too many log-ins at once; try again in a moment.";
            return Err(Error::refused(StatusCode::TOO_MANY_REQUESTS, "login_queue_full", problem));
        }
        Ok(Self(queue.clone()))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_passes() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        for (password, hash, wanted) in [
            ("correct horse", Some(hash.clone()), true),
            ("correct horsf", Some(hash), false),
            ("correct horse", None, false),
        ] {
            assert_eq!(passwords.verify(password.to_owned(), hash).await.unwrap(), wanted);
        }
    }

    #[tokio::test]
    async fn short_passwords_are_refused() {
        let error = Passwords::default().hash("elevenchars".to_owned()).await.unwrap_err();
        assert!(error.to_string().starts_with("bad_password"));
    }
}
