//! The chart data of one contributor.

use serde::{Deserialize, Serialize};

/// The chart data of one contributor.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Chart {
    /// Commits by hour of the week (Monday first) in local time, for commits that show the author's own clock.
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    pub week: Vec<(u16, u32)>,
    /// Commits by month and offset, in minutes east of UTC.
    #[serde(rename = "o", skip_serializing_if = "Vec::is_empty")]
    pub offsets: Vec<(String, i32, u32)>,
    /// Sensitive places.
    #[serde(rename = "s", skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<ChartPlace>,
}

/// A sensitive place: the kind, the day of the first merged change, days since the contributor's arrival, the path, the
/// commit, and whether it was merged alone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct ChartPlace(pub String, pub String, pub i64, pub String, pub String, pub bool);
