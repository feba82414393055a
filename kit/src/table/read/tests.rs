use domain::{Money, Quantity, Sku};

use super::*;

const COLUMNS: [Column; 3] = [
    Column::required("sku", &["código", "codigo", "code"]),
    Column::required("price", &["precio"]),
    Column::optional("name", &["nombre"]),
];

type Good = (String, Money, Option<String>);

fn read(text: &[u8]) -> (Vec<Good>, Vec<RowError>) {
    let mut reader = TableReader::new(text, &COLUMNS).unwrap();
    let (mut good, mut bad) = (vec![], vec![]);
    while let Some(row) = reader.next_row().unwrap() {
        let values = row.map_err(|b| b.error).and_then(|row| {
            let sku: Sku = row.parse("sku")?;
            Ok((sku.to_string(), row.number("price")?, row.optional("name").map(str::to_owned)))
        });
        match values {
            Ok(values) => good.push(values),
            Err(error) => bad.push(error),
        }
    }
    (good, bad)
}

#[test]
fn the_same_rows_in_every_dress() {
    let wanted = vec![
        ("1".to_owned(), Money(123_450), Some("Leche; 1 L".to_owned())),
        ("2".to_owned(), Money(5), None),
    ];
    for text in [
        "sku,price,name\n1,1234.50,Leche; 1 L\n2,0.05,\n",
        "\u{FEFF}sku;price;name\r\n1;1234,50;\"Leche; 1 L\"\r\n2;0,05;\r\n",
        "Código;Precio;Nombre\n1;1.234,50;\"Leche; 1 L\"\n\n;;\n2; 0,05 ;",
        "name,PRICE , SKU\nLeche; 1 L,\"1,234.50\",1\n,.05,2,,\n",
    ] {
        assert_eq!(read(text.as_bytes()), (wanted.clone(), vec![]), "{text}");
    }
}

#[test]
fn a_bad_row_is_named_and_the_next_is_read() {
    let text = b"sku,price,name\n1,x,a\n2,1.005,b\n3,5\n,5,c\n4,5,\xF1ame\n5,1.2.3,d\n6,5,\"two\nlines\"\n7,5,a,b\n8,5,e\n";
    let (good, bad) = read(text);
    assert_eq!(good.iter().map(|g| g.0.as_str()).collect::<Vec<_>>(), ["6", "8"]);
    let found: Vec<_> = bad.iter().map(|e| (e.line, e.column.as_deref(), e.code)).collect();
    assert_eq!(
        found,
        [
            (2, Some("price"), "bad_number"),
            (3, Some("price"), "bad_number"),
            (4, None, "cell_count"),
            (5, Some("sku"), "empty_cell"),
            (6, Some("name"), "not_utf8"),
            (7, Some("price"), "bad_number"),
            (10, None, "cell_count"),
        ]
    );
    assert_eq!(bad[0].to_string(), "line 2, column price: \"x\": is not a decimal number such as 12.50");
}

#[test]
fn the_heading_must_name_what_is_needed() {
    for (text, code) in [
        (&b""[..], "empty_file"),
        (b"\n1,2\n", "empty_file"),
        (b"sku,name\n", "missing_column"),
        (b"sku,precio,price\n", "column_twice"),
        (b"\xFF\xFEs\0", "not_utf8"),
        (b"sku,pr\xE9cio\n", "not_utf8"),
    ] {
        assert_eq!(TableReader::new(text, &COLUMNS).map(|_| ()).map_err(|e| e.code()), Err(code));
    }
    let reader = TableReader::new(&b"sku,price,Weight,,error\n"[..], &COLUMNS).unwrap();
    assert_eq!(reader.unknown_columns(), ["Weight", "error"]);
    assert_eq!(reader.absent_columns(), ["name"]);
}

#[test]
fn rejected_rows_can_be_mended_and_read_again() {
    let text = "sku;price;name\n1;x;a;\n2;5\n";
    let mut reader = TableReader::new(text.as_bytes(), &COLUMNS).unwrap();
    let mut errors = reader.error_file(vec![]).unwrap();
    while let Some(row) = reader.next_row().unwrap() {
        match row {
            Ok(row) => {
                let error = row.number::<Quantity>("price").unwrap_err();
                errors.write(&row.cells(), &error).unwrap();
            }
            Err(bad) => errors.write(&bad.cells, &bad.error).unwrap(),
        }
    }
    let file = String::from_utf8(errors.finish().unwrap()).unwrap();
    assert!(file.starts_with("error_line;error_column;error_code;error;sku;price;name\n2;price;"), "{file}");
    // A row too short stays too short: filled up it would go in unmended.
    assert!(file.ends_with(";2;5\n"), "{file}");
    assert_eq!(read(file.as_bytes()).0, []);
    let (good, bad) = read(file.replace(";1;x;a", ";1;7;a").replace(";2;5\n", ";2;5;\n").as_bytes());
    assert_eq!((good.len(), bad.len()), (2, 0));
}

#[test]
fn a_letter_that_was_lost_is_not_taken_for_text() {
    let (good, bad) = read("sku,price,name\n1,5,\u{FFFD}ame\n".as_bytes());
    assert_eq!((good.len(), bad[0].column.as_deref(), bad[0].code), (0, Some("name"), "not_utf8"));
}

#[test]
fn the_error_file_does_not_take_the_place_of_the_file_being_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "sku,price\n1,x\n").unwrap();
    let reader = TableReader::new(&b"sku,price\n"[..], &COLUMNS).unwrap();
    let same = folder.path().join(".").join("a.csv");
    assert_eq!(
        reader.create_error_file(&path, &same).map(|_| ()).map_err(|e| e.code()),
        Err("errors_over_input")
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "sku,price\n1,x\n");
    assert!(reader.create_error_file(&path, &folder.path().join("b.csv")).is_ok());
}
