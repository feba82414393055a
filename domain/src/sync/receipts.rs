//! A receipt that another agent's till wrote, as a till needs it to take its goods back.

use serde::{Deserialize, Serialize};

use crate::codes::CardNumber;
use crate::ids::SaleId;
use crate::money::{Money, Quantity};
use crate::sale::{Sale, SaleDraft, SaleError};

/// `POST /sync/v1/receipt`: somebody read a receipt at a till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptRequest {
    pub sale: SaleId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptReply {
    /// None: no till has sent this sale yet. Whether it was sold is another question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Box<FoundReceipt>>,
}

/// A sale as its till closed it, and what the hub has heard of it since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundReceipt {
    pub sale: Sale,
    pub store_name: String,
    /// The card that came after the sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_card: Option<CardNumber>,
    /// What came back of it at any till, as far as these tills were heard.
    #[serde(default)]
    pub returned: Vec<ReturnedLine>,
}

/// A line of a ticket that took goods of the sale back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLine {
    /// Of the sale that was asked for.
    pub line: u32,
    pub by_sale: SaleId,
    pub by_line: u32,
    pub quantity: Quantity,
    /// What the customer got for it.
    pub paid: Money,
    /// How many more pieces than that the ticket took points of, or fewer, by even exchanges: where it is not 0, a row of
    /// its own that has nothing else.
    #[serde(default, skip_serializing_if = "moves_none")]
    pub moved: Quantity,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn moves_none(moved: &Quantity) -> bool {
    moved.0 == 0
}

/// The sale without the numbers by which terminals and gift cards know its payments, and without the key of its page: no
/// return needs them.
pub fn without_references(sale: Sale) -> Result<Sale, SaleError> {
    let mut draft = SaleDraft::from(sale);
    draft.page = None;
    draft.tenders.iter_mut().for_each(|tender| tender.reference = None);
    Sale::close(draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open_page::PageToken;
    use crate::sale::LineKind;
    use crate::sale::tests::{draft, line};

    fn sale() -> Sale {
        let mut draft = draft(vec![line(1, LineKind::Sale, 595)], 595, 0);
        draft.tenders[0].reference = Some("T-1".parse().unwrap());
        draft.page = Some(PageToken::new([7; 32]));
        Sale::close(draft).unwrap()
    }

    #[test]
    fn what_a_till_is_told_of_a_receipt_has_a_shape_of_its_own() {
        let sale = sale();
        let id = sale.id;
        let returned = ReturnedLine {
            line: 1,
            by_sale: id,
            by_line: 2,
            quantity: Quantity::ONE,
            paid: Money(595),
            moved: Quantity::ZERO,
        };
        let found = FoundReceipt {
            sale: without_references(sale).unwrap(),
            store_name: "Norte".to_owned(),
            late_card: None,
            returned: vec![returned],
        };
        let reply = ReceiptReply { found: Some(Box::new(found)) };
        let text = serde_json::to_string(&reply).unwrap();
        let end = format!(
            "\"store_name\":\"Norte\",\"returned\":[{{\"line\":1,\"by_sale\":\"{id}\",\"by_line\":2,\"quantity\":1000,\"paid\":595}}]}}}}"
        );
        assert!(text.ends_with(&end), "{text}");
        assert!(!text.contains("T-1") && !text.contains("page"), "{text}");
        assert_eq!(serde_json::from_str::<ReceiptReply>(&text).unwrap(), reply);
        assert_eq!(serde_json::from_str::<ReceiptReply>("{}").unwrap(), ReceiptReply { found: None });
    }

    #[test]
    fn a_sale_whose_sums_do_not_agree_is_no_answer() {
        let found =
            FoundReceipt { sale: sale(), store_name: String::new(), late_card: None, returned: vec![] };
        let mut told = serde_json::to_value(&found).unwrap();
        told["sale"]["lines"][0]["net"] = 1.into();
        assert!(serde_json::from_value::<FoundReceipt>(told).is_err());
    }
}
