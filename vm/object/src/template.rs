//! Template strings (PEP 750): the bodies of `Template`, `Interpolation` and the template iterator.

use crate::builtin::Builtin;
use crate::layout::Slot;
use crate::obj::Obj;
use crate::{alloc, heap_body};
use pyre_threads::sync::AtomicUsize;

heap_body! {
    /// `string.templatelib.Interpolation`; all written once.
    pub struct InterpolationBody "Interpolation" {
        slots {
            value,
            /// the source text of the expression
            expression,
            /// `'s'`, `'r'`, `'a'` or `None`
            conversion,
            /// a str
            format_spec,
        }
        data {}
    }
}

heap_body! {
    /// `string.templatelib.Template`: one more string than interpolations; both tuples are written once.
    pub struct TemplateBody "Template" { slots { strings, interpolations } data {} }
}

heap_body! {
    /// The iterator over the parts of a template that are not empty.
    pub struct TemplateIterBody "TemplateIter" {
        slots {
            /// written once
            template,
        }
        data {
            /// strings have even positions, interpolations odd ones
            position: AtomicUsize,
        }
    }
}

/// An interpolation.
pub fn new_interpolation(value: Obj, expression: Obj, conversion: Obj, format_spec: Obj) -> Obj {
    alloc::new(
        Builtin::Interpolation,
        InterpolationBody {
            value: Slot::new(value),
            expression: Slot::new(expression),
            conversion: Slot::new(conversion),
            format_spec: Slot::new(format_spec),
        },
    )
}

/// A template of a tuple of strings and a tuple of interpolations.
pub fn new_template(strings: Obj, interpolations: Obj) -> Obj {
    alloc::new(
        Builtin::Template,
        TemplateBody { strings: Slot::new(strings), interpolations: Slot::new(interpolations) },
    )
}

/// `iter(template)`
pub fn template_iter(template: Obj) -> Obj {
    alloc::new(
        Builtin::TemplateIter,
        TemplateIterBody { template: Slot::new(template), position: AtomicUsize::new(0) },
    )
}
