//! Output that is kept in `golden/`: what `tests/paper` draws and reads.

use std::path::Path;

/// After a wanted change, run once with `GOLDEN=write` and look at the pictures.
pub fn is_kept(name: &str, bytes: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/receipt/golden").join(name);
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "write") {
        std::fs::write(&path, bytes).unwrap();
    }
    let kept = std::fs::read(&path).unwrap();
    assert!(kept == bytes, "{name} has changed");
}
