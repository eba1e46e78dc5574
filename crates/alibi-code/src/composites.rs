//! Parses arrays and objects that are written with their type.

use crate::ast::{Argument, Expr, ExprKind};
use crate::language::Language;
use crate::parser::Parser;
use crate::token::Kind;

impl Parser<'_> {
    /// Whether the type of the items and a brace follow. The type is skipped.
    pub(crate) fn is_composite(&mut self) -> bool {
        let mut ahead = 0;
        while matches!(self.peek_at(ahead), Some(Kind::Word(_) | Kind::Op("." | "*" | "[" | "]"))) {
            ahead += 1;
        }
        let is_composite = ahead > 0 && self.is_op_at(ahead, "{");
        self.place += if is_composite { ahead } else { 0 };
        is_composite
    }

    /// Reads what follows `new` and a type in braces: the items of an array, or the fields of an object.
    pub(crate) fn initializer(&mut self, value: Expr, at: usize) -> Expr {
        let is_array = matches!(value.kind, ExprKind::Index(..) | ExprKind::List(_));
        let is_object = self.language == Language::CSharp;
        let mut ahead = 0;
        while matches!(self.peek_at(ahead), Some(Kind::Newline)) {
            ahead += 1;
        }
        if !self.is_op_at(ahead, "{") || !is_array && !is_object {
            return value;
        }
        self.place += ahead + 1;
        let items = self.items("}");
        if is_array {
            return Expr::new(ExprKind::List(items), at);
        }
        let field = |item: Expr| match item.kind {
            ExprKind::Assign(target, value, _) => match target.kind {
                ExprKind::Name(name) => Argument { name: Some(name), value: *value },
                _ => Argument { name: None, value: *value },
            },
            _ => Argument { name: None, value: item },
        };
        let fields = items.into_iter().map(field);
        match value.kind {
            ExprKind::Call(callee, mut arguments) => {
                arguments.extend(fields);
                Expr::new(ExprKind::Call(callee, arguments), at)
            }
            _ => Expr::new(ExprKind::Call(Box::new(value), fields.collect()), at),
        }
    }
}
