//! Events that the hub keeps aside want a person's eye there; here they are only noted.

use domain::sync::{Disposition, PushReply};

use crate::app::{Agent, KeptAside};

pub fn note(agent: &Agent, till: i64, reply: &PushReply) {
    for (event, disposition) in &reply.dispositions {
        let code = match disposition {
            Disposition::Quarantined { code } => code.as_str(),
            // The hub has another event under this id.
            Disposition::Conflict => "conflict",
            Disposition::Applied | Disposition::Duplicate | Disposition::Held => continue,
        };
        tracing::warn!(till, %event, code, "the hub keeps an event aside");
        agent.note_kept_aside(KeptAside { till, code: code.to_owned(), at: agent.now() });
    }
}
