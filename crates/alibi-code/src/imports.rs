//! Parses imports.

use crate::ast::Stmt;
use crate::language::Language;
use crate::parser::Parser;
use crate::token::Kind;

impl Parser<'_> {
    /// Reads an import. Returns `false`, without reading anything, if the word does not begin one here.
    pub(crate) fn import(&mut self, word: &str, body: &mut Vec<Stmt>) -> bool {
        let start = self.place;
        let is_read = match (self.language, word) {
            (Language::JavaScript, "import") => self.import_javascript(body),
            (Language::Python, "import") => self.import_python(body),
            (Language::Python, "from") => self.python_from(body),
            (Language::Go, "import") => self.import_go(body),
            (Language::Rust | Language::Php, "use") => {
                self.place += 1;
                self.use_tree(String::new(), body);
                true
            }
            (Language::Java | Language::Kotlin | Language::Groovy | Language::Swift, "import") => {
                self.import_dotted(body)
            }
            (Language::CSharp, "using") => self.import_using(body),
            _ => false,
        };
        if !is_read {
            self.place = start;
        }
        is_read
    }

    fn import_javascript(&mut self, body: &mut Vec<Stmt>) -> bool {
        self.place += 1;
        if self.is_op("(") || self.is_op(".") {
            return false;
        }
        let mut names: Vec<(String, String)> = Vec::new();
        loop {
            match self.peek() {
                Some(Kind::Text(module)) => {
                    let module = module.clone();
                    self.place += 1;
                    for (item, target) in names {
                        let path = if item == "*" { module.clone() } else { format!("{module}.{item}") };
                        body.push(Stmt::Import { path, target, all: false });
                    }
                    return true;
                }
                Some(Kind::Word(word)) if word == "from" => self.place += 1,
                Some(Kind::Word(_)) => {
                    let name = self.name().unwrap_or_default();
                    if name != "type" {
                        names.push(("*".to_owned(), name));
                    }
                }
                Some(Kind::Op("*")) => {
                    self.place += 1;
                    self.take_word("as");
                    names.extend(self.name().map(|name| ("*".to_owned(), name)));
                }
                Some(Kind::Op("{")) => {
                    self.place += 1;
                    while let Some(item) = {
                        self.skip_newlines();
                        self.name()
                    } {
                        let target = if self.take_word("as") { self.name().unwrap_or_default() } else { item.clone() };
                        names.push((item, target));
                        self.skip_newlines();
                        self.take(",");
                    }
                    self.take("}");
                }
                Some(Kind::Op("," | "=")) => self.place += 1,
                _ => return true,
            }
        }
    }

    /// A dotted name.
    fn dotted(&mut self) -> String {
        let mut path = String::new();
        loop {
            while self.take(".") || self.take("...") {
                path.push('.');
            }
            match self.word() {
                Some(word) if word != "import" && word != "as" => {
                    path.push_str(word);
                    self.place += 1;
                }
                _ => return path,
            }
            if !(self.is_op(".") || self.is_op("::") || self.is_op("\\")) {
                return path;
            }
            if self.take("::") {
                path.push('.');
            }
        }
    }

    fn import_python(&mut self, body: &mut Vec<Stmt>) -> bool {
        self.place += 1;
        loop {
            let path = self.dotted();
            if path.is_empty() {
                return true;
            }
            if self.take_word("as") {
                body.push(Stmt::Import { path, target: self.name().unwrap_or_default(), all: false });
            } else {
                let first = path.split('.').next().unwrap_or_default().to_owned();
                body.push(Stmt::Import { path: first.clone(), target: first, all: false });
            }
            if !self.take(",") {
                return true;
            }
        }
    }

    fn python_from(&mut self, body: &mut Vec<Stmt>) -> bool {
        self.place += 1;
        let module = self.dotted();
        if !self.take_word("import") {
            return false;
        }
        let _ = self.take("(");
        loop {
            if self.take("*") {
                body.push(Stmt::Import { path: module.clone(), target: String::new(), all: true });
            }
            let Some(item) = self.name() else { return true };
            let target = if self.take_word("as") { self.name().unwrap_or_default() } else { item.clone() };
            body.push(Stmt::Import { path: format!("{module}.{item}"), target, all: false });
            if !self.take(",") {
                let _ = self.take(")");
                return true;
            }
        }
    }

    fn import_go(&mut self, body: &mut Vec<Stmt>) -> bool {
        self.place += 1;
        let several = self.take("(");
        loop {
            self.skip_newlines();
            let alias = match self.peek() {
                Some(Kind::Word(_)) => self.name(),
                Some(Kind::Op(".")) => {
                    self.place += 1;
                    None
                }
                _ => None,
            };
            let Some(Kind::Text(path)) = self.peek() else {
                let _ = self.take(")");
                return true;
            };
            let path = path.clone();
            self.place += 1;
            let last = path.rsplit('/').next().unwrap_or_default().to_owned();
            body.push(Stmt::Import { path, target: alias.unwrap_or(last), all: false });
            if !several {
                return true;
            }
            let _ = self.take(";");
        }
    }

    /// Reads `a::b::{c, d as e}`.
    fn use_tree(&mut self, prefix: String, body: &mut Vec<Stmt>) {
        let mut path = prefix;
        loop {
            if self.take("{") {
                while self.place < self.tokens.len() && !self.is_op("}") {
                    let before = self.place;
                    self.use_tree(path.clone(), body);
                    self.take(",");
                    if self.place == before {
                        self.place += 1;
                    }
                }
                self.take("}");
                return;
            }
            if self.take("*") {
                body.push(Stmt::Import { path, target: String::new(), all: true });
                return;
            }
            let Some(word) = self.name() else { return };
            if !path.is_empty() && word != "self" {
                path.push('.');
            }
            if word != "self" {
                path.push_str(&word);
            }
            if self.take_word("as") {
                let target = self.name().unwrap_or_default();
                body.push(Stmt::Import { path, target, all: false });
                return;
            }
            if !self.take("::") {
                let target = path.rsplit('.').next().unwrap_or_default().to_owned();
                body.push(Stmt::Import { path, target, all: false });
                return;
            }
        }
    }

    fn import_dotted(&mut self, body: &mut Vec<Stmt>) -> bool {
        self.place += 1;
        self.take_word("static");
        let path = self.dotted();
        if self.take(".") && self.take("*") || self.take("*") {
            body.push(Stmt::Import { path: path.trim_end_matches('.').to_owned(), target: String::new(), all: true });
            return true;
        }
        let last = path.rsplit('.').next().unwrap_or_default().to_owned();
        let target = if self.take_word("as") { self.name().unwrap_or_default() } else { last };
        // The classes are named without their packages, since wildcards hide the packages.
        let path = if target.starts_with(char::is_uppercase) {
            path.rsplit('.').next().unwrap_or_default().to_owned()
        } else {
            path
        };
        body.push(Stmt::Import { path, target, all: false });
        true
    }

    fn import_using(&mut self, body: &mut Vec<Stmt>) -> bool {
        self.place += 1;
        if self.is_op("(") {
            return false;
        }
        self.take_word("static");
        let start = self.place;
        if let Some(alias) = self.name()
            && self.take("=")
        {
            let path = self.dotted();
            let path = path.rsplit('.').next().unwrap_or_default().to_owned();
            body.push(Stmt::Import { path, target: alias, all: false });
            return true;
        }
        self.place = start;
        self.dotted();
        self.is_op(";")
    }
}
