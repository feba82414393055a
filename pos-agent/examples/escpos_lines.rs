//! Lines of commands in, lines of bytes out: what `tests/oracles/escpos.py` compares with another encoder.
//!
//! Each line of the standard input is a JSON list of commands such as `["text", "Año"]` or `["bold", true]`;
//! the line that answers it is the bytes in hexadecimal.

use std::io::BufRead;

use pos_agent::receipt::escpos::status::Query;
use pos_agent::receipt::escpos::{Align, CodePage, Cut, DrawerPin, EcLevel, Encoder, Encoding, Size};
use serde_json::Value;

fn main() -> anyhow::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let commands: Vec<Value> = serde_json::from_str(&line?)?;
        let mut encoder = Encoder::new(Encoding::Windows1252);
        for command in &commands {
            obey(&mut encoder, command)?;
        }
        println!("{}", hex::encode(encoder.finish()));
    }
    Ok(())
}

fn obey(encoder: &mut Encoder, command: &Value) -> anyhow::Result<()> {
    let text = |at: usize| command[at].as_str().ok_or_else(|| anyhow::anyhow!("no text: {command}"));
    let number = |at: usize| -> anyhow::Result<u8> {
        let found = command[at].as_u64().ok_or_else(|| anyhow::anyhow!("no number: {command}"))?;
        Ok(u8::try_from(found)?)
    };
    match text(0)? {
        "init" => encoder.init(),
        "page" => encoder.page(match text(1)? {
            "CP858" => CodePage { encoding: Encoding::Cp858, number: 19 },
            _ => CodePage { encoding: Encoding::Windows1252, number: 16 },
        }),
        "text" => encoder.text(text(1)?),
        "line" => encoder.line(text(1)?),
        "bold" => encoder.bold(command[1] == true),
        "size" => encoder.size(Size { width: number(1)?, height: number(2)? }),
        "align" => encoder.align(match text(1)? {
            "center" => Align::Centre,
            "right" => Align::Right,
            _ => Align::Left,
        }),
        "feed" => encoder.feed(number(1)?),
        "cut" => encoder.cut(if text(1)? == "FULL" { Cut::Full } else { Cut::Partial }),
        "drawer" => encoder.drawer(DrawerPin::try_from(number(1)?).map_err(anyhow::Error::msg)?),
        "qr" => encoder.qr(text(1)?, number(2)?, level(text(3)?))?,
        "ean13" => encoder.ean13(text(1)?, number(2)?, number(3)?)?,
        "code128" => encoder.code128(text(1)?, number(2)?, number(3)?)?,
        "query" => encoder.ask(Query::ALL[usize::from(number(1)?) - 1]),
        other => anyhow::bail!("no command {other}"),
    };
    Ok(())
}

fn level(name: &str) -> EcLevel {
    match name {
        "L" => EcLevel::L,
        "M" => EcLevel::M,
        "Q" => EcLevel::Q,
        _ => EcLevel::H,
    }
}
