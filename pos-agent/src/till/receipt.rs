//! A receipt that was read. The lines of an own one are shown at once; another agent's is asked for at the hub, and
//! nobody waits for that: its lines are shown when it comes, unless something else was done since. Of both the hub is
//! asked what came back elsewhere.

use std::time::Duration;

use domain::codes::ReceiptCode;
use domain::ids::SaleId;
use domain::open_page::OpenPage;
use domain::sync::FoundReceipt;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::app::{Agent, Desk, open};
use crate::error::AgentError;
use crate::receipt::code::{decode, encode};
use crate::store::other;
use crate::ui::view::{HubState, Notice, NoticeKind, ReceiptNotice};

/// What the hub said of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptNews {
    /// It has not answered yet.
    Asking,
    /// It is kept here now, with what came back of it at any till.
    Known,
    /// The hub has not heard of such a sale.
    Nobodys,
    /// The hub cannot be asked: what came back at other agents' tills is not known.
    Away,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct ReceiptSearch {
    sale: SaleId,
    news: ReceiptNews,
    /// The notice that says that it is being looked for.
    said: Option<u64>,
}

/// Asked for other till software: it has an answer of its own, whatever the screen or another return looks for.
#[derive(Debug)]
pub(crate) struct ReceiptQuestion {
    pub sale: SaleId,
    answer: oneshot::Sender<ReceiptNews>,
}

impl ReceiptQuestion {
    pub fn answer(self, news: ReceiptNews) {
        // Who asked may have gone.
        let _ = self.answer.send(news);
    }
}

impl Agent {
    /// A receipt's code: the screen shows what may come back of it.
    pub(super) async fn receipt_read(&self, desk: &Desk, code: &ReceiptCode) -> Result<Notice, AgentError> {
        let Some(sale) = decode(code) else {
            return Ok(self.say(desk, NoticeKind::Receipt(ReceiptNotice::Unknown), code.as_str()));
        };
        self.receipt_of(desk, sale, code.as_str()).await
    }

    /// The address of a page that customers open: an own receipt's stands for the receipt. What another key opens is
    /// not known here, and the key is kept nowhere.
    pub(super) async fn page_read(&self, desk: &Desk, page: OpenPage) -> Result<Notice, AgentError> {
        let sale = match page {
            OpenPage::Receipt(token) => self.store().sale_of_page(&token).await?,
            OpenPage::Member => None,
        };
        match sale {
            Some(sale) => self.receipt_of(desk, sale, &encode(sale)).await,
            None => Ok(self.say(desk, NoticeKind::Receipt(ReceiptNotice::Page), "")),
        }
    }

    async fn receipt_of(&self, desk: &Desk, sale: SaleId, code: &str) -> Result<Notice, AgentError> {
        let news = self.begin_search(desk, sale);
        if news == ReceiptNews::Asking {
            // Before anything is waited for: a page that is opened meanwhile keeps the screen.
            desk.awaits_receipt(sale);
        }
        let notice = if self.store().sale(sale).await?.is_some() {
            desk.opens_receipt(sale);
            self.say(desk, NoticeKind::Receipt(ReceiptNotice::Read), sale.to_string())
        } else if self.store().other_receipt(sale).await?.is_some() {
            desk.opens_receipt(sale);
            self.say(desk, NoticeKind::Receipt(ReceiptNotice::Elsewhere), sale.to_string())
        } else if news == ReceiptNews::Asking {
            let notice = self.say(desk, NoticeKind::Receipt(ReceiptNotice::Asked), code);
            desk.note_said(sale, notice.number);
            notice
        } else {
            self.say(desk, NoticeKind::Receipt(ReceiptNotice::Away), code)
        };
        // Rung only now, so that the answer comes after what is said here.
        desk.receipt_asked.notify_one();
        Ok(notice)
    }

    fn begin_search(&self, desk: &Desk, sale: SaleId) -> ReceiptNews {
        let is_there = self.link_of(desk) == HubState::Online;
        let news = if is_there { ReceiptNews::Asking } else { ReceiptNews::Away };
        open(&desk.asked).receipt = Some(ReceiptSearch { sale, news, said: None });
        news
    }

    /// What the hub says of a receipt now, waited for no longer than `most`.
    pub async fn ask_of_receipt(
        &self,
        n: i64,
        sale: SaleId,
        most: Duration,
    ) -> Result<ReceiptNews, AgentError> {
        let desk = self.desk(n)?;
        if self.begin_search(desk, sale) == ReceiptNews::Asking {
            desk.receipt_asked.notify_one();
            self.wait_while(n, most, |desk| desk.asks_of_receipt() == Some(sale)).await?;
        }
        Ok(match desk.news_of(sale) {
            Some(ReceiptNews::Asking) | None => ReceiptNews::Away,
            Some(news) => news,
        })
    }

    /// The same for other till software, beside what the screen looks for.
    pub(crate) async fn ask_apart(
        &self,
        n: i64,
        sale: SaleId,
        most: Duration,
    ) -> Result<ReceiptNews, AgentError> {
        let desk = self.desk(n)?;
        if self.link_of(desk) != HubState::Online {
            return Ok(ReceiptNews::Away);
        }
        let (answer, told) = oneshot::channel();
        open(&desk.asked).questions.push(ReceiptQuestion { sale, answer });
        desk.question_asked.notify_one();
        Ok(match timeout(most, told).await {
            Ok(Ok(news)) => news,
            Ok(Err(_)) | Err(_) => ReceiptNews::Away,
        })
    }

    /// What it said last of a receipt.
    pub fn news_of_receipt(&self, n: i64, sale: SaleId) -> Result<Option<ReceiptNews>, AgentError> {
        Ok(self.desk(n)?.news_of(sale))
    }

    /// Keeps what the hub told.
    pub(crate) async fn learn_receipt(&self, found: &FoundReceipt) -> Result<(), AgentError> {
        let mut tx = self.store().begin().await?;
        other::learn(&mut tx, found, self.now()).await?;
        Ok(self.store().commit(tx).await?)
    }

    /// Says it where somebody waits for it and has done nothing else since.
    pub(crate) fn tell_of_receipt(&self, desk: &Desk, sale: SaleId, news: ReceiptNews) {
        let said = {
            let mut of_hub = open(&desk.asked);
            let Some(search) = of_hub.receipt.as_mut().filter(|search| search.sale == sale) else { return };
            search.news = news;
            search.said.take()
        };
        desk.touch();
        if said.is_none() || said != desk.notice().map(|notice| notice.number) {
            return;
        }
        if desk.awaited_receipt(sale) && news == ReceiptNews::Known {
            desk.opens_receipt(sale);
        }
        let (kind, about) = match news {
            ReceiptNews::Known => (NoticeKind::Receipt(ReceiptNotice::Elsewhere), sale.to_string()),
            ReceiptNews::Nobodys => (NoticeKind::Receipt(ReceiptNotice::Unknown), String::new()),
            ReceiptNews::Away | ReceiptNews::Asking => {
                (NoticeKind::Receipt(ReceiptNotice::Away), String::new())
            }
        };
        self.say(desk, kind, about);
    }
}

impl Desk {
    /// The receipt that the hub is to be asked of.
    pub(crate) fn asks_of_receipt(&self) -> Option<SaleId> {
        let of_hub = open(&self.asked);
        let search = of_hub.receipt.filter(|search| search.news == ReceiptNews::Asking);
        search.map(|search| search.sale)
    }

    /// What other till software waits for.
    pub(crate) fn questions(&self) -> Vec<ReceiptQuestion> {
        std::mem::take(&mut open(&self.asked).questions)
    }

    fn news_of(&self, sale: SaleId) -> Option<ReceiptNews> {
        open(&self.asked).receipt.filter(|search| search.sale == sale).map(|search| search.news)
    }

    fn note_said(&self, sale: SaleId, number: u64) {
        if let Some(search) = open(&self.asked).receipt.as_mut().filter(|search| search.sale == sale) {
            search.said = Some(number);
        }
    }
}
