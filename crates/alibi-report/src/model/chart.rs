//! The type of a contributor's chart data.

use serde::{Deserialize, Serialize};

/// The chart data of one contributor.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Chart {
    /// Number of commits by hour of the week in local time, starting on Monday. Counts only commits that show the
    /// author's own UTC offset.
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    pub week: Vec<(u16, u32)>,
    /// Number of commits by month and UTC offset (minutes east).
    #[serde(rename = "o", skip_serializing_if = "Vec::is_empty")]
    pub offsets: Vec<(String, i32, u32)>,
    /// The first change to each kind of sensitive path.
    #[serde(rename = "s", skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<ChartPlace>,
}

/// The first change to a kind of sensitive path: the kind, the day of the merge, the days since the contributor's first
/// merged commit, the path, the commit, and whether the contributor merged it alone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct ChartPlace(pub String, pub String, pub i64, pub String, pub String, pub bool);
