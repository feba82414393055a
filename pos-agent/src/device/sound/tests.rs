use std::io::Write;

use firmware_config::Registry;

use super::*;

fn profile(id: &str) -> Profile {
    Registry::built_in().unwrap().get(id).unwrap().clone()
}

fn cut_of(id: &str) -> Box<dyn Cut> {
    let profile = profile(id);
    let framer = super::super::frame::Framer::new(profile.frame.clone(), false);
    Sounds::new(&profile, Beep::Bad).unwrap().unwrap().left_out_of(Box::new(framer))
}

fn texts(reads: Vec<Whole>) -> Vec<String> {
    reads
        .into_iter()
        .map(|read| match read {
            Whole::Whole(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            other => format!("{other:?}"),
        })
        .collect()
}

const ACK: &[u8] = b"\x04\xd0\x00\x00\xff\x2c";

#[test]
fn what_a_reader_answers_is_no_read_however_it_is_split() {
    // Opticon's readers end a read with CR; Zebra's with silence.
    let cases: [(&str, Vec<u8>, &[&str]); 3] = [
        ("opticon-serial", b"\x06770\x150\r\x067701\r".to_vec(), &["7700", "7701"]),
        ("zebra-ssi-raw", [ACK, b"7700", ACK, b"\x05\xd1\x00\x00\x06\xff\x24"].concat(), &["7700"]),
        // Only the beginning of an answer.
        ("zebra-ssi-raw", b"7700\x04".to_vec(), &["7700\u{4}"]),
    ];
    for (id, bytes, wanted) in cases {
        for split in 0..=bytes.len() {
            let mut cut = cut_of(id);
            let mut reads = cut.push(&bytes[..split]);
            reads.extend(cut.push(&bytes[split..]));
            reads.extend(cut.pause(Duration::from_secs(2)));
            assert_eq!(texts(reads), wanted, "{id} at {split}");
        }
    }
}

#[test]
fn a_sound_without_bytes_is_not_promised() {
    let made = |id: &str, beep| Sounds::new(&profile(id), beep).map(|sounds| sounds.is_some());
    assert_eq!(made("generic-serial", Beep::None), Ok(false));
    assert_eq!(made("generic-serial", Beep::Bad), Err(NoSound::NoDialect));
    assert_eq!(made("honeywell-usb", Beep::Good), Ok(true));
    assert_eq!(made("honeywell-usb", Beep::Both), Err(NoSound::Bad));
    assert_eq!(made("gm65", Beep::Good), Err(NoSound::Good));
    for id in ["zebra-ssi-raw", "datalogic-powerscan", "datalogic-quickscan", "opticon-serial"] {
        assert_eq!(made(id, Beep::Both), Ok(true), "{id}");
    }
}

/// A line that keeps what was written to it.
#[derive(Debug, Default)]
struct Heard(Arc<std::sync::Mutex<Vec<u8>>>);

impl Read for Heard {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::TimedOut.into())
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_latest_sound_is_told_once() {
    let heard = Heard::default();
    let bytes = Arc::clone(&heard.0);
    let sounds = Sounds::new(&profile("datalogic-powerscan"), Beep::Bad).unwrap().unwrap();
    let mut line = Arc::clone(&sounds).on(Box::new(heard));
    let mut read = || line.read(&mut [0]).unwrap_err();
    read();
    sounds.want(true);
    read();
    assert_eq!(*bytes.lock().unwrap(), b"", "no sound is wanted of a good read");
    sounds.want(true);
    sounds.want(false);
    read();
    read();
    assert_eq!(*bytes.lock().unwrap(), b"FE");
}
