//! Gathers what one customer's page is drawn from.
//!
//! It is of the whole chain for every reader who may see members, whichever stores they work in: whoever
//! serves somebody must see all of them, at any moment. `docs/definitions.md` says whose figures are narrowed.

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::ids::{AccountId, MemberId};
use domain::money::{Money, Points};
use domain::points::{ByVesting, Pending};

use super::{CustomerFigures, CustomerPage, PastEntry, PastLine, PastSale};
use crate::access::pages::html;
use crate::access::{Actor, Permission};
use crate::app::App;
use crate::catalogue;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::insights::{self, Ranks};
use crate::kit::table::TableState;
use crate::ledger::{self, Ending};
use crate::members::{self, Member, MemberView, mask_card};
use crate::redemption::{self, pages::held_text};
use crate::sales::{self, history};

/// Sales of one page of the timeline.
const SALES: i64 = 30;
/// Entries of the ledger beside it.
const ENTRIES: i64 = 12;

/// `GET /customers/{id}`
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "customers-title").await?;
    let member = known(&mut screen, &id).await?;
    let stays = members::merging::stays(&mut screen.tx, member.id).await?.unwrap_or(member.id);
    if stays != member.id {
        let to = format!("/customers/{stays}?was={}", member.id);
        return Ok(Redirect::to(&to).into_response());
    }
    let asked = TableState::read(uri.path(), uri.query(), "");
    let until = asked.filter("until").parse().ok();
    let figures = figures(&mut screen, &actor, &member, until).await?;
    if let Some(was) = asked.filter("was").parse().ok().filter(|was| *was != member.id) {
        screen.page.notice = part_of(&mut screen, was, &member).await?;
    }
    let list = screen.page.title.clone();
    let mut page = screen.page.under("/customers", list).live(format!("account:{}", member.account));
    page.title.clone_from(&figures.name);
    Ok(html(&CustomerPage::new(page, &figures))?.into_response())
}

/// That another number is part of this customer; nothing where it is not, whatever an address says.
async fn part_of(screen: &mut Screen, was: MemberId, member: &Member) -> Result<String, Error> {
    let stays = members::merging::stays(&mut screen.tx, was).await?;
    let other = members::by_id(&mut screen.tx, was).await?;
    let Some(other) = other.filter(|_| stays == Some(member.id)) else { return Ok(String::new()) };
    let codes = [("other", other.profile.code.to_string()), ("code", member.profile.code.to_string())];
    Ok(screen.words().say("customer-part-of", &codes))
}

/// The numbers of who was merged into a customer, and of who may be the same person.
async fn others(screen: &mut Screen, actor: &Actor, member: &Member) -> Result<[Vec<String>; 2], Error> {
    let mut merged = vec![];
    for row in members::merging::of_members(&mut screen.tx, &[member.id]).await? {
        let other = members::by_id(&mut screen.tx, row.loser).await?;
        merged.extend(other.map(|other| other.profile.code.to_string()));
    }
    if !actor.may(Permission::MergeMembers) {
        return Ok([merged, vec![]]);
    }
    let alike = members::duplicates(&mut screen.tx, &[member.id]).await?.remove(&member.id);
    let mut alike: Vec<String> =
        alike.unwrap_or_default().into_iter().map(|other| other.code.to_string()).collect();
    alike.dedup();
    Ok([merged, alike])
}

async fn known(screen: &mut Screen, id: &str) -> Result<Member, Error> {
    let member = match id.parse::<MemberId>() {
        Ok(id) => members::by_id(&mut screen.tx, id).await?,
        Err(_) => None,
    };
    member.ok_or_else(members::no_such_customer)
}

async fn figures(
    screen: &mut Screen,
    actor: &Actor,
    member: &Member,
    until: Option<NaiveDate>,
) -> Result<CustomerFigures, Error> {
    let full = actor.may(Permission::ReadContacts);
    let view = MemberView::of(member, &[], full);
    let as_of = insights::as_of(&mut screen.tx, screen.now).await?.unwrap_or_else(|| screen.today());
    let cards = members::cards_of_member(&mut screen.tx, member.id).await?;
    let number = |card: &members::Card| if full { card.card.to_string() } else { mask_card(&card.card) };
    let visits = insights::visit_days(&mut screen.tx, member.account).await?;
    let usual = insights::usual_of(&mut screen.tx, member.account, as_of).await?;
    let day = catalogue::first_date_at(&catalogue::stores(&mut screen.tx).await?, screen.now);
    let points = insights::points(&mut screen.tx, Some(&member.profile.code), day).await?.into_iter().next();
    let endings = ledger::endings(&mut screen.tx, &[member.account]).await?;
    let mut pending = ByVesting::new();
    for row in ledger::pending(&mut screen.tx, &[member.account], day).await? {
        let sum = pending.entry(row.on).or_default();
        *sum = sum.plus(row.points).map_err(anyhow::Error::from)?;
    }
    let today = as_of.max(screen.today());
    let tier = Ranks::read(&mut screen.tx, &[member.account], today).await?.of(member.account);
    let reads_sales = actor.may(Permission::ReadSales);
    let (sales, older) = if reads_sales { past(screen, member, until).await? } else { (vec![], None) };
    let [merged, alike] = others(screen, actor, member).await?;
    let consent = &member.profile.consent;
    Ok(CustomerFigures {
        name: view.name,
        code: view.code,
        since: view.created_at,
        cards: cards.iter().map(|card| (number(card), card.state)).collect(),
        desk: actor.may(Permission::WriteCards).then(|| format!("/customers/{}/cards", member.id)),
        own_page: actor.may(Permission::WriteCards).then(|| format!("/customers/{}/own-page", member.id)),
        by_hand: actor.may(Permission::AdjustPoints).then(|| format!("/customers/{}/points", member.id)),
        merged,
        merging: actor.may(Permission::MergeMembers).then(|| format!("/customers/{}/merge", member.id)),
        alike,
        email: view.email,
        phone: view.phone,
        birthday: member.profile.birthday.filter(|_| full),
        masked: !full,
        consent: consent.marketing.then(|| (consent.at, consent.source.clone())),
        visits: visits.days().to_vec(),
        usual,
        balance: points.as_ref().map_or(Points::ZERO, |row| row.balance),
        available: points.as_ref().map_or(Points::ZERO, |row| row.available),
        debt: points.as_ref().map_or(Points::ZERO, |row| row.debt),
        pending: Pending::of(&pending).map_err(anyhow::Error::from)?,
        ending: endings.iter().find(|row| row.on >= day).map(|row| (row.points, row.on)),
        tier,
        sales,
        older,
        entries: entries(screen, member.account, endings.iter().filter(|row| row.on < day)).await?,
        held: held(screen, member.account).await?,
        held_desk: actor.may(Permission::ReadReservations).then(|| "/redemptions".to_owned()),
        as_of,
        now: screen.now,
    })
}

/// What tills hold of the points now: in whichever store, as whoever serves the customer must know why they cannot be spent.
async fn held(screen: &mut Screen, account: AccountId) -> Result<Vec<String>, Error> {
    let rows = redemption::held_of_account(&mut screen.tx, account).await?;
    let stores = catalogue::stores(&mut screen.tx).await?;
    Ok(rows.iter().map(|row| held_text(screen.words(), &stores, row)).collect())
}

/// What was posted and, between it, what has expired: that is no row, but what ended lots have left.
async fn entries(
    screen: &mut Screen,
    account: AccountId,
    ended: impl Iterator<Item = &Ending>,
) -> Result<Vec<PastEntry>, Error> {
    let rows = ledger::entries(&mut screen.tx, account, ENTRIES).await?;
    let kind = |row: &ledger::EntryRow| match row.sale {
        Some(_) => row.kind.clone(),
        None if row.is_by_hand() => "hand".to_owned(),
        // It evens out accounts that parted.
        None => "parted".to_owned(),
    };
    let mut entries: Vec<PastEntry> = rows
        .iter()
        .map(|row| PastEntry { kind: kind(row), points: row.points, at: row.occurred_at })
        .collect();
    for row in ended {
        let at = screen.page.words.end_of(row.on);
        entries.push(PastEntry { kind: "expire".to_owned(), points: Points(-row.points.0), at });
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries.truncate(usize::try_from(ENTRIES).unwrap_or(usize::MAX));
    Ok(entries)
}

/// The timeline until a date, and the address of what came before.
async fn past(
    screen: &mut Screen,
    member: &Member,
    until: Option<NaiveDate>,
) -> Result<(Vec<PastSale>, Option<String>), Error> {
    let until = until.unwrap_or_else(|| screen.now.date_naive().succ_opt().unwrap_or(NaiveDate::MAX));
    let mut found = sales::history(&mut screen.tx, member.account, until, SALES).await?;
    let older = found.earlier_until.map(|until| format!("/customers/{}?until={until}", member.id));
    let mut past = Vec::with_capacity(found.sales.len());
    for sale in std::mem::take(&mut found.sales) {
        let lines = found.lines.remove(&sale.id).unwrap_or_default();
        let points = found.points.get(&sale.id).copied().unwrap_or_default();
        let coupons = found.coupons.remove(&sale.id).unwrap_or_default();
        past.push(PastSale { coupons, ..past_sale(screen, sale, points, &lines)? });
    }
    Ok((past, older))
}

fn past_sale(
    screen: &Screen,
    sale: history::PastSale,
    points: Points,
    lines: &[history::PastLine],
) -> Result<PastSale, Error> {
    let mark = match sale.status.as_str() {
        "voided" => "receipt-void",
        "training" => "receipt-training",
        _ if !sale.has_sale => "receipt-return",
        _ => "",
    };
    Ok(PastSale {
        business_date: sale.business_date,
        occurred_at: sale.occurred_at,
        store: screen.store_name(&sale.store),
        till: sale.till,
        receipt_no: sale.receipt_no,
        total: sale.total,
        points,
        mark,
        lines: lines.iter().map(past_line).collect::<Result<_, Error>>()?,
        coupons: vec![],
    })
}

fn past_line(line: &history::PastLine) -> Result<PastLine, Error> {
    let paid = line.net.plus(line.tax).map_err(anyhow::Error::from)?;
    let (paid, mark) = match line.kind.as_str() {
        "return" => (paid.negated().map_err(anyhow::Error::from)?, "receipt-return"),
        "void" => (Money::ZERO, "receipt-void"),
        _ => (paid, ""),
    };
    Ok(PastLine {
        name: line.name.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        discount: line.discount,
        paid,
        mark,
    })
}
