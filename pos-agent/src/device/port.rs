//! A device on a serial port.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use firmware_config::port;
pub(crate) use firmware_config::port::VirtualPort;
pub use firmware_config::port::{Stream as Wire, open_printer};
use firmware_config::{Flow, Frame, Line};

use super::frame::{Cut, Framer};
use super::names::Names;
use super::prepare::{Preparation, is_prepared};
use super::reading::{IDLE, Plug};
use super::sound::Sounds;

/// A port, and how to open and read it.
#[derive(Debug, Clone)]
pub struct Port {
    pub path: PathBuf,
    pub line: Line,
    pub frame: Frame,
    pub names: Names,
    /// What it is told when it is plugged in.
    pub preparation: Option<Preparation>,
    pub sounds: Option<Arc<Sounds>>,
}

impl Port {
    /// A port that is only read.
    pub fn new(path: impl Into<PathBuf>, line: Line, frame: Frame, names: Names) -> Self {
        Self { path: path.into(), line, frame, names, preparation: None, sounds: None }
    }

    /// What makes reads of its bytes.
    pub fn cut(&self) -> Box<dyn Cut> {
        let framer = Box::new(self.framer());
        match &self.sounds {
            Some(sounds) => sounds.left_out_of(framer),
            None => framer,
        }
    }

    /// A reader that could not be told is read as it is.
    fn prepare(&self, preparation: &Preparation) {
        let device = self.path.display();
        match preparation.run(&self.path, self.line) {
            Ok(audit) if is_prepared(&audit) => {
                let missing = preparation.missing();
                if missing.is_empty() {
                    tracing::info!(code = "reader_prepared", %device, "the reader is set up until its power goes");
                } else {
                    tracing::info!(
                        code = "reader_prepared",
                        %device,
                        %missing,
                        "the reader is set up in part until its power goes: its profile has no bytes for the rest"
                    );
                }
            }
            Ok(audit) => tracing::warn!(
                code = "reader_differs",
                %device, end = ?audit.end,
                "the reader did not take all that it was told; see firmware-config show {} --port {device}",
                audit.profile
            ),
            Err(why) => {
                tracing::warn!(
                    code = "reader_unprepared",
                    %device,
                    %why,
                    "the reader was not set up; it is read as it is"
                )
            }
        }
    }

    pub fn framer(&self) -> Framer {
        Framer::new(self.frame.clone(), self.line.flow == Flow::XonXoff)
    }

    /// Opens the line. A name that two equal devices share is refused: it may be the other one's.
    pub fn wire(&self) -> io::Result<Box<dyn Wire>> {
        self.names.sure(&self.path).map_err(io::Error::other)?;
        port::open(&self.path, &self.line, self.idle())
    }

    /// A silence this long ends a read that nothing else ends.
    fn idle(&self) -> Duration {
        self.frame.idle_ms.map_or(IDLE, |ms| Duration::from_millis(ms.into()))
    }
}

impl Plug for Port {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        // Opened once before: what is not plugged in cannot be told anything.
        let mut wire = self.wire()?;
        if let Some(preparation) = &self.preparation {
            drop(wire);
            self.prepare(preparation);
            wire = self.wire()?;
        }
        Ok(match &self.sounds {
            Some(sounds) => Box::new(Arc::clone(sounds).on(wire)),
            None => Box::new(wire),
        })
    }
}
