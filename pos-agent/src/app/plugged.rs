//! What is plugged in at the tills of this agent, as their screens show it, and who holds it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

use super::{Agent, open};
use crate::device::reading::Told;
use crate::device::scale::Scale;
use crate::settings::Role;
use crate::ui::view::{DeviceState, DeviceView, NoticeKind, ProfileView};

#[derive(Debug, Default)]
pub(super) struct Plugged {
    /// By path.
    devices: Mutex<BTreeMap<String, DeviceView>>,
    /// The threads that hold them, by path.
    held: Mutex<BTreeMap<String, Arc<Told>>>,
    /// By till.
    scales: Mutex<BTreeMap<i64, Scale>>,
}

impl Agent {
    pub fn devices(&self) -> Vec<DeviceView> {
        open(&self.0.plugged.devices).values().cloned().collect()
    }

    /// Keeps how a device is now. Of one that stays away its thread tells again only when somebody asked for it.
    pub(crate) fn set_device(
        &self,
        path: &str,
        till: i64,
        role: Role,
        profile: &ProfileView,
        state: DeviceState,
    ) {
        let now = self.now();
        let (before, name) = {
            let mut devices = open(&self.0.plugged.devices);
            let before = devices.get(path).map(|device| (device.state, device.since, device.last_good));
            let (path, profile) = (path.to_owned(), profile.clone());
            let since = before.filter(|(was, ..)| *was == state).map_or(now, |(_, since, _)| since);
            let last_good = last_good(before.map(|(was, _, good)| (was, good)), state, now);
            let view = DeviceView { path: path.clone(), till, role, profile, state, since, last_good };
            let name = view.name().to_owned();
            devices.insert(path, view);
            (before.map(|(was, ..)| was), name)
        };
        let Ok(desk) = self.desk(till) else { return };
        if state == DeviceState::Missing && before == Some(DeviceState::Missing) {
            self.say(desk, NoticeKind::DeviceStillMissing, name);
        } else {
            desk.touch();
        }
    }

    /// Whoever holds a device can be told something.
    pub(crate) fn hold_device(&self, path: &str, told: &Arc<Told>) {
        open(&self.0.plugged.held).insert(path.to_owned(), Arc::clone(told));
    }

    /// Has a till's device opened at once where it is away; one that is there, or that nobody declared, is left alone.
    pub fn open_device_now(&self, till: i64, path: &str) {
        let is_away = |device: &DeviceView| device.till == till && device.state == DeviceState::Missing;
        let device = open(&self.0.plugged.devices).get(path).filter(|device| is_away(device)).cloned();
        let Some(device) = device else { return };
        match open(&self.0.plugged.held).get(path) {
            Some(told) => told.open_now(),
            // What is passed through is tried twice a second as it is.
            None => self.set_device(path, till, device.role, &device.profile, DeviceState::Missing),
        }
    }

    /// The scale of a till, if it has one.
    pub(crate) fn scale(&self, till: i64) -> Option<Scale> {
        open(&self.0.plugged.scales).get(&till).cloned()
    }

    pub(crate) fn set_scale(&self, till: i64, scale: Scale) {
        open(&self.0.plugged.scales).insert(till, scale);
    }
}

/// When a device last was well, from how it was before; none where it never was since the start.
fn last_good(
    before: Option<(DeviceState, Option<DateTime<Utc>>)>,
    state: DeviceState,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match (before, state) {
        (_, DeviceState::Connected) | (Some((DeviceState::Connected, _)), DeviceState::Missing) => Some(now),
        (Some((DeviceState::Missing, good)), DeviceState::Missing) => good,
        (None, DeviceState::Missing) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_was_well_until_it_went() {
        use DeviceState::{Connected, Missing};
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0);
        for (before, state, wanted) in [
            (None, Missing, None),
            (None, Connected, at(9)),
            (Some((Connected, at(3))), Missing, at(9)),
            (Some((Missing, at(3))), Missing, at(3)),
            (Some((Missing, None)), Missing, None),
            (Some((Missing, at(3))), Connected, at(9)),
        ] {
            assert_eq!(last_good(before, state, at(9).unwrap()), wanted, "{before:?} {state:?}");
        }
    }
}
