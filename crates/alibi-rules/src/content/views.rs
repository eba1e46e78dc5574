//! Decodes encoded text, layer by layer, within limits.

use super::encoded::{Form, View, decode};
use super::literals::Candidate;
use super::pieces::Lines;
use super::scan::Scanner;
use rustc_hash::FxHashSet;

/// Maximum size of the text decoded from one file, in bytes.
const MAX_DECODED: usize = 1 << 20;
/// Maximum number of layers that are decoded.
const MAX_LAYERS: usize = 3;

impl Scanner<'_> {
    /// The decoded views of the text, and of encoded text within them. A nested view has the position of the outermost
    /// view.
    pub(super) fn views(&self, text: &[u8], candidates: &[Candidate], cut_short: &mut bool) -> Vec<View> {
        let mut views: Vec<View> = Vec::new();
        let mut left = MAX_DECODED;
        let mut layer = self.decoded(text, candidates);
        for _ in 0..MAX_LAYERS {
            let mut deeper = Vec::new();
            for view in std::mem::take(&mut layer) {
                let Some(rest) = left.checked_sub(view.text.len()) else {
                    *cut_short = true;
                    continue;
                };
                left = rest;
                let candidates = if self.exhaustive { Vec::new() } else { self.rules.literals.find(&view.text) };
                // A view equal to its source is dropped. Otherwise, it would be decoded again in every layer.
                let inner = self.decoded(&view.text, &candidates).into_iter().filter(|inner| inner.text != view.text);
                deeper.extend(inner.map(|inner| View { span: view.span.clone(), text: inner.text }));
                views.push(view);
            }
            layer = deeper;
        }
        *cut_short |= !layer.is_empty();
        views
    }

    /// Decodes each encoded stretch of the text once.
    fn decoded(&self, text: &[u8], candidates: &[Candidate]) -> Vec<View> {
        let every;
        let candidates = if self.exhaustive {
            every = self.every_marker(text);
            &every
        } else {
            candidates
        };
        let mut lines = Lines::new(text);
        let (mut decoded, mut views): (FxHashSet<(u8, usize)>, Vec<View>) = Default::default();
        let mut total = 0;
        for candidate in candidates {
            let Some(marker) = &self.rules.announces[usize::from(candidate.literal)].form else { continue };
            let form = marker.form;
            let at = candidate.at as usize;
            let spelt = text[at..self.rules.literals.end(candidate)] == marker.literal[..];
            let line = lines.at(at);
            // Whether an earlier view covers the stretch around this marker.
            let shown = |view: &View| view.span.start <= at && form.covers(at, view.span.end, &line);
            let is_shown = views.last().is_some_and(|v| shown(v) && decoded.contains(&(form as u8, v.span.start)));
            // Case matters only in base64.
            if is_shown || !spelt && form == Form::Base64 {
                continue;
            }
            if let Some(view) = decode(marker, text, at, &line)
                && decoded.insert((form as u8, view.span.start))
            {
                total += view.text.len();
                views.push(view);
            }
            if total > MAX_DECODED {
                break;
            }
        }
        views
    }

    /// Finds the markers in the text by comparing each marker at each position.
    fn every_marker(&self, text: &[u8]) -> Vec<Candidate> {
        let announces = self.rules.announces.iter().enumerate();
        let forms = announces.filter_map(|(i, a)| a.form.as_ref().map(|marker| (i as u16, &marker.literal)));
        let mut all: Vec<Candidate> = forms
            .flat_map(|(number, literal)| {
                let here = move |(at, window): (usize, &[u8])| {
                    window.eq_ignore_ascii_case(literal).then_some(Candidate { at: at as u32, literal: number })
                };
                text.windows(literal.len()).enumerate().filter_map(here)
            })
            .collect();
        all.sort_unstable();
        all
    }
}
