//! What is plugged into the till: ports to frames, frames to scans, scans to the till they belong to; and
//! scales, which are asked.

mod again;
pub mod decode;
pub mod frame;
pub mod names;
pub mod nfc;
pub mod port;
mod prepare;
pub mod reading;
pub mod scale;
pub mod setup;
mod sound;
pub mod tag;
pub mod wedge;

use std::sync::Arc;
use std::time::Instant;

use futures::future::join_all;
use tokio::sync::{mpsc, watch};

use crate::app::Agent;
use crate::settings::Role;
use crate::ui::view::{DeviceState, NoticeKind, Tone};
use again::Again;
use frame::Read;
use reading::{DeviceEvent, Told};
pub(crate) use setup::real;
pub use setup::{Device, DeviceError, devices, left_out};

/// Reads that wait for the till; more than a cashier can make.
const WAITING: usize = 64;

/// Serves all devices until `shutdown` turns true.
pub async fn run(agent: Agent, devices: Vec<Device>, shutdown: watch::Receiver<bool>) {
    join_all(devices.into_iter().map(|device| serve(agent.clone(), device, shutdown.clone()))).await;
}

async fn serve(agent: Agent, device: Device, mut shutdown: watch::Receiver<bool>) {
    if let Err(ambiguous) = device.sure() {
        tracing::error!(
            code = "device_ambiguous",
            %ambiguous,
            "a device is not read: its name may be another's"
        );
    }
    let path = device.path.display().to_string();
    let (send, mut events) = mpsc::channel(WAITING);
    let told = Arc::new(Told::default());
    agent.hold_device(&path, &told);
    let thread = match (device.role, device.port()) {
        (Role::Scale, Some(port)) => {
            let (scale, asks) = scale::Scale::new();
            agent.set_scale(device.till, scale);
            scale::spawn(port.clone(), device.how.content, asks, send, Arc::clone(&told))
        }
        _ => reading::spawn(device.plug(), device.cut(), send, Arc::clone(&told)),
    };
    let mut desk = Desk {
        agent: &agent,
        device: &device,
        path: &path,
        again: Again::new(device.again),
        bad_again: Again::new(device.again),
    };
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            _ = shutdown.wait_for(|stop| *stop) => None,
        };
        match event {
            Some(DeviceEvent::Connected) => {
                agent.set_device(&path, device.till, device.role, &device.profile, DeviceState::Connected)
            }
            Some(DeviceEvent::Missing) => {
                agent.set_device(&path, device.till, device.role, &device.profile, DeviceState::Missing)
            }
            Some(DeviceEvent::Read { read, at }) => desk.take(read, at).await,
            None => break,
        }
    }
    told.stop();
    // The thread may wait for room in the channel; without a receiver it ends.
    drop(events);
    // It ends within one step, or when a reader that was just plugged in was told what to send; a panic of it was a bug that its own message names.
    let _ = tokio::task::spawn_blocking(move || thread.join()).await;
}

/// Where the reads of one device go.
struct Desk<'a> {
    agent: &'a Agent,
    device: &'a Device,
    path: &'a str,
    again: Again,
    /// Of frames that are no scan: a damaged one between two sights of a tag is not the tag being away.
    bad_again: Again,
}

impl Desk<'_> {
    async fn take(&mut self, read: Read, at: Instant) {
        let (device, till) = (self.path, self.device.till);
        match read {
            Read::Whole(bytes) => match decode::decode(&bytes, self.device.how) {
                Ok(_) if self.again.is_repeat(&bytes, at) => {}
                Err(_) if self.bad_again.is_repeat(&bytes, at) => {}
                Ok(scan) => match self.agent.device_scan(till, scan).await {
                    Ok(notice) => self.sound(notice.kind),
                    Err(error) => {
                        tracing::error!(
                            code = "scan_failed",
                            device,
                            till,
                            %error,
                            "a scan could not be taken"
                        );
                        self.sound(NoticeKind::Unreadable);
                    }
                },
                Err(why) => {
                    tracing::warn!(device, till, code = why.code(), %why, "a frame is no scan");
                    self.say(NoticeKind::Unreadable, why.code());
                    self.sound(NoticeKind::Unreadable);
                }
            },
            Read::Garbage => {
                tracing::warn!(
                    code = "read_garbage",
                    device,
                    till,
                    "bytes that no reader sends: the speed or parity in the reader and in its profile differ; \
                     see pos-agent scan-test --device {device}"
                );
                self.say(NoticeKind::GarbageRead, "");
            }
            Read::TooLong | Read::Unended | Read::CutOff => {
                tracing::warn!(
                    code = "read_unended",
                    device,
                    till,
                    why = ?read,
                    "a read without an end was dropped"
                );
                self.say(NoticeKind::ReadUnended, "");
            }
        }
    }

    /// Makes the reader sound like what became of its read. What is no whole read gets no sound: it may be an
    /// answer to one that nobody knows, and that answered again would never end.
    fn sound(&self, kind: NoticeKind) {
        if let Some(sounds) = self.device.port().and_then(|port| port.sounds.as_ref()) {
            sounds.want(kind.tone() != Tone::Error);
        }
    }

    fn say(&self, kind: NoticeKind, about: &str) {
        if let Ok(desk) = self.agent.desk(self.device.till) {
            self.agent.say(desk, kind, about);
        }
    }
}

#[cfg(test)]
mod tests;
