//! Coded heuristics of the identity family: one file for each. Written by `cargo run --example docs`.

mod bad_signature;
mod bot_impersonation;
mod crossed_identity;
mod email_many_names;
mod identity_switch;
mod leaked_local_identity;
mod listed_address;
mod lookalike_identity;
mod mailmap_joins_strangers;
mod maintainer_impersonation;
mod name_many_emails;
mod noreply_id_conflict;
mod shared_coauthor;
mod shared_signing_key;
mod signing_change;

use alibi_core::detection::Build;

/// The detectors, by their heuristics' ids.
pub(super) const DETECTORS: &[(&str, Build)] = &[
    ("bad-signature", bad_signature::build),
    ("bot-impersonation", bot_impersonation::build),
    ("crossed-identity", crossed_identity::build),
    ("email-many-names", email_many_names::build),
    ("identity-switch", identity_switch::build),
    ("leaked-local-identity", leaked_local_identity::build),
    ("listed-address", listed_address::build),
    ("lookalike-identity", lookalike_identity::build),
    ("mailmap-joins-strangers", mailmap_joins_strangers::build),
    ("maintainer-impersonation", maintainer_impersonation::build),
    ("name-many-emails", name_many_emails::build),
    ("noreply-id-conflict", noreply_id_conflict::build),
    ("shared-coauthor", shared_coauthor::build),
    ("shared-signing-key", shared_signing_key::build),
    ("signing-change", signing_change::build),
];
