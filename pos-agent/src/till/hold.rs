//! Putting a basket aside and taking it up again, on this till or another one of the store.

use domain::ids::SaleId;

use crate::app::{Agent, Desk};
use crate::checkout::basket::Basket;
use crate::checkout::complete;
use crate::error::AgentError;
use crate::store::held::{self, HeldRow};
use crate::store::{Store, basket as baskets};
use crate::ui::view::{HeldView, Notice, NoticeKind};

impl Agent {
    /// Puts the basket aside. Asked again for one that is aside already, it answers the same.
    pub async fn hold(&self, n: i64, basket: SaleId) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let Some(mut open) = self.store().basket(n).await?.filter(|open| open.sale == basket) else {
            let aside = self.store().held(n).await?.into_iter().find(|row| row.sale == basket);
            return match aside {
                Some(row) => Ok(self.say(desk, NoticeKind::BasketHeld, row.label)),
                None => Err(AgentError::BasketChanged),
            };
        };
        if open.is_untouched() {
            return Ok(self.say(desk, NoticeKind::NothingToChange, ""));
        }
        if !open.taken.is_empty() {
            return Err(AgentError::PartlyPaid);
        }
        open.held_in_training = desk.is_training();
        let row = self.held_row(desk, &open).await?;
        let mut tx = self.store().begin().await?;
        held::insert(&mut tx, &row, &open).await?;
        baskets::delete(&mut tx, n).await?;
        self.store().commit(tx).await?;
        self.tell_neighbours(desk);
        Ok(self.say(desk, NoticeKind::BasketHeld, row.label))
    }

    /// Takes a held basket up on this till.
    pub async fn recall(&self, n: i64, basket: SaleId) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        match self.store().basket(n).await? {
            Some(open) if open.sale == basket => {
                return Ok(self.say(desk, NoticeKind::BasketRecalled, label_of(&open)));
            }
            Some(open) if !open.is_untouched() => return Err(AgentError::BasketUnderWay),
            _ => {}
        }
        let mut tx = self.store().begin().await?;
        let held = held::take(&mut tx, n, basket).await?.ok_or(AgentError::NotHeld)?;
        // What is not committed stays where it is.
        if held.held_in_training != desk.is_training() {
            return Err(AgentError::HeldOtherwise { training: held.held_in_training });
        }
        baskets::save(&mut tx, n, &held, self.now()).await?;
        self.store().commit(tx).await?;
        self.tell_neighbours(desk);
        Ok(self.say(desk, NoticeKind::BasketRecalled, label_of(&held)))
    }

    /// What waits in this till's store.
    pub async fn held(&self, n: i64) -> Result<Vec<HeldView>, AgentError> {
        self.desk(n)?;
        let view = |row: HeldRow| HeldView {
            till: self.tills().into_iter().find(|plate| plate.n == row.till).map(|plate| plate.code),
            sale: row.sale,
            label: row.label,
            items: row.items,
            total: row.total,
            held_at: row.held_at,
        };
        Ok(self.store().held(n).await?.into_iter().map(view).collect())
    }

    async fn held_row(&self, desk: &Desk, open: &Basket) -> Result<HeldRow, AgentError> {
        let totals = complete::totals(&complete::lines(open, &self.policy(desk))?)?;
        Ok(HeldRow {
            sale: open.sale,
            till: desk.till.n,
            label: who(self.store(), open).await?.unwrap_or_else(|| label_of(open)),
            items: totals.items,
            total: totals.total,
            held_at: self.now(),
        })
    }

    /// Other tills show how many baskets wait.
    fn tell_neighbours(&self, desk: &Desk) {
        self.desks().filter(|other| other.till.store == desk.till.store).for_each(Desk::touch);
    }
}

/// The customer as the till greets them.
async fn who(store: &Store, basket: &Basket) -> Result<Option<String>, AgentError> {
    let holder = basket.card.as_ref().and_then(|card| card.holder.as_ref());
    let Some(holder) = holder else { return Ok(None) };
    Ok(store.member(holder.member).await?.map(|member| member.greeting))
}

/// What was taken last names a basket that has no customer.
fn label_of(basket: &Basket) -> String {
    let goods = basket.live_lines().last().map(|line| line.article.name.clone());
    let coupon = || basket.live_coupons().last().map(|row| row.coupon.name.clone());
    goods.or_else(coupon).unwrap_or_default()
}
