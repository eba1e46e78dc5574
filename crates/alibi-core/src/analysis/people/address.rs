//! Parses email addresses: the normal form, and the accounts in the no-reply addresses that forges write.

/// An account named by a forge's no-reply address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NoReply {
    /// The domain, which identifies the forge.
    pub domain: String,
    /// The numeric account id, if the address has one.
    pub id: Option<u64>,
    /// The account's login, in lower case.
    pub login: String,
}

/// Returns the address in lower case, without surrounding whitespace.
pub fn normalise_email(email: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(email.trim_ascii()).to_lowercase().into_bytes()
}

/// Parses a no-reply address: GitHub's `login@` and `ID+login@users.noreply.github.com`, GitLab's
/// `ID-login@users.noreply.…`, and `login@noreply.…` of Gitea, Forgejo and Codeberg.
pub fn noreply(email: &[u8]) -> Option<NoReply> {
    let email = String::from_utf8(normalise_email(email)).ok()?;
    let (local, domain) = email.split_once('@')?;
    let own = domain.starts_with("users.noreply.");
    if !own && !domain.starts_with("noreply.") || local.is_empty() {
        return None;
    }
    let separator = if domain == "users.noreply.github.com" { '+' } else { '-' };
    let numbered = own
        .then(|| local.split_once(separator))
        .flatten()
        .and_then(|(id, login)| id.parse().ok().filter(|_| !login.is_empty()).map(|id| (id, login)));
    let (id, login) = numbered.map_or((None, local), |(id, login)| (Some(id), login));
    Some(NoReply { domain: domain.to_owned(), id, login: login.to_owned() })
}

/// Whether the local part of an address is a common name of a role rather than a person. Other role addresses are
/// recognised by the many names that use them.
pub fn is_role(email: &[u8]) -> bool {
    const ROLES: [&str; 24] = [
        "admin",
        "bot",
        "build",
        "buildbot",
        "ci",
        "contact",
        "dev",
        "developer",
        "developers",
        "devnull",
        "git",
        "github",
        "gitlab",
        "hello",
        "info",
        "jenkins",
        "mail",
        "maintainers",
        "no-reply",
        "noreply",
        "root",
        "security",
        "support",
        "team",
    ];
    let local = email.split(|&b| b == b'@').next().unwrap_or(b"").to_ascii_lowercase();
    ROLES.iter().any(|role| local == role.as_bytes())
}

/// Whether Git seems to have derived the address from a user name and a host name: `user@host.local`,
/// `user@host.(none)`.
pub fn is_machine_email(email: &[u8]) -> bool {
    let email = String::from_utf8_lossy(&normalise_email(email)).into_owned();
    email.rsplit_once('@').is_some_and(|(_, domain)| is_machine(domain))
}

/// Whether a domain is valid only on one machine or on a local network, or is an IP address.
pub(super) fn is_machine(domain: &str) -> bool {
    const LOCAL: [&str; 10] =
        [".local", ".localdomain", ".(none)", ".lan", ".home", ".internal", ".corp", ".domain", ".localhost", ".intra"];
    !domain.contains('.')
        || LOCAL.iter().any(|suffix| domain.ends_with(suffix))
        || domain.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noreply_addresses_are_parsed_for_each_forge() {
        let account = |email: &str| noreply(email.as_bytes()).map(|n| (n.id, n.login));
        assert_eq!(account("42+Ana@users.noreply.github.com"), Some((Some(42), "ana".into())));
        assert_eq!(account("ana@users.noreply.github.com"), Some((None, "ana".into())));
        assert_eq!(account("7-ana@users.noreply.gitlab.example.org"), Some((Some(7), "ana".into())));
        assert_eq!(account("ana@noreply.codeberg.org"), Some((None, "ana".into())));
        assert_eq!(account("noreply@github.com"), None);
        assert_eq!(account("@users.noreply.github.com"), None);
    }
}
