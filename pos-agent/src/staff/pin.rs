//! PINs against the hashes that the hub made, off the threads that serve the screen.

use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::AgentError;
use crate::store::bad_row;

/// As the hub hashes. A stored hash names its own costs; these serve where nobody has the alias.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBmaXhlZCBzYWx0$\
    Y4KzzIgUErd7/K7tAmABwA2eMCXmbCD25+kvB5hRRio";

/// Whether the PIN is the one that was hashed; without a hash none is, and it takes as long.
pub async fn verify(pin: String, hash: Option<String>) -> Result<bool, AgentError> {
    let known = hash.is_some();
    let work = move || -> Result<bool, argon2::password_hash::Error> {
        let hash = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default());
        Ok(argon2.verify_password(pin.as_bytes(), &hash).is_ok())
    };
    let verified = tokio::task::spawn_blocking(work).await;
    let right = verified.map_err(|e| bad_row("PIN")(&e))?.map_err(|e| bad_row("hash of a PIN")(&e))?;
    Ok(right && known)
}
