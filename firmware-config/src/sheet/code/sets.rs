//! The code sets of Code 128.

/// The text in the encoder's notation: Ɓ and Ć switch to code sets B and C, Ż is FNC3. Digits go by twos where
/// that saves room: four or more at either end, six or more between (ISO/IEC 15417, Annex E). FNC3 is in no
/// set C, so a symbol for the reader begins in B.
pub(super) fn code_sets(text: &str, reader_init: bool) -> String {
    let digits_at = |at: usize| text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let mut written = String::from(if reader_init { "ƁŻ" } else { "" });
    let mut set = if reader_init { 'Ɓ' } else { ' ' };
    let mut at = 0;
    while at < text.len() {
        let digits = digits_at(at);
        let at_end = at == 0 || at + digits == text.len();
        let pairs = digits - digits % 2;
        let worth = pairs >= 6 || (pairs >= 4 && at_end) || (pairs == 2 && text.len() == 2);
        // An odd digit goes first, unless the run is at the beginning.
        let taken = if worth && digits % 2 == 1 && at > 0 {
            1
        } else if worth {
            pairs
        } else {
            digits.max(1)
        };
        let wanted = if worth && taken == pairs { 'Ć' } else { 'Ɓ' };
        if set != wanted {
            written.push(wanted);
            set = wanted;
        }
        written.push_str(&text[at..at + taken]);
        at += taken;
    }
    written
}
