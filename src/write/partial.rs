//! A file that has its name only when it is whole.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufWriter, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{WriteError, beside};

/// Bytes gathered before the system is asked to write.
const BUFFER: usize = 1 << 18;

/// A file being written as `<name>.partial`, beside its final name.
///
/// [`finish`](PartialFile::finish) renames it; dropped before that, only the `.partial` is left and
/// a file that had the final name is untouched. A device or a named pipe cannot be renamed over: it
/// is written straight.
#[derive(Debug)]
pub struct PartialFile {
    file: BufWriter<File>,
    /// Where the bytes are now.
    partial: PathBuf,
    /// Where they will be; `None` for devices and pipes.
    rename_to: Option<PathBuf>,
    bytes: u64,
}

impl PartialFile {
    /// Starts a file. An old `.partial` that no run holds is written over.
    ///
    /// # Errors
    /// [`WriteError::Directory`], [`WriteError::Busy`] when another run is writing the same file,
    /// or the system's reason.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        // A link stays a link: the file that it points at is the one replaced.
        let path = match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
            _ => path.to_owned(),
        };
        let found = fs::metadata(&path).ok();
        if found.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(WriteError::Directory { path });
        }
        if found.as_ref().is_some_and(|found| !found.is_file()) {
            let file = File::options()
                .write(true)
                .open(&path)
                .map_err(|error| WriteError::io("open", &path, error))?;
            let file = BufWriter::with_capacity(BUFFER, file);
            return Ok(Self { file, partial: path, rename_to: None, bytes: 0 });
        }
        if let Some(folder) =
            path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        {
            return Err(WriteError::NoFolder { path: folder.to_owned() });
        }
        let partial = beside(&path, ".partial");
        let file = locked(&partial, Start::Empty)?;
        if let Some(found) = found {
            // Who could not read the old file shall not read the new one; a filesystem without
            // permissions refuses, and has nothing to protect.
            file.set_permissions(found.permissions()).ok();
        }
        let file = BufWriter::with_capacity(BUFFER, file);
        Ok(Self { file, partial, rename_to: Some(path), bytes: 0 })
    }

    /// Goes on with the `.partial` of a run that broke off: what stands behind `bytes` is cut off.
    ///
    /// # Errors
    /// [`WriteError::Shorter`] when fewer bytes are there; else as [`create`](PartialFile::create).
    pub fn resume(path: &Path, bytes: u64) -> Result<Self, WriteError> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let partial = beside(&path, ".partial");
        let mut file = locked(&partial, Start::Keep)?;
        let there = file.metadata().map_err(|error| WriteError::io("look at", &partial, error))?.len();
        if there < bytes {
            return Err(WriteError::Shorter { path: partial, bytes: there, wanted: bytes });
        }
        file.set_len(bytes)
            .and_then(|()| file.seek(SeekFrom::End(0)))
            .map_err(|error| WriteError::io("cut", &partial, error))?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), partial, rename_to: Some(path), bytes })
    }

    /// Hands everything to the system and tells how many bytes are there: what a killed run leaves.
    ///
    /// # Errors
    /// The system's reason.
    pub fn checkpoint(&mut self) -> Result<u64, WriteError> {
        self.file.flush().map_err(|error| WriteError::io("write", &self.partial, error))?;
        Ok(self.bytes)
    }

    /// The file written to now, for messages.
    pub fn path(&self) -> &Path {
        &self.partial
    }

    /// Bytes written so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Flushes, waits until the bytes are on the disk, and gives the file its name.
    ///
    /// # Errors
    /// The system's reason; the `.partial` then stays.
    pub fn finish(mut self) -> Result<PathBuf, WriteError> {
        self.file.flush().map_err(|error| WriteError::io("write", &self.partial, error))?;
        let Some(path) = self.rename_to else { return Ok(self.partial) };
        self.file.get_ref().sync_all().map_err(|error| WriteError::io("write", &self.partial, error))?;
        fs::rename(&self.partial, &path)
            .map_err(|error| WriteError::io("rename to its final name", &self.partial, error))?;
        // The rename itself must survive a power cut too, where directories can be opened for that.
        if let Some(Ok(directory)) = path.parent().filter(|parent| parent.is_dir()).map(File::open) {
            directory.sync_all().ok();
        }
        Ok(path)
    }
}

impl Write for PartialFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Whether a run begins anew or goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Empty,
    Keep,
}

/// Opens the file for this run alone.
fn locked(partial: &Path, start: Start) -> Result<File, WriteError> {
    loop {
        // Not truncated yet: the bytes may be another run's.
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(partial)
            .map_err(|error| WriteError::io("create", partial, error))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(WriteError::Busy { path: partial.to_owned() }),
            // Some filesystems know no locks; writing there goes on without.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        // Between opening and locking, its owner may have renamed it: then it is a finished output.
        if partial.exists() {
            if start == Start::Empty {
                file.set_len(0).map_err(|error| WriteError::io("empty", partial, error))?;
            }
            return Ok(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_appears_only_when_the_file_is_whole() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.jsonl");
        fs::write(&path, "old").expect("old file");
        let mut file = PartialFile::create(&path).expect("create");
        file.write_all(b"new").expect("write");
        assert_eq!(fs::read(&path).expect("old"), b"old");
        drop(file);
        assert_eq!(fs::read(&path).expect("old"), b"old");
        assert!(folder.path().join("a.jsonl.partial").exists());

        let mut file = PartialFile::create(&path).expect("create again");
        file.write_all(b"n").expect("write");
        assert_eq!(file.finish().expect("finish"), path);
        assert_eq!(fs::read(&path).expect("new"), b"n");
        assert!(!folder.path().join("a.jsonl.partial").exists());
    }

    #[test]
    fn two_runs_cannot_write_the_same_output() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.csv");
        let first = PartialFile::create(&path).expect("first");
        assert!(matches!(PartialFile::create(&path), Err(WriteError::Busy { .. })));
        drop(first);
        PartialFile::create(&path).expect("free again");
    }

    #[test]
    fn a_directory_and_a_missing_folder_are_told() {
        let folder = tempfile::tempdir().expect("folder");
        assert!(matches!(PartialFile::create(folder.path()), Err(WriteError::Directory { .. })));
        let error = PartialFile::create(&folder.path().join("no/a.csv")).expect_err("no folder");
        assert!(error.to_string().contains("create it first"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_not_replaced() {
        use std::os::unix::fs::FileTypeExt as _;
        let mut file = PartialFile::create(Path::new("/dev/null")).expect("open");
        file.write_all(b"gone").expect("write");
        file.finish().expect("finish");
        assert!(fs::metadata("/dev/null").expect("still there").file_type().is_char_device());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().expect("folder");
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        fs::write(&real, "old").expect("old");
        std::os::unix::fs::symlink(&real, &link).expect("link");
        let mut file = PartialFile::create(&link).expect("create");
        file.write_all(b"new").expect("write");
        file.finish().expect("finish");
        assert_eq!(fs::read(&real).expect("real"), b"new");
        assert!(fs::symlink_metadata(&link).expect("link").is_symlink());
    }
}
