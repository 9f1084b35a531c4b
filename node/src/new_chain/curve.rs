//! `[stake.curve]`: its kind says which further fields it has.

use super::{
    document::Refusal,
    quantity::{at_most, Decimal},
    section::Section,
    word::choice,
};

/// A curve.
pub(super) enum Curve {
    Flat,
    Constant { boost: Decimal },
    Linear { unit: Decimal, slope: Decimal },
    Sqrt { unit: Decimal },
    Log2 { unit: Decimal },
    Power { unit: Decimal, cap: u32, exponent: u8 },
}

impl Curve {
    /// Reads the table, if the file has it.
    pub(super) fn read(mut section: Section<'_>) -> Result<Option<Self>, Refusal> {
        #[derive(Clone, Copy)]
        enum Kind {
            Flat,
            Constant,
            Linear,
            Sqrt,
            Log2,
            Power,
        }
        let kinds = [
            ("flat", Kind::Flat),
            ("constant", Kind::Constant),
            ("linear", Kind::Linear),
            ("sqrt", Kind::Sqrt),
            ("log2", Kind::Log2),
            ("power", Kind::Power),
        ];
        if !section.is_there() {
            return Ok(None);
        }
        let kind =
            needed(&mut section, "kind", "flat, constant, linear, sqrt, log2 or power", |text| choice(text, &kinds))?;
        section.allow(match kind {
            Kind::Flat => &[],
            Kind::Constant => &["boost"],
            Kind::Linear => &["unit", "slope"],
            Kind::Sqrt | Kind::Log2 => &["unit"],
            Kind::Power => &["unit", "cap", "exponent"],
        });
        section.finish()?;
        let unit = |section: &mut Section<'_>| needed(section, "unit", "a weight in coins", Decimal::parse);
        Ok(Some(match kind {
            Kind::Flat => Self::Flat,
            Kind::Constant => Self::Constant { boost: needed(&mut section, "boost", "such as 20", Decimal::parse)? },
            Kind::Linear => Self::Linear {
                unit: unit(&mut section)?,
                slope: needed(&mut section, "slope", "the boost that each unit adds", Decimal::parse)?,
            },
            Kind::Sqrt => Self::Sqrt { unit: unit(&mut section)? },
            Kind::Log2 => Self::Log2 { unit: unit(&mut section)? },
            Kind::Power => Self::Power {
                unit: unit(&mut section)?,
                cap: needed(&mut section, "cap", "the most units that count", at_most(u32::MAX))?,
                exponent: needed(&mut section, "exponent", "such as 2", at_most(u8::MAX))?,
            },
        }))
    }
}

/// A field that others need.
fn needed<T>(
    section: &mut Section<'_>,
    name: &'static str,
    what: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, Refusal> {
    section.read(name, parse)?.ok_or_else(|| section.missing(name, what))
}
