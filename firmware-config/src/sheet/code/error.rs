//! Why there is no symbol.

/// Why a text cannot be drawn. Says no digit of what may be a payment card.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("there is nothing to draw")]
    Empty,
    #[error("{0} takes digits only")]
    NotDigits(&'static str),
    #[error("{name} has {wanted} digits, check digit included; this has {got}")]
    Length { name: &'static str, wanted: usize, got: usize },
    #[error("its check digit is {said}, but {wanted} belongs behind these digits")]
    CheckDigit { said: char, wanted: u32 },
    #[error(
        "{0:?} cannot stand in this symbol: Code 128 takes ASCII from blank to ~, QR any letter but controls"
    )]
    Letter(char),
    #[error("it has {got} letters, and a symbol that can be read from paper at most {most}")]
    TooLong { got: usize, most: usize },
    #[error("it looks like a payment card's number, and no loyalty card may have one")]
    PaymentCard,
    #[error("the symbol could not be made: {0}")]
    Encoder(String),
}

impl CodeError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_code",
            Self::NotDigits(_) => "not_digits",
            Self::Length { .. } => "wrong_length",
            Self::CheckDigit { .. } => "bad_check_digit",
            Self::Letter(_) => "bad_letter",
            Self::TooLong { .. } => "too_long",
            Self::PaymentCard => "payment_card_number",
            Self::Encoder(_) => "encoder",
        }
    }
}
