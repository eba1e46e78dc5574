//! Generates typosquats with operators that are independent of those in the detector.

/// Each letter with its neighbours on an English keyboard.
const KEYS: [(char, &str); 26] = [
    ('a', "qsz"),
    ('b', "vnh"),
    ('c', "xvd"),
    ('d', "sfe"),
    ('e', "wrd"),
    ('f', "dgr"),
    ('g', "fht"),
    ('h', "gjy"),
    ('i', "uok"),
    ('j', "hku"),
    ('k', "jli"),
    ('l', "ko"),
    ('m', "nj"),
    ('n', "bmh"),
    ('o', "ipl"),
    ('p', "ol"),
    ('q', "wa"),
    ('r', "etf"),
    ('s', "adw"),
    ('t', "ryg"),
    ('u', "yij"),
    ('v', "cbf"),
    ('w', "qes"),
    ('x', "zcs"),
    ('y', "tuh"),
    ('z', "xa"),
];

/// Pairs of spellings that sound alike.
const SOUNDS: [(&str, &str); 10] = [
    ("ph", "f"),
    ("ck", "k"),
    ("tt", "t"),
    ("ll", "l"),
    ("ss", "s"),
    ("ize", "ise"),
    ("or", "er"),
    ("ei", "ie"),
    ("qu", "kw"),
    ("x", "ks"),
];

/// Generates `count` names for which `is_known` is false, each from a name of six or more letters that `target` draws.
/// Returns each name with its target and the operator used.
pub(crate) fn squats(
    count: usize,
    random: &mut fastrand::Rng,
    target: impl Fn(&mut fastrand::Rng) -> String,
    comparable: impl Fn(&str) -> String,
    is_known: impl Fn(&str) -> bool,
) -> Vec<(String, String, &'static str)> {
    let mut made = Vec::new();
    while made.len() < count {
        let target = target(random);
        let Some((name, how)) = squat(&target, random) else { continue };
        let name = comparable(&name);
        if target.len() >= 6 && !is_known(&name) {
            made.push((name, target, how));
        }
    }
    made
}

/// Derives a name from another with a random operator. Returns the name and the operator; `None` if the operator does
/// not apply.
fn squat(name: &str, random: &mut fastrand::Rng) -> Option<(String, &'static str)> {
    let chars: Vec<char> = name.chars().collect();
    let inside = 1..chars.len().saturating_sub(1);
    if inside.len() < 3 {
        return None;
    }
    let letter = |random: &mut fastrand::Rng| {
        let places: Vec<usize> = inside.clone().filter(|i| chars[*i].is_ascii_lowercase()).collect();
        (!places.is_empty()).then(|| places[random.usize(..places.len())])
    };
    let joined = |chars: &[char]| chars.iter().collect::<String>();
    let made = match random.u8(..8) {
        0 => {
            let at = letter(random)?;
            let near = KEYS.iter().find(|(key, _)| *key == chars[at])?.1;
            let mut other = chars.clone();
            other[at] = near.chars().nth(random.usize(..near.len()))?;
            (joined(&other), "a neighbouring key")
        }
        1 => {
            let at = letter(random)?;
            let mut other = chars.clone();
            other.insert(at, chars[at]);
            (joined(&other), "a key held too long")
        }
        2 => {
            let at = inside.clone().find(|i| "aeiou".contains(chars[*i]))?;
            let mut other = chars.clone();
            other.remove(at);
            (joined(&other), "a vowel left out")
        }
        3 => {
            let at = letter(random)?;
            let mut other = chars.clone();
            other.swap(at, at + 1);
            (joined(&other), "typed too fast")
        }
        4 => {
            let (from, to) = SOUNDS.iter().find(|(from, _)| name[1..].contains(from))?;
            (format!("{}{}", &name[..1], name[1..].replacen(from, to, 1)), "as it sounds")
        }
        5 => {
            let at = name.find(['-', '_'])?;
            (format!("{}{}", &name[..at], &name[at + 1..]), "without a separator")
        }
        6 => {
            let at = letter(random)?;
            let flipped = char::from((chars[at] as u8) ^ (1 << random.u8(..3)));
            let mut other = chars.clone();
            other[at] = Some(flipped).filter(char::is_ascii_lowercase)?;
            (joined(&other), "a flipped bit")
        }
        _ => (format!("{name}{}", if random.bool() { "-js" } else { "s" }), "a harmless ending"),
    };
    (made.0 != name && !name.starts_with('@')).then_some(made)
}
