//! Describes the form of a commit message: unconscious habits, not content.

use super::commit::subject;

/// The form of a commit message, as a value for each of [`MessageStyle::CHANNELS`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct MessageStyle(u16);

/// The channels in order: the number of bits, the name and the number of values.
const LAYOUT: [(u32, &str, u8); 10] = [
    (2, "subject prefix", 4),
    (2, "case of the subject", 3),
    (2, "length of the subject", 4),
    (1, "final period", 2),
    (2, "body", 4),
    (1, "letters beyond ASCII", 2),
    (1, "trailers", 2),
    (2, "form of the verb", 4),
    (1, "lists in the body", 2),
    (1, "references by number", 2),
];

/// The flag for a subject that forges write: the highest bit, which the values of the last channel leave free.
const BY_FORGE: u16 = 1 << 15;

/// Maximum number of bytes of a message that are examined.
const MAX_EXAMINED: usize = 8 << 10;

impl MessageStyle {
    /// The name and the number of values of each channel.
    pub const CHANNELS: [(&'static str, u8); LAYOUT.len()] = {
        let mut channels = [("", 0); LAYOUT.len()];
        let mut i = 0;
        while i < LAYOUT.len() {
            channels[i] = (LAYOUT[i].1, LAYOUT[i].2);
            i += 1;
        }
        channels
    };

    /// Determines the form of a message.
    pub fn of(message: &[u8]) -> MessageStyle {
        let message = &message[..message.len().min(MAX_EXAMINED)];
        let subject = subject(message);
        let (prefix, rest) = split_prefix(subject);
        let case = match rest.first() {
            Some(c) if c.is_ascii_uppercase() => 0,
            Some(c) if c.is_ascii_lowercase() => 1,
            _ => 2,
        };
        // The suffix that a forge appends when squashing is not the author's habit.
        let written = without_number(subject);
        let length = match written.len() {
            0..=30 => 0,
            31..=50 => 1,
            51..=72 => 2,
            _ => 3,
        };
        let period = u8::from(written.ends_with(b".") && !written.ends_with(b".."));
        let (body, trailers) = body(message);
        let lists = u8::from(message.split(|&b| b == b'\n').any(|l| l.starts_with(b"- ") || l.starts_with(b"* ")));
        let numbered = written.iter().zip(written.iter().skip(1)).any(|(a, b)| *a == b'#' && b.is_ascii_digit());
        let beyond = u8::from(subject.iter().any(|b| !b.is_ascii()));
        let values = [prefix, case, length, period, body, beyond, trailers, verb(rest), lists, u8::from(numbered)];
        let mut bits = 0u16;
        for ((width, _, _), value) in LAYOUT.iter().zip(values).rev() {
            bits = bits << width | u16::from(value);
        }
        MessageStyle(bits | if is_written_by_forge(subject) { BY_FORGE } else { 0 })
    }

    /// Whether the subject is one that forges write for actions on a web page.
    pub fn is_by_forge(self) -> bool {
        self.0 & BY_FORGE != 0
    }

    /// The value of each channel.
    pub fn values(self) -> [u8; LAYOUT.len()] {
        let mut bits = self.0;
        LAYOUT.map(|(width, _, _)| {
            let value = bits & ((1 << width) - 1);
            bits >>= width;
            value as u8
        })
    }
}

/// Whether a subject is one that forges write for actions on a web page: a merged pull request, an updated branch, a
/// file edited in the browser. The date of such a commit comes from the forge or the browser, not from Git on the
/// author's machine.
fn is_written_by_forge(subject: &[u8]) -> bool {
    let file = |word: &[u8]| {
        let inner = word.get(1..word.len().saturating_sub(1)).unwrap_or_default();
        let plain = !word.is_empty() && !word.iter().any(|b| b" ()'\"`".contains(b));
        plain && (inner.contains(&b'.') || inner.contains(&b'/') || word.iter().all(|b| !b.is_ascii_lowercase()))
    };
    if subject.ends_with(b" via GitHub") {
        return true;
    }
    if let Some(rest) = subject.strip_prefix(b"Merge branch '") {
        return memchr::memmem::find(rest, b"' into ").is_some();
    }
    let edits: [&[u8]; 4] = [b"Update ", b"Create ", b"Delete ", b"Rename "];
    // The trial merge that a forge makes of an open pull request, under the name of the person who opened it.
    let is_id = |word: &[u8]| word.len() >= 40 && word.iter().all(u8::is_ascii_hexdigit);
    if let Some(rest) = subject.strip_prefix(b"Merge ")
        && rest.split(|&b| b == b' ').map(is_id).eq([true, false, true])
    {
        return true;
    }
    subject.starts_with(b"Merge pull request #")
        || subject.starts_with(b"Merged pull request #")
        || edits.iter().any(|edit| {
            subject.strip_prefix(*edit).is_some_and(|rest| {
                let rest = without_number(rest);
                let renamed = memchr::memmem::find(rest, b" to ").map(|at| (&rest[..at], &rest[at + 4..]));
                file(rest) || renamed.is_some_and(|(old, new)| file(old) && file(new))
            })
        })
}

/// Returns the kind of prefix (none, `area:`, `[area]`, `type(area):`) and the rest of the subject.
fn split_prefix(subject: &[u8]) -> (u8, &[u8]) {
    if subject.first() == Some(&b'[')
        && let Some(end) = memchr::memchr(b']', subject)
    {
        return (2, subject[end + 1..].trim_ascii_start());
    }
    let head = &subject[..subject.len().min(40)];
    let Some(colon) = memchr::memchr(b':', head) else { return (0, subject) };
    let rest = subject[colon + 1..].trim_ascii_start();
    let word = &subject[..colon];
    if word.contains(&b' ') && !word.contains(&b',') || word.is_empty() {
        return (0, subject);
    }
    (if word.ends_with(b")") { 3 } else { 1 }, rest)
}

/// Returns the form of the first word: `add` (0), `added` (1), `adding` (2), `adds` (3).
fn verb(subject: &[u8]) -> u8 {
    let word = subject.split(|b| !b.is_ascii_alphabetic()).next().unwrap_or(b"");
    match word {
        w if w.ends_with(b"ed") => 1,
        w if w.ends_with(b"ing") => 2,
        w if w.ends_with(b"s") && !w.ends_with(b"ss") => 3,
        _ => 0,
    }
}

/// Returns the subject without a trailing `(#123)`.
fn without_number(subject: &[u8]) -> &[u8] {
    let inner = subject.strip_suffix(b")").and_then(|s| memchr::memrchr(b'(', s).map(|open| (open, &s[open + 1..])));
    match inner {
        Some((open, number)) if number.first() == Some(&b'#') && number[1..].iter().all(u8::is_ascii_digit) => {
            subject[..open].trim_ascii_end()
        }
        _ => subject,
    }
}

/// Returns the kind of body (none, wrapped within 72 columns, within 80, not wrapped), and whether it has trailers.
fn body(message: &[u8]) -> (u8, u8) {
    let mut lines = message.split(|&b| b == b'\n').map(<[u8]>::trim_ascii_end).skip_while(|line| line.is_empty());
    lines.next();
    let (mut longest, mut trailers) = (None::<usize>, 0);
    for line in lines.filter(|line| !line.is_empty()) {
        if is_trailer(line) {
            trailers = 1;
        } else {
            // Authors do not wrap indented text or lines without spaces.
            let prose = !line.starts_with(b" ") && !line.starts_with(b"\t") && line.contains(&b' ');
            longest = Some(longest.unwrap_or(0).max(if prose { line.len() } else { 0 }));
        }
    }
    let kind = match longest {
        None => 0,
        Some(0..=72) => 1,
        Some(73..=80) => 2,
        Some(_) => 3,
    };
    (kind, trailers)
}

fn is_trailer(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', &line[..line.len().min(32)]) else { return false };
    let key = &line[..colon];
    key.contains(&b'-')
        && line.get(colon + 1) == Some(&b' ')
        && key.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forge_written_messages_are_recognised_by_subject() {
        for subject in [
            "Merge pull request #12 from a/b",
            "Update README.md",
            "Create src/a",
            "Merge branch 'a' into b (#3)",
            "Merge 4f40b3befc2bb830ae48a2637e3af99fc5bbc768 into 22179c493e5492de3fcae17ad9138c83f5878449",
        ] {
            assert!(is_written_by_forge(subject.as_bytes()), "{subject}");
        }
        for subject in [
            "Merge branch 'main'",
            "Update the parser",
            "Update docs.",
            "Update dependencies",
            "Rename process_file() to coder_run().",
            "Add a.txt",
            "",
        ] {
            assert!(!is_written_by_forge(subject.as_bytes()), "{subject}");
        }
    }

    #[test]
    fn message_style_depends_on_form_and_not_on_wording() {
        let of = |text: &str| MessageStyle::of(text.as_bytes()).values();
        assert_eq!(of("Add a parser\n"), [0; 10]);
        assert_eq!(of("net: add a parser that reads the lines.\n"), [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(
            of("[api] Adds a parser\n\n- It reads.\n\nSigned-off-by: A <a@example.org>\n"),
            [2, 0, 0, 0, 1, 0, 1, 3, 1, 0]
        );
        assert_eq!(of("feat(api): héllo (#12)\n"), [3, 1, 0, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(of(""), [0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(of("Fixed #12 at last\n")[7..], [1, 0, 1]);
        let long = format!("Add\n\n{}\n", "a line ".repeat(14));
        assert_eq!(of(&long)[4], 3);
    }
}
