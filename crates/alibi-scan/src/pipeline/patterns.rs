//! Collects the message patterns that commit heuristics need.

use super::error::AuditError;
use alibi_rules::heuristics::{Heuristic, Kind, Subject};
use alibi_rules::messages::{MessagePattern, MessagePatterns};
use rustc_hash::FxHashMap;

/// Each commit heuristic's bit, and the mask of the patterns that must not match.
pub(super) type PatternBits = FxHashMap<String, (u8, u64)>;

/// The message patterns, and each commit heuristic's bit.
pub(super) fn message_patterns(heuristics: &[Heuristic]) -> Result<(Option<MessagePatterns>, PatternBits), AuditError> {
    let (mut patterns, mut bits) = (Vec::new(), FxHashMap::default());
    for h in heuristics {
        if let Kind::Commit(rule) = &h.kind {
            let bit = patterns.len() as u8;
            let unless = rule.unless_message.as_ref().map_or(0, |_| 1u64.checked_shl(u32::from(bit) + 1).unwrap_or(0));
            bits.insert(h.id.clone(), (bit, unless));
            patterns.push(match rule.place {
                Subject::Subject => MessagePattern::Subject(&rule.pattern),
                Subject::Message => MessagePattern::Message(&rule.pattern),
            });
            patterns.extend(rule.unless_message.as_deref().map(MessagePattern::Message));
        }
    }
    let patterns = if patterns.is_empty() { None } else { Some(MessagePatterns::new(&patterns)?) };
    Ok((patterns, bits))
}
