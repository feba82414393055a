use proptest::prelude::*;

use super::*;

#[test]
fn nonsense_is_refused() {
    use LayoutError::{CheckAtEnd, NoItem, NoPrefix, OneMeasure, Point, Sign, TooLong};
    for (text, wanted) in [
        ("21iiiiiww.wwwc", Ok("21iiiiiww.wwwc")),
        ("21 iiiii wwwww c", Ok("21iiiiiwwwwwc")),
        ("23iiiii.ppc", Ok("23iiiii.ppc")),
        ("", Err(OneMeasure)),
        ("21iiiiic", Err(OneMeasure)),
        ("21wiiiwc", Err(OneMeasure)),
        ("21iiwwppc", Err(OneMeasure)),
        ("iiiiiwwwwwc", Err(NoPrefix)),
        ("21wwwwwc", Err(NoItem)),
        ("21iiwwcw", Err(OneMeasure)),
        ("21iiwwc0", Err(CheckAtEnd)),
        ("21iiwwcc", Err(CheckAtEnd)),
        ("21i.iwwc", Err(Point)),
        ("21iiww.c", Err(Point)),
        ("21iiw.wwwwc", Err(Point)),
        ("23iip.pppc", Err(Point)),
        ("24iin.nc", Err(Point)),
        ("21iiw.w.wc", Err(Sign('.'))),
        ("21iiNNDDD", Err(Sign('N'))),
        ("21iiwwwwwwwwwwwwwwww", Err(TooLong)),
    ] {
        assert_eq!(text.parse::<Layout>().map(|l| l.to_string()), wanted.map(str::to_owned), "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_laid_out_is_read(item in 0_u32..100_000, grams in 1_i64..100_000) {
        let layout: Layout = "21iiiiiww.wwwc".parse().unwrap();
        let payload = format!("21{item:05}{grams:05}");
        let number = format!("{payload}{}", char::from(check_digit(&payload).unwrap()));
        let label = layout.read(&number, Lookup::Item).unwrap().unwrap();
        prop_assert_eq!(label.measure, Some(Measure::Quantity(Quantity(grams))));
        prop_assert_eq!(label.barcode.as_str(), format!("{item:05}"));
    }

    #[test]
    fn no_text_makes_it_panic(layout in "[0-9]{0,2}[iwpnxc. ]{0,14}", text in "[0-9]{0,16}|\\PC{0,16}") {
        if let Ok(layout) = layout.parse::<Layout>() {
            prop_assert_eq!(layout.to_string().parse(), Ok(layout.clone()));
            for lookup in [Lookup::Prefixed, Lookup::Item, Lookup::Zeroed] {
                let _ = layout.read(&text, lookup);
            }
        }
    }
}
