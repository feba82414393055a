//! Files that are there whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::SheetError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Writes all of them into the folder, which is made if it is missing, or none: each is written beside its
/// place under another name, and only when all are on the disk do they get theirs. Without `force` a file that
/// is there already is left alone and ends it.
pub(super) fn write_all(folder: &Path, files: &[NewFile], force: bool) -> Result<Vec<PathBuf>, SheetError> {
    let places: Vec<PathBuf> = files.iter().map(|file| folder.join(&file.name)).collect();
    if !force && let Some(there) = places.iter().find(|place| place.exists()) {
        return Err(exists(there));
    }
    std::fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    let mut ready = vec![];
    for (file, place) in files.iter().zip(&places) {
        ready.push(beside(folder, &file.bytes).map_err(|error| cannot_write(place, &error))?);
    }
    let mut done: Vec<PathBuf> = vec![];
    for (file, place) in ready.into_iter().zip(&places) {
        let kept = if force { file.persist(place) } else { file.persist_noclobber(place) };
        if let Err(failed) = kept {
            if !force {
                // These are ours, made a moment ago. One that cannot be taken back stays, and is whole.
                done.iter().for_each(|ours| drop(std::fs::remove_file(ours)));
            }
            let there = failed.error.kind() == std::io::ErrorKind::AlreadyExists;
            return Err(if there { exists(place) } else { cannot_write(place, &failed.error) });
        }
        done.push(place.clone());
    }
    // So that the names survive a power cut like what they stand for.
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| cannot_write(folder, &error))?;
    Ok(done)
}

fn beside(folder: &Path, bytes: &[u8]) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sheet-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What the user's mask leaves of it: a page is no secret of one account.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn exists(place: &Path) -> SheetError {
    SheetError::failed("file_exists", format!("{} is there already", place.display()))
        .fix("name another --out or --name, or overwrite it with --force")
}

fn cannot_write(place: &Path, error: &std::io::Error) -> SheetError {
    SheetError::failed("cannot_write", format!("{}: {error}", place.display()))
        .fix("name another folder with --out")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> NewFile {
        NewFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_are_written_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("new/sheets");
        let both = [file("a.svg", "1"), file("b.svg", "2")];
        assert_eq!(write_all(&out, &both, false).unwrap().len(), 2);
        assert_eq!(names(&out), ["a.svg", "b.svg"]);

        let again = [file("0.svg", "3"), file("b.svg", "4")];
        let error = write_all(&out, &again, false).unwrap_err();
        assert_eq!((error.code, error.wrong), ("file_exists", super::super::Wrong::Failed));
        assert_eq!(names(&out), ["a.svg", "b.svg"]);
        assert_eq!(std::fs::read(out.join("b.svg")).unwrap(), b"2");

        write_all(&out, &again, true).unwrap();
        assert_eq!(std::fs::read(out.join("b.svg")).unwrap(), b"4");
        assert_eq!(names(&out), ["0.svg", "a.svg", "b.svg"]);
    }

    #[test]
    fn what_comes_in_between_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        // The second name is taken by the first: seen only when it gets its place.
        let error = write_all(folder.path(), &[file("a.svg", "1"), file("a.svg", "2")], false).unwrap_err();
        assert_eq!(error.code, "file_exists");
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn a_folder_that_is_a_file_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("file");
        std::fs::write(&place, "x").unwrap();
        assert_eq!(write_all(&place, &[file("a.svg", "1")], false).unwrap_err().code, "cannot_write");
    }
}
