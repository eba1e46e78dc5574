//! Checks matches for conditions that a regular expression cannot express.

use super::kind::entropy;
use crate::heuristics::Check;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::ops::Range;

/// Whether a match passes the check. `core` is the match's first group, or the whole match.
pub(super) fn holds(check: Check, text: &[u8], core: &Range<usize>) -> bool {
    let value = &text[core.clone()];
    match check {
        Check::PublicAddress => is_public(value),
        Check::Crc32Base62 => has_crc32(value),
        Check::Random => is_random(value),
        Check::KeyBody => has_key_body(&text[core.end..]),
        Check::Utf8Line => is_utf8_around(text, core),
        Check::NotInTable => !is_in_table(text, core),
        Check::NotInContainer => !is_web_page(text) && !is_archive(text),
        Check::NearKnownOwner => is_near_known_owner(value),
        Check::NotAligned => !is_aligned(text, core),
    }
}

/// Whether a match is in a table of format characters: in a list of many, at the start of a range, or alone in a quoted
/// string surrounded only by brackets, a comma and a comment. On such a line, a control character can only reorder the
/// comment.
fn is_in_table(text: &[u8], core: &Range<usize>) -> bool {
    if is_among_others(text, core) || starts_range(text, core) {
        return true;
    }
    let quote = core.start.checked_sub(1).map(|before| text[before]).filter(|b| b"'\"`".contains(b));
    if quote.is_none() || text.get(core.end).copied() != quote {
        return false;
    }
    let end = memchr::memchr(b'\n', &text[core.end..]).map_or(text.len(), |at| core.end + at);
    let start = memchr::memrchr(b'\n', &text[..core.start]).map_or(0, |at| at + 1);
    let before = text[start..core.start - 1].trim_ascii();
    let rest = text[core.end + 1..end].trim_ascii_start();
    let rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii();
    let is_opening = |b: &u8| b"[({".contains(b);
    before.iter().all(is_opening) && (rest.is_empty() || rest.starts_with(b"#") || rest.starts_with(b"//"))
}

/// Whether a match is in a list of format characters, such as a regular-expression class or a map of escapes. At least
/// six different format characters nearby must be enclosed by quotes, class syntax or other format characters, and the
/// match must be next to one of these delimiters. In reordered text, it is next to letters or spaces.
fn is_among_others(text: &[u8], core: &Range<usize>) -> bool {
    const NEAR: usize = 120;
    const MANY: usize = 6;
    let before = &text[core.start.saturating_sub(NEAR)..core.start];
    let before = &before[memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..];
    let after = &text[core.start..text.len().min(core.end.saturating_add(NEAR))];
    let after = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
    let near: Vec<char> = String::from_utf8_lossy(&[before, after].concat()).chars().collect();
    let is_format = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}');
    let delimits =
        |c: Option<&char>| c.is_none_or(|c| "'\"`-[]|\\".contains(*c) || !c.is_ascii() && !c.is_alphanumeric());
    let listed = |at: &usize| delimits(at.checked_sub(1).and_then(|i| near.get(i))) && delimits(near.get(at + 1));
    let at = String::from_utf8_lossy(before).chars().count();
    let is_listed = delimits(at.checked_sub(1).and_then(|i| near.get(i))) || delimits(near.get(at + 1));
    let all = (0..near.len()).filter(|at| is_format(near[*at]) && listed(at));
    is_listed && all.map(|at| near[at]).collect::<BTreeSet<char>>().len() >= MANY
}

/// Whether a match is U+202A between U+2027 and a hyphen. There, one range of a character class ends and the next range
/// starts, as in the word-character classes of many libraries.
fn starts_range(text: &[u8], core: &Range<usize>) -> bool {
    text[core.clone()] == *"\u{202A}".as_bytes()
        && text[..core.start].ends_with("\u{2027}".as_bytes())
        && text[core.end..].starts_with(b"-")
}

/// Owners of actions that many workflows use. Source: the most used actions in public workflows.
const OWNERS: [&str; 26] = [
    "actions",
    "github",
    "docker",
    "azure",
    "aws-actions",
    "google-github-actions",
    "hashicorp",
    "codecov",
    "softprops",
    "peaceiris",
    "dtolnay",
    "astral-sh",
    "pnpm",
    "actions-rs",
    "gradle",
    "shivammathur",
    "ruby",
    "golangci",
    "goreleaser",
    "pypa",
    "sigstore",
    "ossf",
    "step-security",
    "tj-actions",
    "peter-evans",
    "dorny",
];

/// Whether a name differs by one letter, or two exchanged ones, from a known owner's name of at least five letters.
fn is_near_known_owner(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let near = |owner: &str| owner.len() >= 5 && strsim::osa_distance(owner, &name) == 1;
    !OWNERS.contains(&name.as_str()) && OWNERS.iter().any(|owner| near(owner))
}

/// Whether the spaces that a match starts with align the text after them with an opening bracket on a line above. Lines
/// with the same indentation may come in between.
fn is_aligned(text: &[u8], core: &Range<usize>) -> bool {
    /// Formatters do not write this many spaces within a line.
    const GAP: &[u8] = &[b' '; 25];
    /// Number of bytes before the match that are searched for the bracket.
    const REACH: usize = 16 << 10;
    /// Maximum indentation, in bytes. Wider indentation would itself move code out of view.
    const VISIBLE: usize = 100;
    let text_before = &text[core.start.saturating_sub(REACH)..];
    let at = core.start.min(REACH);
    let start = memchr::memrchr(b'\n', &text_before[..at]).map_or(0, |at| at + 1);
    let indentation = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let width = indentation(&text_before[start..]);
    let rest = text_before.get(start + width..at + core.len()).unwrap_or_default();
    // Spaces within a line are not indentation.
    if start + width <= at || memchr::memmem::find(rest, GAP).is_some() {
        return false;
    }
    let above = text_before[..start].split(|b| *b == b'\n').rev().map(<[u8]>::trim_ascii_end);
    let mut above = above.skip(1).skip_while(|line| indentation(line) == width && line.len() > width);
    let Some(opening) = above.next() else { return false };
    let has_bracket = opening.get(width - 1).is_some_and(|b| b"([{".contains(b));
    has_bracket
        && indentation(opening) < VISIBLE
        && memchr::memmem::find(opening[..width].trim_ascii_start(), GAP).is_none()
}

/// Whether a file is a ZIP archive: it begins with a member, and a record near its end points to its directory.
fn is_archive(text: &[u8]) -> bool {
    const TAIL: usize = 64 << 10;
    const OFFSET: Range<usize> = 16..20;
    let tail = &text[text.len().saturating_sub(TAIL)..];
    let offset = memchr::memmem::rfind(tail, b"PK\x05\x06")
        .and_then(|end| <[u8; 4]>::try_from(tail[end..].get(OFFSET)?).ok())
        .map(|bytes| u32::from_le_bytes(bytes) as usize);
    let has_directory = offset.and_then(|at| text.get(at..)).is_some_and(|rest| rest.starts_with(b"PK\x01\x02"));
    text.starts_with(b"PK\x03\x04") && has_directory
}

/// Whether a file is a web page as saved by a browser. Its first tag must be followed by a line break or another tag:
/// that is a syntax error in a shell, so a script cannot pass for a page. Files with server-side code do not count.
fn is_web_page(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let is_html = |start: &[u8]| text.get(..start.len()).is_some_and(|t| t.eq_ignore_ascii_case(start));
    if !is_html(b"<!doctype html") && !is_html(b"<html") {
        return false;
    }
    let Some(end) = memchr::memchr(b'>', text) else { return false };
    let after = text[end + 1..].iter().find(|b| !b" \t\r".contains(b));
    let has = |mark: &[u8]| memchr::memmem::find(text, mark).is_some();
    let names_php = memchr::memmem::find_iter(text, b"anguage").any(|at| {
        text[at..].iter().take(16).map(u8::to_ascii_lowercase).collect::<Vec<u8>>().windows(3).any(|w| w == b"php")
    });
    matches!(after, None | Some(b'\n' | b'<')) && !has(b"<?") && !has(b"<%") && !has(b"<!--#") && !names_php
}

/// Whether a value is a public IPv4 address that may be a server's: not special-purpose in the IANA registry, not a
/// well-known resolver, and not a sequence such as 1.2.3.4.
fn is_public(value: &[u8]) -> bool {
    let Some(address) = std::str::from_utf8(value).ok().and_then(|v| v.parse::<Ipv4Addr>().ok()) else { return false };
    let [a, b, c, d] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_broadcast()
        || address.is_multicast()
        || matches!((a, b, c), (0 | 240.., ..) | (100, 64..=127, _) | (192, 0, 0) | (198, 18 | 19, _));
    // Many programs contain the addresses of public resolvers, and sequences such as 1.2.3.4 are placeholders.
    let resolver = matches!((a, b, c, d), (8, 8, 8 | 4, _) | (1, 1, 1, 1) | (1, 0, 0, 1) | (9, 9, 9, 9));
    let row = [a, b, c, d].windows(2).all(|w| w[1] == w[0] || w[1] == w[0].wrapping_add(1));
    !special && !resolver && !row
}

/// Whether a token has the format that GitHub describes ("Behind GitHub's new authentication token formats", 2021): a
/// prefix, an underscore, and letters or digits of which the last six are the base-62 CRC-32 of the preceding ones.
fn has_crc32(token: &[u8]) -> bool {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const CHECKSUM: usize = 6;
    let body = token.iter().position(|b| *b == b'_').map_or(token, |i| &token[i + 1..]);
    let Some((body, checksum)) = body.len().checked_sub(CHECKSUM).map(|at| body.split_at(at)) else { return false };
    let mut left = crc32fast::hash(body);
    let mut expected = [b'0'; CHECKSUM];
    for letter in expected.iter_mut().rev() {
        *letter = LETTERS[(left % 62) as usize];
        left /= 62;
    }
    checksum == expected
}

/// Whether the text near a match is UTF-8, ignoring characters that are cut off at either end.
fn is_utf8_around(text: &[u8], core: &Range<usize>) -> bool {
    const NEAR: usize = 64;
    const CHARACTER: usize = 3;
    let near = &text[core.start.saturating_sub(NEAR)..text.len().min(core.end + NEAR)];
    let from = near.iter().take(CHARACTER).take_while(|b| **b & 0xc0 == 0x80).count();
    match std::str::from_utf8(&near[from..]) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none(),
    }
}

/// Keys printed in manuals and standards.
const PUBLISHED: &str = include_str!("../../../../data/published-keys.txt");

/// Whether a value is a published example key.
fn is_published(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"0x").or_else(|| value.strip_prefix(b"0X")).unwrap_or(value);
    PUBLISHED.lines().any(|line| line.as_bytes().eq_ignore_ascii_case(value))
}

/// Whether a value looks random. Random values have nearly as many different characters as their length allows;
/// placeholders contain words and sequences.
fn is_random(value: &[u8]) -> bool {
    const PLACEHOLDER_WORDS: [&str; 17] = [
        "example",
        "sample",
        "dummy",
        "fake",
        "placeholder",
        "redacted",
        "changeme",
        "your",
        "xxxx",
        "1234567",
        "abcdefg",
        "aaaa",
        "0000",
        "deadbeef",
        "secret",
        "foobar",
        "testtest",
    ];
    if is_published(value) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let says = |word: &&str| memchr::memmem::find(&lower, word.as_bytes()).is_some();
    // A string of n random characters has an entropy near log2 n bits per character while n is small.
    let alphabet = if value.iter().all(|b| b.is_ascii_hexdigit() || b"x-".contains(b)) { 4.0 } else { 5.0 };
    let least = (value.len() as f32).log2().min(alphabet) * 0.72;
    entropy(value) >= least && !PLACEHOLDER_WORDS.iter().any(says)
}

/// Whether a private key's first line is followed by at least 60 random-looking base64 letters. Line breaks may be
/// written as `\n`, and lines may be quoted, concatenated or indented.
fn has_key_body(rest: &[u8]) -> bool {
    const WINDOW: usize = 700;
    const MIN: usize = 60;
    let window = &rest[..rest.len().min(WINDOW)];
    let body = memchr::memmem::find(window, b"-----END").map_or(window, |end| &window[..end]);
    let mut letters = Vec::new();
    for line in body.split(|b| b"\r\n\\\"'`, ".contains(b)) {
        // An escaped line break leaves its `n` at the start of the line.
        let line = line.strip_prefix(b"n").filter(|l| l.len() >= 60).unwrap_or(line);
        if line.len() >= 20 && line.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)) {
            letters.extend_from_slice(line);
        }
    }
    letters.len() >= MIN && entropy(&letters) > 4.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_and_well_known_addresses_are_not_public() {
        for address in ["45.61.136.7", "172.86.98.240", "91.92.242.30"] {
            assert!(is_public(address.as_bytes()), "{address}");
        }
        for address in
            ["10.0.0.1", "127.0.0.1", "192.168.1.9", "203.0.113.7", "8.8.8.8", "1.2.3.4", "1.1.1.1", "300.1.1.1"]
        {
            assert!(!is_public(address.as_bytes()), "{address}");
        }
    }

    #[test]
    fn a_token_with_a_wrong_checksum_is_rejected() {
        let body = b"q7Xn2LbVt5KzRw9YcHs4MgPd8TjEf0"; // made up
        let mut left = crc32fast::hash(body);
        let letters = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut sum = Vec::new();
        for _ in 0..6 {
            sum.insert(0, letters[(left % 62) as usize]);
            left /= 62;
        }
        let mut token = [b"ghp_", &body[..], &sum].concat();
        assert!(has_crc32(&token));
        // An expired token that a public explanation of the format shows in parts.
        assert!(has_crc32(&[&b"ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"[..], b"0mLq17"].concat()));
        token[10] ^= 1;
        assert!(!has_crc32(&token));
    }

    #[test]
    fn placeholder_values_are_not_considered_random() {
        assert!(is_random(b"q7Xn2LbVt5KzRw9YcHs4"));
        assert!(
            !is_random(b"0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"),
            "printed in manuals"
        );
        for value in ["AKIAIOSFODNN7EXAMPLE", "xxxxxxxxxxxxxxxxxxxx", "abcdefghijklmnopqrst", "11111111112222222222"] {
            assert!(!is_random(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_private_key_header_without_a_body_is_rejected() {
        let line = "MIIEpAIBAAKCAQEAq7Xn2LbVt5KzRw9YcHs4MgPd8TjEf0uW3mQvZ1xNyA6oBkCi";
        assert!(has_key_body(format!("\n{line}\n{line}\n-----END").as_bytes()));
        assert!(has_key_body(format!("\\n{line}\\n{line}\\n-----END").as_bytes()));
        assert!(!has_key_body(b"\n...\n-----END RSA PRIVATE KEY-----"));
        assert!(!has_key_body(b"' in text or raise"));
    }
}
