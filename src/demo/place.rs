//! Where the demo keeps its files: a folder of the user's choice, or one that goes when the demo ends.

use std::path::{Path, PathBuf};

use kit::cli::{Exit, Failure};
use tempfile::TempDir;

#[derive(Debug)]
pub enum Place {
    Kept(PathBuf),
    Temporary(TempDir),
}

impl Place {
    pub fn open(wanted: Option<&Path>) -> Result<Self, Failure> {
        let cannot = |what: &str, error: std::io::Error| {
            Failure::new(Exit::Config, "data_folder", format!("{what}: {error}"))
                .fix("choose another folder with --data DIR")
        };
        match wanted {
            Some(folder) => {
                std::fs::create_dir_all(folder).map_err(|e| cannot(&folder.display().to_string(), e))?;
                Ok(Self::Kept(folder.to_owned()))
            }
            None => tempfile::Builder::new()
                .prefix("yapa-demo-")
                .tempdir()
                .map(Self::Temporary)
                .map_err(|e| cannot("the temporary folder", e)),
        }
    }

    pub fn folder(&self) -> &Path {
        match self {
            Self::Kept(folder) => folder,
            Self::Temporary(folder) => folder.path(),
        }
    }

    pub fn shown(&self) -> String {
        self.folder().display().to_string()
    }
}
