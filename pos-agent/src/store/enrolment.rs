//! Members whom this agent enrolled itself, before the hub's feed tells of them.

use domain::enrolment::MemberEnrolled;
use domain::ids::{EventId, MemberId};
use domain::snapshot::{CardRow, MemberRow};
use domain::sync::{Body, Envelope, ParsedBody};

use super::{Store, StoreError, Tx, bad_row, feed};

impl Store {
    /// The enrolment that carries this id, from the event it stands in.
    pub async fn enrolment(&self, member: MemberId) -> Result<Option<MemberEnrolled>, StoreError> {
        let bytes: Option<Vec<u8>> =
            sqlx::query_scalar("select bytes from outbox where event = $1 order by id desc limit 1")
                .bind(EventId(member.0))
                .fetch_optional(self.reader())
                .await?;
        let Some(bytes) = bytes else { return Ok(None) };
        let envelope = Envelope::parse(&bytes).map_err(|e| bad_row("event")(&e))?;
        match Body::parse(&envelope.kind, envelope.kind_v, &envelope.body) {
            ParsedBody::Known(Body::MemberEnrolled(enrolled)) => Ok(Some(*enrolled)),
            ParsedBody::Known(_) | ParsedBody::Unknown => Ok(None),
            ParsedBody::Broken(why) => Err(bad_row("enrolment")(&why)),
        }
    }
}

/// Keeps what the hub's feed will say too, without moving the feed.
pub async fn learn(tx: &mut Tx, card: &CardRow, member: &MemberRow) -> Result<(), StoreError> {
    feed::put_cards(tx, &[card]).await?;
    feed::put_members(tx, &[member]).await
}
