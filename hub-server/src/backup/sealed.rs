//! The file of a backup: lines, compressed, in an age file, and behind it a line that says how long that is and what
//! its digest is. So a file that was cut or changed is told from one that was made for another key, and what is in
//! it can be had without this program: `head -c -101 FILE | age -d -i KEY | gunzip`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Take, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use age::stream::{StreamReader, StreamWriter};
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::{BackupError, Keys, beside};

/// How an age file begins.
const AGE: &[u8] = b"age-encryption.org/v1\n";
/// How the line behind it begins; the version is of this line and what it speaks of.
const END: &str = "\nyapa-backup 1 ";
const LENGTH_DIGITS: usize = 20;
const DIGEST_DIGITS: usize = 64;
/// Of the whole line, with its ends: the 101 of the comment above.
const END_LENGTH: usize = END.len() + LENGTH_DIGITS + 1 + DIGEST_DIGITS + 1;

/// What a whole file is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of the age file, as hex.
    pub digest: String,
    /// Of the file.
    pub bytes: u64,
}

fn end_line(length: u64, digest: &str) -> String {
    format!("{END}{length:0LENGTH_DIGITS$} {digest}\n")
}

struct Digesting<W> {
    to: W,
    hash: Sha256,
    length: u64,
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Writes beside the name that the backup will have, which it gets once it is whole and on the disk.
pub struct Writer {
    path: PathBuf,
    part: PathBuf,
    lines: GzEncoder<StreamWriter<Digesting<BufWriter<File>>>>,
}

impl Writer {
    pub fn create(path: &Path, keys: &Keys) -> Result<Self, BackupError> {
        if path.exists() {
            return Err(BackupError::Exists(path.to_owned()));
        }
        let part = beside(path, ".part");
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
        let to = BufWriter::new(file.map_err(BackupError::file(&part))?);
        let recipients = keys.public().iter().map(|key| key as &dyn Recipient);
        let encryptor = Encryptor::with_recipients(recipients)
            .map_err(|error| BackupError::File { path: part.clone(), error: io::Error::other(error) })?;
        let stream = encryptor.wrap_output(Digesting { to, hash: Sha256::new(), length: 0 });
        let stream = stream.map_err(BackupError::file(&part))?;
        Ok(Self { path: path.to_owned(), part, lines: GzEncoder::new(stream, Compression::fast()) })
    }

    /// Adds a line; `text` without its end.
    pub fn line(&mut self, text: &[u8]) -> Result<(), BackupError> {
        let written = self.lines.write_all(text).and_then(|()| self.lines.write_all(b"\n"));
        written.map_err(BackupError::file(&self.part))
    }

    pub fn finish(self) -> Result<Sealed, BackupError> {
        let Self { path, part, lines } = self;
        let sealed = seal(lines).map_err(BackupError::file(&part))?;
        fs::rename(&part, &path).and_then(|()| sync_folder(&path)).map_err(BackupError::file(&path))?;
        Ok(sealed)
    }

    /// Gives up: nothing is left of it.
    pub fn discard(self) -> Result<(), BackupError> {
        fs::remove_file(&self.part).map_err(BackupError::file(&self.part))
    }
}

fn seal(lines: GzEncoder<StreamWriter<Digesting<BufWriter<File>>>>) -> io::Result<Sealed> {
    let Digesting { mut to, hash, length } = lines.finish()?.finish()?;
    let digest = hex::encode(hash.finalize());
    to.write_all(end_line(length, &digest).as_bytes())?;
    to.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(Sealed { digest, bytes: length + END_LENGTH as u64 })
}

/// After this a power cut takes no new name in the folder of `path` back.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Reads the whole file and says whether it is as it was written. No key is needed for that.
fn check(path: &Path) -> Result<Sealed, BackupError> {
    let io = |error| BackupError::File { path: path.to_owned(), error };
    let mut file = File::open(path).map_err(io)?;
    let bytes = file.metadata().map_err(io)?.len();
    let mut begin = vec![];
    Read::by_ref(&mut file).take(AGE.len() as u64).read_to_end(&mut begin).map_err(io)?;
    if !AGE.starts_with(&begin) {
        return Err(BackupError::NoBackup(path.to_owned()));
    }
    let Some(length) = bytes.checked_sub(END_LENGTH as u64) else {
        return Err(BackupError::Cut(path.to_owned()));
    };
    let mut end = String::new();
    file.seek(SeekFrom::Start(length)).map_err(io)?;
    // What is no text is no end either.
    if file.read_to_string(&mut end).is_err() || !end.starts_with(END) {
        return Err(BackupError::Cut(path.to_owned()));
    }
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut hash = Sha256::new();
    io::copy(&mut file.take(length), &mut hash).map_err(io)?;
    let digest = hex::encode(hash.finalize());
    if end != end_line(length, &digest) {
        return Err(BackupError::Changed(path.to_owned()));
    }
    Ok(Sealed { digest, bytes })
}

/// Reads the lines of a file that is as it was written.
pub struct Reader {
    path: PathBuf,
    lines: BufReader<GzDecoder<BufReader<StreamReader<Take<BufReader<File>>>>>>,
}

impl Reader {
    pub fn open(path: &Path, keys: &Keys) -> Result<(Self, Sealed), BackupError> {
        let secret = keys.secret()?;
        let sealed = check(path)?;
        let file = BufReader::new(File::open(path).map_err(BackupError::file(path))?);
        let opened = Decryptor::new_buffered(file.take(sealed.bytes - END_LENGTH as u64))
            .and_then(|age| age.decrypt(secret.iter().map(|key| key as &dyn Identity)));
        let stream = opened.map_err(|error| match error {
            DecryptError::NoMatchingKeys => BackupError::WrongKey(path.to_owned()),
            DecryptError::Io(error) => BackupError::File { path: path.to_owned(), error },
            _ => BackupError::Changed(path.to_owned()),
        })?;
        let lines = BufReader::new(GzDecoder::new(BufReader::new(stream)));
        Ok((Self { path: path.to_owned(), lines }, sealed))
    }

    /// The next line without its end; false behind the last one.
    pub fn line(&mut self, line: &mut Vec<u8>) -> Result<bool, BackupError> {
        line.clear();
        let read = self.lines.read_until(b'\n', line).map_err(|error| match error.kind() {
            // What age and gzip say of bytes that are not those that were written.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                BackupError::Changed(self.path.clone())
            }
            _ => BackupError::File { path: self.path.clone(), error },
        })?;
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        Ok(read > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sample {
        folder: tempfile::TempDir,
        keys: Keys,
        path: PathBuf,
        whole: Vec<u8>,
    }

    fn sample() -> Sample {
        let folder = tempfile::tempdir().unwrap();
        Keys::make(&folder.path().join("key")).unwrap();
        let keys = Keys::read(&folder.path().join("key")).unwrap();
        let path = folder.path().join("a.backup");
        let mut writer = Writer::create(&path, &keys).unwrap();
        for n in 0..20_000_u32 {
            writer.line(hex::encode(Sha256::digest(n.to_le_bytes())).as_bytes()).unwrap();
        }
        let sealed = writer.finish().unwrap();
        let whole = fs::read(&path).unwrap();
        assert_eq!(sealed.bytes, whole.len() as u64);
        assert!(whole.len() > 3 * 65_536, "several parts of age: {}", whole.len());
        Sample { folder, keys, path, whole }
    }

    fn lines(path: &Path, keys: &Keys) -> Result<usize, BackupError> {
        let (mut reader, _) = Reader::open(path, keys)?;
        let (mut line, mut count) = (vec![], 0);
        while reader.line(&mut line)? {
            count += 1;
        }
        Ok(count)
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all_and_is_never_written_over() {
        let Sample { folder, keys, path, .. } = sample();
        assert_eq!(lines(&path, &keys).unwrap(), 20_000);
        assert_eq!(Writer::create(&path, &keys).err().unwrap().code(), "file_exists");
        let other = folder.path().join("b.backup");
        let mut writer = Writer::create(&other, &keys).unwrap();
        writer.line(b"half").unwrap();
        assert!(!other.exists());
        writer.discard().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "the key, its public half, the backup");
    }

    #[test]
    fn cut_changed_and_wrongly_keyed_files_are_told_apart() {
        let Sample { folder, keys, path, whole } = sample();
        let code = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            lines(&path, &keys).unwrap_err().code()
        };
        for length in [0, 5, 50, 100, 65_536, whole.len() / 2, whole.len() - 101, whole.len() - 1] {
            assert_eq!(code(&whole[..length]), "backup_cut", "{length}");
        }
        for at in [30, 100, 200, 70_000, whole.len() - 102, whole.len() - 2] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert_eq!(code(&changed), "backup_changed", "{at}");
        }
        let mut inner = whole.clone();
        inner.remove(70_000);
        assert_eq!(code(&inner), "backup_changed", "a byte is missing in the middle");
        assert_eq!(code(b"sku,name\n1,x\n"), "no_backup");

        fs::write(&path, &whole).unwrap();
        Keys::make(&folder.path().join("other")).unwrap();
        let other = Keys::read(&folder.path().join("other")).unwrap();
        assert_eq!(lines(&path, &other).unwrap_err().code(), "backup_wrong_key");
        assert_eq!(lines(&path, &keys).unwrap(), 20_000);
    }

    #[test]
    fn what_is_in_it_can_be_had_without_this_program() {
        let Sample { folder: _folder, keys, whole, .. } = sample();
        let inner = age::decrypt(&keys.secret().unwrap()[0], &whole[..whole.len() - 101]).unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(&inner[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text.lines().count(), 20_000);
    }

    #[test]
    fn who_changes_the_digest_too_is_found_by_the_key() {
        let Sample { folder: _folder, keys, path, whole } = sample();
        for at in [150, 70_000] {
            let mut forged = whole[..whole.len() - END_LENGTH].to_vec();
            forged[at] ^= 1;
            let digest = hex::encode(Sha256::digest(&forged));
            let end = end_line(forged.len() as u64, &digest);
            forged.extend_from_slice(end.as_bytes());
            fs::write(&path, forged).unwrap();
            let code = lines(&path, &keys).unwrap_err().code();
            assert!(["backup_changed", "backup_wrong_key"].contains(&code), "{at}: {code}");
        }
    }
}
