use super::*;

const HEAD: &str =
    "store,till,seq,business_date,occurred_at,cashier,card,line,sku,qty,unit_price,net,tax,discount,kind\n";

fn read(rows: &str) -> Vec<Ticket> {
    let text = format!("{HEAD}{rows}");
    let mut reader = SalesReader::open(|| Ok(text.as_bytes())).unwrap();
    let mut tickets = vec![];
    while let Some(ticket) = reader.next_ticket().unwrap() {
        tickets.push(ticket);
    }
    tickets
}

fn row(seq: &str, line: &str, qty: &str, kind: &str) -> String {
    format!("1,1,{seq},2026-03-01,2026-03-01T10:00:00-05:00,marta,,{line},a,{qty},1.00,1.00,0.19,0,{kind}\n")
}

#[test]
fn rows_are_joined_to_tickets() {
    let text = row("1", "1", "1", "sale")
        + &row("1", "2", "0,5", "return")
        + &row("2", "1", "1", "venta")
        + &row("1", "3", "1", "sale");
    let tickets = read(&text.replace("0,5", "0.5"));
    let lines: Vec<_> = tickets
        .iter()
        .map(|t| match t {
            Ticket::Good { draft, .. } => (draft.receipt_no, draft.lines.len()),
            Ticket::Rejected(_) => (0, 0),
        })
        .collect();
    assert_eq!(lines, [(2, 1), (1, 3)]);
}

/// Receipt numbers of good tickets, and of bad rows the line, the column and the code; in order.
fn said(rows: &str) -> Vec<String> {
    let said = |ticket: &Ticket| match ticket {
        Ticket::Good { draft, .. } => vec![format!("good {}", draft.receipt_no)],
        Ticket::Rejected(rows) => rows.iter().map(|r| told(&r.error)).collect(),
    };
    read(rows).iter().flat_map(said).collect()
}

fn told(error: &RowError) -> String {
    [&error.line.to_string(), error.column.as_deref().unwrap_or("-"), error.code].join(" ")
}

#[test]
fn a_bad_row_sets_its_ticket_aside_and_no_other() {
    let good = |seq: &str, line: &str| row(seq, line, "1", "sale");
    let surplus = good("1", "2").replace(",1.00,1.00,", ",1,00,1,00,");
    let short = good("1", "2").replace(",marta", "");
    let long = good("1", "2").replace("marta", &"m".repeat(10_001));
    for (bad, told) in [
        (row("1", "2", "x", "sale"), "3 qty bad_number"),
        (surplus, "3 - cell_count"),
        (short, "3 - cell_count"),
        (long, "3 cashier cell_too_long"),
        (good("1", "2").replace("marta", "\u{FFFD}"), "3 cashier not_utf8"),
    ] {
        let wanted = ["2 - ticket_set_aside", told, "4 - ticket_set_aside", "good 2"];
        let text = good("1", "1") + &bad + &good("1", "3") + &good("2", "1");
        assert_eq!(said(&text), wanted, "{bad}");
        // A ticket whose other rows stand elsewhere is held back too.
        let text = bad + &good("2", "1") + &good("1", "1");
        let wanted = ["good 2", &told.replace('3', "2"), "4 - ticket_set_aside"];
        assert_eq!(said(&text), wanted, "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_set_their_ticket_aside() {
    let text = HEAD.to_owned() + &row("1", "1", "1", "sale") + &row("1", "2", "1", "sale");
    let mut bytes = text.into_bytes();
    let place = bytes.windows(5).rposition(|word| word == b"marta").unwrap();
    bytes[place] = 0xF1;
    let mut reader = SalesReader::open(|| Ok(bytes.as_slice())).unwrap();
    let Some(Ticket::Rejected(rows)) = reader.next_ticket().unwrap() else { panic!("it went in") };
    let told: Vec<_> = rows.iter().map(|r| told(&r.error)).collect();
    assert_eq!(told, ["2 - ticket_set_aside", "3 cashier not_utf8"]);
}

#[test]
fn a_row_of_no_known_ticket_holds_back_those_it_may_belong_to() {
    let good = |seq: &str, line: &str| row(seq, line, "1", "sale");
    let unread = |line: &str| good("?", line);
    let undated = |seq: &str, line: &str| good(seq, line).replace(",2026-03-01,", ",1 March,");
    let elsewhere = good("?", "2").replace("1,1,?", "2,1,?");
    let cut = "1,1\n".to_owned();
    let open_quote = good("1", "2").replace("marta", "\"marta");
    let lost_quote = good("3", "1").replace("marta", "marta\"");
    for (text, wanted) in [
        // The row may end the ticket before it or begin the one after it.
        (
            good("1", "1") + &unread("2") + &good("2", "1") + &good("3", "1"),
            "2 - ticket_set_aside, 3 seq bad_value, 4 - ticket_set_aside, good 3",
        ),
        // Its line number stands in both already.
        (good("1", "1") + &unread("1") + &good("2", "1"), "good 1, 3 seq bad_value, good 2"),
        (good("1", "1") + &unread("1") + &good("2", "2"), "good 1, 3 seq bad_value, 4 - ticket_set_aside"),
        // What can be read of its key speaks for one of them, or for none.
        (
            good("1", "1") + &undated("2", "1") + &good("2", "2"),
            "good 1, 3 business_date bad_value, 4 - ticket_set_aside",
        ),
        (good("1", "1") + &elsewhere + &good("2", "1"), "good 1, 3 seq bad_value, good 2"),
        // The same ticket on both sides: it is its own.
        (
            good("1", "1") + &unread("1") + &good("1", "3") + &good("2", "1"),
            "2 - ticket_set_aside, 3 seq bad_value, 4 - ticket_set_aside, good 2",
        ),
        // Of a row without its cells nothing is believed.
        (
            good("1", "1") + &cut + &cut + &good("2", "1"),
            "2 - ticket_set_aside, 3 - cell_count, 4 - cell_count, 5 - ticket_set_aside",
        ),
        (unread("1") + &good("1", "2"), "2 seq bad_value, 3 - ticket_set_aside"),
        (good("1", "1") + &unread("2"), "2 - ticket_set_aside, 3 seq bad_value"),
        // A quotation mark that was left open took the whole of one ticket and the beginning of another.
        (
            good("1", "1") + &open_quote + &good("2", "1") + &lost_quote + &good("3", "2") + &good("4", "1"),
            "2 - ticket_set_aside, 3 cashier bad_value, 6 - ticket_set_aside, good 4",
        ),
    ] {
        assert_eq!(said(&text).join(", "), wanted, "{text}");
    }
}

#[test]
fn rows_that_stay_without_a_ticket_are_not_heaped_up() {
    let strays: String = (0..5_000).map(|_| row("?", "2", "1", "sale")).collect();
    let text = row("1", "1", "1", "sale") + &strays + &row("2", "1", "1", "sale");
    let tickets = read(&text);
    let aside = |ticket: &Ticket| matches!(ticket, Ticket::Rejected(rows) if rows[0].error.code == "ticket_set_aside");
    assert_eq!((tickets.len(), tickets.iter().filter(|t| aside(t)).count()), (5_002, 2));
}

#[test]
fn what_is_wrong_is_said_of_the_row_and_the_column_that_are_wrong() {
    let first = row("1", "1", "1", "sale");
    let edited = |from: &str, to: &str| row("1", "2", "1", "sale").replacen(from, to, 1);
    let largest = "92233720368547758.07";
    for (second, told) in [
        (row("1", "2", "1", "gift"), "kind unknown_kind"),
        (row("1", "2", "-1", "sale"), "qty sale_negative_amount"),
        (edited(",1.00,1.00,", ",-1.00,1.00,"), "unit_price sale_negative_amount"),
        (edited(",1.00,1.00,", ",1.00,-1.00,"), "net sale_negative_amount"),
        (edited(",0.19,0,", ",-0.19,0,"), "tax sale_negative_amount"),
        (edited(",0.19,0,", ",0.19,-1,"), "discount sale_negative_amount"),
        (edited(",1.00,1.00,", &format!(",1.00,{largest},")), "- sale_amount"),
        (row("1", "0", "1", "sale"), "line sale_line_number"),
        (row("1", "1", "1", "sale"), "line sale_line_number"),
        (edited("marta,,", "marta,2990000010421,"), "card ticket_cards_differ"),
        (edited("marta", "rosa"), "cashier ticket_cashiers_differ"),
        (row("1", "2", "1", "training"), "kind ticket_training_mixed"),
    ] {
        let wanted = ["2 - ticket_set_aside".to_owned(), format!("3 {told}")];
        assert_eq!(said(&(first.clone() + &second)), wanted, "{second}");
    }
    let below_zero = row("-1", "1", "1", "sale") + &row("-1", "2", "1", "sale");
    assert_eq!(said(&below_zero), ["2 seq sale_receipt_number", "3 seq sale_receipt_number"]);
    let Ticket::Rejected(rows) = &read(&(first.clone() + &first))[0] else { panic!("a line stands twice") };
    let reasons: Vec<_> = rows.iter().map(|r| r.error.reason.as_str()).collect();
    let wanted = [
        "waits for line 3, which is bad and belongs to the same ticket",
        "an earlier row of this ticket has the number 1 too",
    ];
    assert_eq!(reasons, wanted);
}

#[test]
fn a_ticket_refused_as_a_whole_names_each_of_its_rows() {
    let half = "60000000000000000.00";
    let large = |line: &str| row("1", line, "1", "sale").replace(",1.00,1.00,", &format!(",1.00,{half},"));
    assert_eq!(said(&(large("1") + &large("2"))), ["2 - sale_amount", "3 - sale_amount"]);
    let Ticket::Good { rows, .. } =
        read(&(row("1", "1", "1", "sale") + &row("1", "2", "1", "sale"))).remove(0)
    else {
        panic!("it is good");
    };
    let refused = Ticket::refuse(rows, "receipt_conflict", "the hub has another sale under this number");
    let told: Vec<_> = refused.iter().map(|r| told(&r.error)).collect();
    assert_eq!(told, ["2 - receipt_conflict", "3 - receipt_conflict"]);
}

#[test]
fn the_error_file_goes_in_once_it_is_mended() {
    let comma = |text: String| text.replace(',', ";").replace('.', ",");
    let good = |seq: &str, line: &str| row(seq, line, "1", "sale");
    let surplus = good("2", "2").replace("1.00,1.00", "1;00,1.00");
    let short = good("4", "2").replace(",,2,a", ",2,a");
    let rows = good("1", "1") + &good("2", "1") + &surplus + &good("3", "1") + &good("4", "1") + &short;
    let text = format!("\u{FEFF}{}", comma(HEAD.to_owned() + &rows));
    let (taken, errors) = taken_and_left(&text);
    assert_eq!(taken, [1, 3]);
    assert!(errors.starts_with("\u{FEFF}error_line;error_column;error_code;error;store;till;"), "{errors}");
    // Unmended it says the same again, and its own columns do not pile up.
    let (taken, again) = taken_and_left(&errors);
    assert_eq!((taken.len(), again.lines().next()), (0, errors.lines().next()));
    let cells = |file: &str| {
        file.lines().skip(1).map(|l| l.splitn(5, ';').last().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(cells(&again), cells(&errors));
    let mended = again.replace(";1;00;1,00;", ";1,00;1,00;").replace(";marta;2;a", ";marta;;2;a");
    let (taken, left) = taken_and_left(&mended);
    assert_eq!((taken, left.lines().count()), (vec![2, 4], 1), "{mended}{left}");
}

fn taken_and_left(text: &str) -> (Vec<i64>, String) {
    let mut reader = SalesReader::open(|| Ok(text.as_bytes())).unwrap();
    let mut errors = reader.table().error_file(vec![]).unwrap();
    let mut taken = vec![];
    while let Some(ticket) = reader.next_ticket().unwrap() {
        match ticket {
            Ticket::Good { draft, .. } => taken.push(draft.receipt_no),
            Ticket::Rejected(rows) => rows.iter().for_each(|r| errors.write(&r.cells, &r.error).unwrap()),
        }
    }
    (taken, String::from_utf8(errors.finish().unwrap()).unwrap())
}
