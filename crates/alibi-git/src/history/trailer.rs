//! Parses trailers that name people.

/// The roles of people in trailers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum TrailerKind {
    /// `Co-authored-by`
    CoAuthoredBy,
    /// `Signed-off-by`
    SignedOffBy,
    /// `Reviewed-by`
    ReviewedBy,
    /// `Acked-by`
    AckedBy,
    /// `Tested-by`
    TestedBy,
    /// `Reported-by`
    ReportedBy,
}

impl TrailerKind {
    fn parse(key: &[u8]) -> Option<TrailerKind> {
        const KINDS: [(&[u8], TrailerKind); 6] = [
            (b"co-authored-by", TrailerKind::CoAuthoredBy),
            (b"signed-off-by", TrailerKind::SignedOffBy),
            (b"reviewed-by", TrailerKind::ReviewedBy),
            (b"acked-by", TrailerKind::AckedBy),
            (b"tested-by", TrailerKind::TestedBy),
            (b"reported-by", TrailerKind::ReportedBy),
        ];
        KINDS.iter().find(|(k, _)| key.eq_ignore_ascii_case(k)).map(|(_, kind)| *kind)
    }
}

/// A trailer that names a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trailer<'a> {
    /// The role.
    pub kind: TrailerKind,
    /// The person's name.
    pub name: &'a [u8],
    /// The person's address.
    pub email: &'a [u8],
}

/// Maximum number of trailers read per message. Real messages have a few; a hostile one could have millions.
const MAX_TRAILERS: usize = 64;

/// Returns the trailers that name people: lines `Key: Name <address>` anywhere after the subject.
///
/// Git itself reads only the last paragraph, but squashed messages have trailers in the middle, so every line counts.
pub fn trailers(message: &[u8]) -> impl Iterator<Item = Trailer<'_>> {
    message.split(|&b| b == b'\n').skip(1).filter_map(parse_line).take(MAX_TRAILERS)
}

fn parse_line(line: &[u8]) -> Option<Trailer<'_>> {
    // Do the cheap check first, because few lines of a message are trailers.
    if !line.first()?.is_ascii_alphabetic() {
        return None;
    }
    let head = &line[..line.len().min(16)];
    let colon = memchr::memchr(b':', head)?;
    let kind = TrailerKind::parse(&line[..colon])?;
    let value = &line[colon + 1..];
    let open = memchr::memchr(b'<', value)?;
    let close = open + memchr::memchr(b'>', &value[open..])?;
    Some(Trailer { kind, name: value[..open].trim_ascii(), email: value[open + 1..close].trim_ascii() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_are_parsed_in_the_body_but_not_the_subject() {
        let message = b"Signed-off-by: Not A <trailer@example.org>\n\nBody: text <x>\n\
            co-authored-by: Ana Duarte <ana@example.org>\n\nSigned-off-by: Ben <ben@example.org>\r\nReviewed-by: nobody\n";
        let found: Vec<_> = trailers(message).collect();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].kind, found[0].name), (TrailerKind::CoAuthoredBy, &b"Ana Duarte"[..]));
        assert_eq!((found[1].kind, found[1].email), (TrailerKind::SignedOffBy, &b"ben@example.org"[..]));
    }
}
