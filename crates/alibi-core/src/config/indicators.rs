//! Reads a team's lists of indicators: addresses, hosts, wallets and packages.

use super::source::{ConfigError, Source};
use alibi_manifests::Ecosystem;
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

/// Minimum length of an address or a host, in bytes. Shorter entries would match by chance.
const SHORTEST: usize = 4;

/// Maximum number of entries per list.
const MAX: usize = 10_000;

/// A team's lists of indicators. The program ships none.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Indicators {
    /// Addresses of authors and committers, in lower case; `@example.org` matches the whole domain.
    addresses: Vec<String>,
    /// Host names and wallet addresses, searched for in text.
    pub texts: Vec<String>,
    /// Packages, each with its ecosystem; `None` matches every ecosystem.
    packages: Vec<(Option<Ecosystem>, String)>,
    source: Source,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIndicators {
    #[serde(default)]
    addresses: Vec<Spanned<String>>,
    #[serde(default)]
    hosts: Vec<Spanned<String>>,
    #[serde(default)]
    wallets: Vec<Spanned<String>>,
    #[serde(default)]
    packages: Vec<Spanned<String>>,
}

impl Indicators {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// [`ConfigError`] if the file cannot be read or is invalid.
    pub fn read(path: &Path) -> Result<Indicators, ConfigError> {
        Indicators::of(Source::read(path)?)
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] if the text is not TOML or has other fields, if an entry is not an address, host,
    /// wallet or package, if a list is too long, or if the file lists nothing.
    pub fn parse(path: &str, text: &str) -> Result<Indicators, ConfigError> {
        Indicators::of(Source::new(path, text))
    }

    fn of(source: Source) -> Result<Indicators, ConfigError> {
        let raw: RawIndicators = source.parse()?;
        let mut lists = Indicators::default();
        for list in [&raw.addresses, &raw.hosts, &raw.wallets, &raw.packages] {
            if let Some(beyond) = list.get(MAX) {
                return Err(source.invalid(&beyond.span(), &format!("a list may have at most {MAX} entries")));
            }
        }
        for entry in &raw.addresses {
            let text = entry.as_ref().trim().to_lowercase();
            if text.matches('@').count() != 1 || text.ends_with('@') || text.len() < SHORTEST {
                return Err(source.invalid(&entry.span(), "write an address, or @example.org for a whole domain"));
            }
            lists.addresses.push(text);
        }
        for entry in &raw.hosts {
            let text = entry.as_ref().trim().to_lowercase();
            let is_host = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-' || b == b':');
            if !is_host || text.len() < SHORTEST || !text.contains(['.', ':']) {
                return Err(source.invalid(&entry.span(), "write a host without scheme and path: drop.example.net"));
            }
            lists.texts.push(text);
        }
        for entry in &raw.wallets {
            let text = entry.as_ref().trim().to_owned();
            if text.len() < 20 || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b':' || b == b'_') {
                return Err(source.invalid(&entry.span(), "write the wallet address as it appears in text"));
            }
            lists.texts.push(text);
        }
        for entry in &raw.packages {
            let text = entry.as_ref().trim();
            let (ecosystem, name) = match text.split_once(':') {
                None => (None, text),
                Some((named, name)) => match Ecosystem::named(named) {
                    Some(ecosystem) => (Some(ecosystem), name),
                    None => {
                        let known = Ecosystem::ALL.map(Ecosystem::name).join(", ");
                        let message = format!("unknown ecosystem '{named}': write npm:left-pad, with one of {known}");
                        return Err(source.invalid(&entry.span(), &message));
                    }
                },
            };
            if name.is_empty() {
                return Err(
                    source.invalid(&entry.span(), "write a package: npm:left-pad, or left-pad in any ecosystem")
                );
            }
            lists.packages.push((ecosystem, name.to_owned()));
        }
        if lists.addresses.is_empty() && lists.texts.is_empty() && lists.packages.is_empty() {
            return Err(source.invalid(&(0..0), "the file lists nothing: add addresses, hosts, wallets or packages"));
        }
        lists.source = source;
        Ok(lists)
    }

    /// The path of the file.
    pub fn path(&self) -> &str {
        self.source.path()
    }

    /// The list entry that matches an address, if there is one.
    pub fn address(&self, address: &[u8]) -> Option<&str> {
        let address = String::from_utf8_lossy(address).to_lowercase();
        let is_it = |entry: &&String| **entry == address || entry.starts_with('@') && address.ends_with(entry.as_str());
        self.addresses.iter().find(is_it).map(String::as_str)
    }

    /// Whether a list contains a package.
    pub fn package(&self, ecosystem: Ecosystem, name: &str) -> bool {
        self.packages.iter().any(|(of, listed)| of.is_none_or(|of| of == ecosystem) && listed == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indicator_lists_are_parsed_and_invalid_entries_are_rejected() {
        let text =
            "addresses = ['Bad@Example.org', '@drop.example.net']\npackages = ['npm:x', 'y']\nhosts = ['a.example']";
        let lists = Indicators::parse("lists.toml", text).unwrap();
        assert_eq!(lists.address(b"bad@example.ORG"), Some("bad@example.org"));
        assert_eq!(lists.address(b"any@drop.example.net"), Some("@drop.example.net"));
        assert_eq!(lists.address(b"any@nodrop.example.net"), None);
        assert!(lists.package(Ecosystem::Npm, "x") && !lists.package(Ecosystem::Cargo, "x"));
        assert!(lists.package(Ecosystem::Cargo, "y"));
        let error = |text: &str| Indicators::parse("lists.toml", text).unwrap_err().to_string();
        assert!(error("hosts = ['https://a.example/x']").starts_with("lists.toml:1:10: write a host"));
        assert!(error("packages = ['nmp:x']").contains("unknown ecosystem 'nmp'"));
        assert!(error("addresses = ['nobody']").contains("write an address"));
        assert!(error("names = ['x']").contains("unknown field"));
    }
}
