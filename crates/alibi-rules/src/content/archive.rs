//! Opens archives within bounds, so that their members are searched like files.

use std::io::{Cursor, Read};

/// Maximum size of an archive that is opened, in bytes.
const MAX_SIZE: usize = 16 << 20;
/// Maximum size of all members that are read from one archive, in bytes.
const MAX_TOTAL: u64 = 32 << 20;
/// Maximum number of members that are read from one archive.
const MAX_MEMBERS: usize = 5_000;

/// The members of an archive.
#[derive(Default)]
pub(super) struct Opened {
    /// The name and the content of each member.
    pub members: Vec<(String, Vec<u8>)>,
    /// Whether a part was not read: it exceeds a limit, is encrypted, or has a format that is not opened.
    pub cut_short: bool,
    left: u64,
}

/// The beginnings of archives in formats that are not opened: 7-Zip, RAR, xz, bzip2, Zstandard.
const CLOSED: [&[u8]; 5] = [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\0", b"BZh9", b"\x28\xb5\x2f\xfd"];

/// Opens an archive; `None` if the bytes are none. Archives in archives are not opened.
pub(super) fn open(bytes: &[u8]) -> Option<Opened> {
    let mut opened = Opened { left: MAX_TOTAL, ..Opened::default() };
    let is_tar = |bytes: &[u8]| bytes.get(257..262) == Some(b"ustar");
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    let is_gzip = bytes.starts_with(b"\x1f\x8b\x08");
    if CLOSED.iter().any(|start| bytes.starts_with(start)) {
        opened.cut_short = true;
    } else if !is_zip && !is_gzip && !is_tar(bytes) {
        return None;
    } else if bytes.len() > MAX_SIZE {
        opened.cut_short = true;
    } else if is_zip {
        opened.unzip(bytes);
    } else if is_gzip {
        let mut inner = Vec::new();
        let whole = flate2::read::MultiGzDecoder::new(bytes).take(MAX_TOTAL + 1).read_to_end(&mut inner);
        opened.cut_short |= whole.is_err() || inner.len() as u64 > MAX_TOTAL;
        if is_tar(&inner) {
            opened.untar(&inner);
        } else {
            opened.members.push((String::new(), inner));
        }
    } else {
        opened.untar(bytes);
    }
    Some(opened)
}

impl Opened {
    fn unzip(&mut self, bytes: &[u8]) {
        let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
            self.cut_short = true;
            return;
        };
        for number in 0..archive.len() {
            match archive.by_index(number) {
                Ok(member) if member.is_file() => {
                    let name = member.name().to_owned();
                    self.add(name, member);
                }
                Ok(_) => {}
                Err(_) => self.cut_short = true,
            }
        }
    }

    fn untar(&mut self, bytes: &[u8]) {
        let mut archive = tar::Archive::new(bytes);
        let Ok(entries) = archive.entries() else {
            self.cut_short = true;
            return;
        };
        for entry in entries {
            let Ok(entry) = entry else {
                self.cut_short = true;
                return;
            };
            if entry.header().entry_type().is_file() {
                let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                self.add(name, entry);
            }
        }
    }

    fn add(&mut self, name: String, content: impl Read) {
        if self.members.len() >= MAX_MEMBERS || self.left == 0 {
            self.cut_short = true;
            return;
        }
        let mut bytes = Vec::new();
        let whole = content.take(self.left + 1).read_to_end(&mut bytes);
        self.cut_short |= whole.is_err() || bytes.len() as u64 > self.left;
        self.left = self.left.saturating_sub(bytes.len() as u64);
        self.members.push((name, bytes));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // test helpers are not marked as tests

    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("src/a.py", zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn tar(bytes: &[u8]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append_data(&mut header, "src/a.py", bytes).unwrap();
        builder.into_inner().unwrap()
    }

    #[test]
    fn members_are_read_within_bounds() {
        let whole = [("src/a.py".to_owned(), b"run()".to_vec())];
        for archive in [zip(b"run()"), tar(b"run()"), gzip(&tar(b"run()"))] {
            let opened = open(&archive).unwrap();
            assert_eq!((opened.members.as_slice(), opened.cut_short), (&whole[..], false));
        }
        let opened = open(&gzip(b"run()")).unwrap();
        assert_eq!(opened.members, [(String::new(), b"run()".to_vec())]);
        let bomb = vec![b'a'; (MAX_TOTAL + 10) as usize];
        for archive in [zip(&bomb), gzip(&bomb)] {
            let opened = open(&archive).unwrap();
            assert!(opened.cut_short && opened.members[0].1.len() as u64 <= MAX_TOTAL + 1);
        }
        assert!(open(b"7z\xbc\xaf\x27\x1c\0\x04").unwrap().cut_short);
        assert!(open(b"PK\x03\x04 broken").unwrap().cut_short);
        assert!(open(b"plain text").is_none());
    }
}
