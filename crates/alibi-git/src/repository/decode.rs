//! Parses the raw bytes of commits and tags as leniently as Git does: every commit that Git can traverse can be parsed.

use crate::history::{CommitView, Defects, Offset, Oid, PersonView, SignedView, Stamp};
use encoding_rs::Encoding;
use std::borrow::Cow;

/// Parses a commit; `Err` with the reason if its tree or parents cannot be parsed.
pub(super) fn commit(oid: Oid, raw: &[u8]) -> Result<CommitView<'_>, &'static str> {
    let mut rest = raw;
    let mut defects = Defects::default();
    let tree = header(&mut rest, b"tree ").and_then(Oid::from_hex).ok_or("its first line names no tree")?;
    let mut parents = Vec::with_capacity(1);
    while let Some(value) = header(&mut rest, b"parent ") {
        parents.push(Oid::from_hex(value).ok_or("a parent line names no commit")?);
    }
    let (mut author, mut committer, mut signature, mut encoding) = (None, None, None, None);
    while let Some(line) = next_line(&mut rest) {
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix(b"author ") {
            author.get_or_insert(value);
        } else if let Some(value) = line.strip_prefix(b"committer ") {
            committer.get_or_insert(value);
        } else if let Some(value) = line.strip_prefix(b"encoding ") {
            encoding = Some(value);
        } else if let Some(value) = line.strip_prefix(b"gpgsig ").or_else(|| line.strip_prefix(b"gpgsig-sha256 ")) {
            signature.get_or_insert(continued(value, &mut rest));
        }
    }
    let codec = encoding.filter(|label| !is_utf8(label)).and_then(|label| {
        let codec = Codec::for_label(label);
        defects.encoding |= codec.is_none();
        codec
    });
    let author = person(author, codec).unwrap_or_else(|| {
        defects.author = true;
        missing_person()
    });
    let committer = person(committer, codec).unwrap_or_else(|| {
        defects.committer = true;
        missing_person()
    });
    let message = decoded(rest, codec);
    let signature = signature.map(|block| SignedView { block, payload: signed_part(raw) });
    Ok(CommitView { oid, tree, parents, author, committer, signature, message, defects })
}

/// Returns the bytes that a commit's signature covers: everything except the signature headers.
fn signed_part(raw: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(raw.len());
    let (mut rest, mut skipping) = (raw, false);
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let (line, after) = rest.split_at(end);
        if line == b"\n" {
            break;
        }
        skipping = if line.starts_with(b" ") {
            skipping
        } else {
            line.starts_with(b"gpgsig ") || line.starts_with(b"gpgsig-sha256 ")
        };
        if !skipping {
            payload.extend_from_slice(line);
        }
        rest = after;
    }
    payload.extend_from_slice(rest);
    payload
}

/// Returns the object that a tag points to, and the tagger.
pub(super) fn tag<'a>(raw: &'a [u8]) -> Option<(Oid, Option<PersonView<'a>>)> {
    let mut rest = raw;
    let target = header(&mut rest, b"object ").and_then(Oid::from_hex)?;
    let mut tagger = None;
    while let Some(line) = next_line(&mut rest) {
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix(b"tagger ") {
            tagger = person(Some(value), None);
        }
    }
    Some((target, tagger))
}

fn next_line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if rest.is_empty() {
        return None;
    }
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line = &rest[..end];
    *rest = &rest[(end + 1).min(rest.len())..];
    Some(line)
}

/// Consumes the next line and returns its value, if the line starts with `key`.
fn header<'a>(rest: &mut &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    if !rest.starts_with(key) {
        return None;
    }
    next_line(rest).map(|line| &line[key.len()..])
}

/// Returns a value with its continuation lines, which start with a space.
fn continued<'a>(first: &'a [u8], rest: &mut &'a [u8]) -> Cow<'a, [u8]> {
    let mut value = Cow::Borrowed(first);
    while rest.first() == Some(&b' ') {
        if let Some(line) = next_line(rest) {
            let owned = value.to_mut();
            owned.push(b'\n');
            owned.extend_from_slice(&line[1..]);
        }
    }
    value
}

fn missing_person() -> PersonView<'static> {
    let when = Stamp { seconds: 0, offset: Offset::MISSING };
    PersonView { name: Cow::Borrowed(b""), email: Cow::Borrowed(b""), when }
}

/// Parses the person and date in a line of a reflog.
pub(super) fn logged_person(line: &[u8]) -> Option<PersonView<'_>> {
    person(Some(line), None)
}

/// Parses `Name <address> seconds offset`, split where Git splits it: the name ends at the first `<`, the address at
/// the next `>`, and the date follows the last `>`.
fn person<'a>(line: Option<&'a [u8]>, codec: Option<Codec>) -> Option<PersonView<'a>> {
    let line = line?;
    let open = memchr::memchr(b'<', line)?;
    let close = open + memchr::memchr(b'>', &line[open..])?;
    let date = &line[memchr::memrchr(b'>', line)? + 1..];
    let mut words = date.split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty());
    let seconds = words.next().and_then(|w| std::str::from_utf8(w).ok()).and_then(|w| w.parse::<i64>().ok())?;
    let offset = words.next().map_or(Offset::MISSING, Offset::parse);
    Some(PersonView {
        name: decoded(line[..open].trim_ascii_end(), codec),
        email: decoded(&line[open + 1..close], codec),
        when: Stamp { seconds, offset },
    })
}

fn is_utf8(label: &[u8]) -> bool {
    label.eq_ignore_ascii_case(b"utf-8") || label.eq_ignore_ascii_case(b"utf8")
}

/// How to convert a declared encoding to UTF-8.
#[derive(Clone, Copy)]
enum Codec {
    /// True ISO-8859-1; the WHATWG Encoding Standard would decode this label as Windows-1252.
    Latin1,
    Table(&'static Encoding),
}

impl Codec {
    fn for_label(label: &[u8]) -> Option<Codec> {
        const LATIN1: [&[u8]; 6] = [b"iso-8859-1", b"iso8859-1", b"iso_8859-1", b"iso88591", b"latin1", b"latin-1"];
        if LATIN1.iter().any(|l| label.eq_ignore_ascii_case(l)) {
            return Some(Codec::Latin1);
        }
        Encoding::for_label(label).map(Codec::Table)
    }
}

/// Converts `bytes` to UTF-8; returns them unchanged, as Git does, if no known encoding is declared, or if they are
/// invalid in it.
fn decoded<'a>(bytes: &'a [u8], codec: Option<Codec>) -> Cow<'a, [u8]> {
    match codec {
        None => Cow::Borrowed(bytes),
        Some(_) if bytes.is_ascii() && !bytes.contains(&0x1b) => Cow::Borrowed(bytes),
        Some(Codec::Latin1) => match encoding_rs::mem::decode_latin1(bytes) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
        Some(Codec::Table(encoding)) => match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => Cow::Owned(text.into_owned().into_bytes()),
            None => Cow::Borrowed(bytes),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TREE: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";

    fn oid() -> Oid {
        Oid::from_bytes(&[7; 20]).unwrap()
    }

    fn raw(author: &[u8], extra: &[u8], message: &[u8]) -> Vec<u8> {
        [TREE.as_bytes(), b"author ", author, b"\ncommitter C <c@example.org> 5 -0000\n", extra, b"\n", message]
            .concat()
    }

    #[test]
    fn a_signed_commit_is_decoded_in_full() {
        let signature = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n";
        let raw = raw(b"Ana Duarte <ana@example.org> 1700000000 +0530", signature, b"Subject\n\nBody\n");
        let view = commit(oid(), &raw).unwrap();
        assert_eq!((&*view.author.name, &*view.author.email), (&b"Ana Duarte"[..], &b"ana@example.org"[..]));
        assert_eq!(view.author.when.offset.minutes(), Some(330));
        assert_eq!(view.committer.when.offset, Offset::UNKNOWN);
        assert_eq!(&*view.message, b"Subject\n\nBody\n");
        assert_eq!(
            view.signature.as_ref().map(|s| &*s.block),
            Some(&b"-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----"[..])
        );
        let payload = String::from_utf8(view.signature.unwrap().payload).unwrap();
        assert!(payload.starts_with(TREE) && payload.ends_with("5 -0000\n\nSubject\n\nBody\n"), "{payload}");
        assert!(!payload.contains("gpgsig") && !payload.contains("abc"), "{payload}");
        assert_eq!(view.defects.reason(), None);
    }

    #[test]
    fn declared_encodings_are_decoded_and_unknown_encodings_are_flagged() {
        let latin = raw(b"Andr\xe9 <a@example.org> 1 +0100", b"encoding ISO-8859-1\n", b"caf\xe9");
        let view = commit(oid(), &latin).unwrap();
        assert_eq!((&*view.author.name, &*view.message), ("André".as_bytes(), "café".as_bytes()));
        let unknown = raw(b"Andr\xe9 <a@example.org> 1 +0100", b"encoding klingon\n", b"x");
        let view = commit(oid(), &unknown).unwrap();
        assert_eq!(&*view.author.name, b"Andr\xe9");
        assert!(view.defects.encoding);
    }

    #[test]
    fn malformed_author_lines_are_flagged_without_losing_the_commit() {
        for author in [&b"no brackets"[..], b"A <a@example.org>", b"A <a@example.org> soon +0000", b""] {
            let raw = raw(author, b"", b"m");
            let view = commit(oid(), &raw).unwrap();
            assert!(view.defects.author, "{author:?}");
            assert!(!view.defects.committer);
        }
        let raw = raw(b"A >odd< <a@<b>c> 12 +5130", b"", b"m");
        let view = commit(oid(), &raw).unwrap();
        assert_eq!((&*view.author.name, view.author.when.seconds), (&b"A >odd"[..], 12));
    }

    #[test]
    fn commits_with_invalid_tree_or_parent_headers_are_rejected() {
        assert!(commit(oid(), b"").is_err());
        assert!(commit(oid(), b"tree xyz\n").is_err());
        assert!(commit(oid(), format!("{TREE}parent 12\n").as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_make_the_decoders_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = commit(oid(), &bytes);
            let _ = tag(&bytes);
            let with_tree = [TREE.as_bytes(), &bytes].concat();
            prop_assert!(commit(oid(), &with_tree).is_ok() || bytes.starts_with(b"parent "));
        }
    }
}
