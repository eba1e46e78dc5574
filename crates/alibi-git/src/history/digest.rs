//! Parses and compares the digests in lockfiles: as bytes, within one algorithm, and per file if a version has several
//! files.

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER_PERMISSIVE};

/// One digest of a package's content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Digest {
    /// The file that the digest belongs to, if a version has several files; otherwise empty.
    pub file: String,
    /// The algorithm. For Yarn 2 and later it includes the cache key, since Yarn hashes an archive that it builds
    /// itself.
    pub algorithm: String,
    /// Whether the digest is in Subresource Integrity form. An installer accepts content that matches any digest in
    /// this form.
    pub is_alternative: bool,
    /// The digest bytes; the text itself if it is neither hexadecimal nor base64.
    pub bytes: Vec<u8>,
}

/// Separator between a file name and its digest.
pub const OF_FILE: char = '=';

/// Parses digests separated by whitespace: `sha512-BASE64` and similar (Subresource Integrity), `sha256:HEX`, Go's
/// `h1:BASE64`, plain hexadecimal or base64, and `yarn/KEY:HEX`. A prefix `FILE=` names one file among several.
pub fn digests(text: &str) -> Vec<Digest> {
    text.split_whitespace().map(digest).collect()
}

fn digest(text: &str) -> Digest {
    // Base64 can end in `=` too, so a file name is read only before `ALGORITHM:`.
    let (file, text) = match text.split_once(OF_FILE) {
        Some((file, rest)) if rest.contains(':') => (file, rest),
        _ => ("", text),
    };
    let named = |algorithm: &str| {
        ["sha1", "sha224", "sha256", "sha384", "sha512", "md5", "h1", "blake2b"].contains(&algorithm)
            || algorithm.starts_with("yarn/")
    };
    let (algorithm, value) = match text.split_once([':', '-']) {
        Some((algorithm, value)) if named(algorithm) => (algorithm.to_owned(), value),
        _ => (String::new(), text),
    };
    let is_alternative = !algorithm.is_empty() && text[algorithm.len()..].starts_with('-');
    let bytes = decoded(value);
    // If no algorithm is named, the length of the digest identifies it.
    let algorithm = match (algorithm.as_str(), bytes.len()) {
        ("", 16) => "md5".into(),
        ("", 20) => "sha1".into(),
        ("", 32) => "sha256".into(),
        ("", 48) => "sha384".into(),
        ("", 64) => "sha512".into(),
        ("", length) => format!("of {length} bytes"),
        _ => algorithm,
    };
    Digest { file: file.to_owned(), algorithm, is_alternative, bytes }
}

/// Decodes a digest in hexadecimal or base64; returns the bytes of the text if it is in neither form.
fn decoded(text: &str) -> Vec<u8> {
    let is_hex = text.len() >= 8 && text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit());
    let hex = || HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok();
    let base64 =
        || BASE64.decode(text.as_bytes()).or_else(|_| BASE64_NOPAD.decode(text.trim_end_matches('=').as_bytes())).ok();
    let found = if is_hex { hex() } else { base64().filter(|bytes| bytes.len() >= 16) };
    found.unwrap_or_else(|| text.as_bytes().to_vec())
}

/// Whether the new digests show that the content changed.
///
/// Each new digest of a named file, and each new alternative, must be among the old digests of that file and algorithm,
/// if there are any. A version without file names that has several digests of one algorithm is a set of files, some of
/// which are added or omitted over time: it changed only if the old and new sets are disjoint. Lists without a common
/// algorithm cannot be compared.
pub fn is_other_content(old: &str, new: &str) -> bool {
    let (old, new) = (digests(old), digests(new));
    let compares = |a: &Digest, b: &Digest| a.algorithm == b.algorithm && a.file == b.file;
    let comparable: Vec<&Digest> = new.iter().filter(|n| old.iter().any(|o| compares(o, n))).collect();
    let agrees = |n: &&Digest| old.iter().any(|o| compares(o, n) && o.bytes == n.bytes);
    let is_exact = |n: &&Digest| !n.file.is_empty() || n.is_alternative;
    if comparable.iter().any(is_exact) {
        return comparable.iter().any(|n| is_exact(n) && !agrees(n));
    }
    !comparable.is_empty() && !comparable.iter().any(agrees)
}

/// Whether the old digests were replaced by digests of a weaker algorithm, which cannot be compared with the old ones.
/// A stronger algorithm is an improvement. Lists with digests of named files, or of archives that Yarn packed itself,
/// are not compared.
pub fn is_weakened(old: &str, new: &str) -> bool {
    let (old, new) = (digests(old), digests(new));
    let is_of_content = |d: &Digest| d.file.is_empty() && !d.algorithm.starts_with("yarn/");
    if old.is_empty() || new.is_empty() || !old.iter().chain(&new).all(is_of_content) {
        return false;
    }
    let strength = |of: &[Digest]| of.iter().map(|d| d.bytes.len()).max().unwrap_or(0);
    !new.iter().any(|n| old.iter().any(|o| n.algorithm == o.algorithm)) && strength(&new) < strength(&old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weaker_digest_algorithm_is_detected() {
        let (short, long) = ("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", format!("sha512-{}", "A".repeat(86)));
        let table = [
            (long.as_str(), short, true, "a weaker algorithm"),
            (short, long.as_str(), false, "a stronger algorithm"),
            (short, short, false, "the same digest"),
            ("", short, false, "no old digest"),
            (short, "", false, "no new digest"),
            ("a.whl=sha256:aaaaaaaaaaaaaaaa", "b.whl=sha256:bbbbbbbbbbbbbbbb", false, "a different file"),
            ("yarn/10:aaaaaaaaaaaaaaaa", "yarn/10c0:bbbbbbbbbbbbbbbb", false, "a different cache key"),
        ];
        for (old, new, expected, why) in table {
            assert_eq!(is_weakened(old, new), expected, "{why}: {old} and {new}");
        }
    }

    #[test]
    fn digests_are_compared_as_bytes_within_one_algorithm_and_file() {
        let hex = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let (sha1, other) = (format!("sha1-{hex}"), "sha1-1111111111111111111111111111111111111111");
        let in_base64 = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
        let table = [
            (sha1.as_str(), in_base64, false, "the same digest in another encoding"),
            (hex, in_base64, false, "the same digest without an algorithm"),
            (sha1.as_str(), other, true, "a different digest"),
            (sha1.as_str(), "sha512-q8DXUA==", false, "a different algorithm"),
            ("", other, false, "no old digest"),
            (
                "sha256:aaaaaaaaaaaaaaaa sha256:bbbbbbbbbbbbbbbb",
                "sha256:bbbbbbbbbbbbbbbb sha256:cccccccccccccccc",
                false,
                "a common file",
            ),
            ("sha256:aaaaaaaaaaaaaaaa sha256:bbbbbbbbbbbbbbbb", "sha256:dddddddddddddddd", true, "no common file"),
            ("a.whl=sha256:aaaaaaaaaaaaaaaa", "b.whl=sha256:bbbbbbbbbbbbbbbb", false, "different named files"),
            ("a.whl=sha256:aaaaaaaaaaaaaaaa", "a.whl=sha256:bbbbbbbbbbbbbbbb", true, "a different digest of a file"),
            (
                "a.whl=sha256:aaaaaaaaaaaaaaaa b.whl=sha256:bbbbbbbbbbbbbbbb",
                "a.whl=sha256:aaaaaaaaaaaaaaaa b.whl=sha256:cccccccccccccccc",
                true,
                "a different digest of one of two files",
            ),
            ("yarn/8:aaaaaaaaaaaaaaaa", "yarn/10c0:bbbbbbbbbbbbbbbb", false, "a different cache key"),
            ("yarn/8:aaaaaaaaaaaaaaaa", "yarn/8:bbbbbbbbbbbbbbbb", true, "a different digest with the same cache key"),
            ("sha1-old sha512-same", "sha512-same", false, "one of two algorithms removed"),
            ("sha512-one", "sha512-one sha512-two", true, "an additional alternative"),
            (
                "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                "h1:AAAAQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                true,
                "a different Go digest",
            ),
        ];
        for (old, new, expected, why) in table {
            assert_eq!(is_other_content(old, new), expected, "{why}: {old} and {new}");
        }
    }
}
