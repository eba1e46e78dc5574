//! Classifies URLs and paths: registry, repository, archive or local file.

use crate::{Ecosystem, Origin};

/// The host of a URL, without user and password; prefixed with `http://` if the connection is not encrypted.
pub(super) fn host_of(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let plain = scheme.trim_start_matches("registry+").trim_start_matches("sparse+") == "http";
    format!("{}{}", if plain { "http://" } else { "" }, host.to_ascii_lowercase())
}

/// A URL without user, password, query and fragment.
pub(super) fn bare(url: &str) -> String {
    let url = url.split(['#', '?']).next().unwrap_or_default().trim();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

/// The part after `#` in a URL: the commit or branch.
pub(super) fn revision(url: &str) -> &str {
    url.split_once('#').map_or("", |(_, revision)| revision)
}

/// The origin of a dependency from a Git repository, with the URL in canonical form.
pub(super) fn git(url: &str) -> Origin {
    let url = bare(url);
    let url = url.strip_prefix("git+").unwrap_or(&url);
    let scp = url.split_once('@').filter(|_| !url.contains("://")).and_then(|(_, rest)| rest.split_once(':'));
    Origin::Git(match scp {
        Some((host, path)) => format!("ssh://{host}/{path}"),
        None => url.to_owned(),
    })
}

/// The origin of a dependency that is not from a registry, by its URL.
pub(super) fn any(url: &str) -> Origin {
    let bare = bare(url);
    let is_git = ["git+", "git://", "git@", "ssh://", "hg+", "svn+"].iter().any(|start| bare.starts_with(start));
    let is_scp = !bare.contains("://") && bare.contains('@') && bare.contains(':');
    if is_git || is_scp || bare.ends_with(".git") { git(url) } else { Origin::Archive(bare) }
}

/// The origin of a dependency from the registry at a URL.
pub(super) fn registry(ecosystem: Ecosystem, url: &str) -> Origin {
    Origin::host(ecosystem, &host_of(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_removed_from_urls() {
        assert_eq!(bare("https://ana:word@pkg.example.org/a.tgz?token=1#x"), "https://pkg.example.org/a.tgz");
        assert_eq!(host_of("http://ana:word@Pkg.example.org/a"), "http://pkg.example.org");
        assert_eq!(git("git+ssh://git@example.org/a/b.git#v1"), Origin::Git("ssh://example.org/a/b.git".into()));
        assert_eq!(git("git@example.org:a/b.git"), Origin::Git("ssh://example.org/a/b.git".into()));
        assert_eq!(registry(Ecosystem::Npm, "https://registry.npmjs.org/a"), Origin::Registry);
    }
}
