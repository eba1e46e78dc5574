//! Stable hashes of evidence: equal on every machine and in every version, because suppressions depend on them.

/// Hashes parts with 64-bit FNV-1a (Fowler, Noll, Vo; parameters from the authors' published definition). Each part is
/// followed by a separator, so `["ab", "c"]` and `["a", "bc"]` differ.
pub fn fingerprint<P: AsRef<[u8]>>(parts: impl IntoIterator<Item = P>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut eat = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    for part in parts {
        part.as_ref().iter().copied().for_each(&mut eat);
        eat(0xff);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn fingerprints_are_stable_and_depend_on_part_boundaries() {
        // The authors' test vector for "a" is af63dc4c8601ec8c. The separator follows.
        assert_eq!(fingerprint([b"a"]), (0xaf63_dc4c_8601_ec8c_u64 ^ 0xff).wrapping_mul(0x0100_0000_01b3));
        assert_ne!(fingerprint(["ab", "c"]), fingerprint(["a", "bc"]));
    }
}
