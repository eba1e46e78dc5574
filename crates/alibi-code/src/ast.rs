//! Source code as expressions and statements, alike for all languages.

use std::rc::Rc;

/// An expression with the position of its first byte.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub kind: ExprKind,
    pub at: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    /// A name.
    Name(String),
    /// A constant string.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Parts that are joined to a string.
    Join(Vec<Expr>),
    /// `a.b`
    Member(Box<Expr>, String),
    /// `a[b]`
    Index(Box<Expr>, Box<Expr>),
    /// `a(b, c)` and `new a(b, c)`
    Call(Box<Expr>, Vec<Argument>),
    /// `[a, b]`, `(a, b)` and several values of a statement.
    List(Vec<Expr>),
    /// `{a: b}`
    Map(Vec<(Expr, Expr)>),
    /// An operation whose result consists of its operands: `a | b`, `a ? b : c`.
    Either(Vec<Expr>),
    /// An operation whose result says nothing about its operands, such as a comparison.
    Test(Vec<Expr>),
    /// `a op b` on numbers or bytes.
    Arithmetic(&'static str, Box<Expr>, Box<Expr>),
    /// One item of a list after the other.
    Each(Box<Expr>),
    /// A function without a name.
    Lambda(Rc<Function>),
    /// `a = b`; the flag is set for `a += b`.
    Assign(Box<Expr>, Box<Expr>, bool),
    /// Nothing that is understood.
    Unknown,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    /// The name of a keyword argument.
    pub name: Option<String>,
    pub value: Expr,
}

/// A function.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// The name; empty if it has none.
    pub name: String,
    /// The parameters, with their default values.
    pub parameters: Vec<(String, Option<Expr>)>,
    pub body: Vec<Stmt>,
}

/// A statement.
#[derive(Clone, Debug)]
pub(crate) enum Stmt {
    Expr(Expr),
    Return(Expr),
    Function(Rc<Function>),
    /// `target` becomes another name of the item `path`.
    Import {
        /// The module and the item in it, separated by dots.
        path: String,
        target: String,
        /// Whether all items of the module get names.
        all: bool,
    },
    Block(Vec<Stmt>),
}

impl Expr {
    pub(crate) fn new(kind: ExprKind, at: usize) -> Expr {
        Expr { kind, at }
    }
}
