//! Hash kernels: one file for each instruction set, and the one place that chooses between them.
//!
//! | module | what |
//! |---|---|
//! | [`portable`] | the reference |
//! | `shani`, `avx2`, `avx512`, `aarch64` | one instruction set each |
//! | `lanes`, `rounds`, `nonces`, `roots` | what `avx2` and `avx512` share |
//! | `quads` | what `shani` and `aarch64` share |
//! | `sha256`, `scan` | what all of them share |

/// Repeats a block for each of some rounds, whose number it has as a constant.
macro_rules! unroll {
    ($round:ident in [$($number:expr),*], $body:block) => { $({ const $round: usize = $number; $body })* };
}

#[cfg(target_arch = "aarch64")]
#[allow(unsafe_code, reason = "instructions beyond the baseline of the architecture")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "instructions beyond the baseline of the architecture")]
mod avx2;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "instructions beyond the baseline of the architecture")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod lanes;
#[cfg(target_arch = "x86_64")]
mod nonces;
pub mod portable;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod quads;
#[cfg(target_arch = "x86_64")]
mod roots;
#[cfg(target_arch = "x86_64")]
mod rounds;
#[cfg_attr(
    not(target_arch = "x86_64"),
    allow(dead_code, reason = "the kernels of other architectures need less of it")
)]
mod scan;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod sha256;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "instructions beyond the baseline of the architecture")]
mod shani;

use crate::{
    engine::{Engine, RootUse},
    measure::{self, Contender},
};
use core::{error::Error, fmt, str::FromStr};
use std::{sync::Arc, time::Duration};

/// How long a kernel is measured at a time to find the fastest, and how often.
const TRIAL: (Duration, usize) = (Duration::from_millis(1), 5);

/// A way to compute work hashes, by the instructions that it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kernel {
    /// The `sha2` crate, on any processor.
    Portable,
    /// The SHA extensions of x86.
    ShaNi,
    /// AVX2 of x86.
    Avx2,
    /// AVX-512 F and BW of x86.
    Avx512,
    /// The SHA-2 extension of 64-bit ARM.
    Aarch64Sha2,
}

impl Kernel {
    /// All there are, on any processor.
    pub const ALL: [Self; 5] = [Self::Portable, Self::ShaNi, Self::Avx2, Self::Avx512, Self::Aarch64Sha2];

    /// Its name, by which it is chosen: `portable`, `sha-ni`, `avx2`, `avx512` or `aarch64-sha2`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::ShaNi => "sha-ni",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Aarch64Sha2 => "aarch64-sha2",
        }
    }

    /// The engine, `None` where this processor lacks the instructions.
    pub fn engine(self) -> Option<Arc<dyn Engine>> {
        match self {
            Self::Portable => Some(Arc::new(portable::Portable)),
            #[cfg(target_arch = "x86_64")]
            Self::ShaNi => shani::ShaNi::detect().map(|engine| Arc::new(engine) as _),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::Avx2::detect().map(|engine| Arc::new(engine) as _),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => avx512::Avx512::detect().map(|engine| Arc::new(engine) as _),
            #[cfg(target_arch = "aarch64")]
            Self::Aarch64Sha2 => aarch64::Sha2::detect().map(|engine| Arc::new(engine) as _),
            _ => None,
        }
    }

    /// Those that this processor has the instructions for.
    pub fn available() -> Vec<Self> {
        Self::ALL.into_iter().filter(|kernel| kernel.engine().is_some()).collect()
    }

    /// The fastest on this processor where the root is `root`, found by measuring for some milliseconds: which one it is does
    /// not follow from what a processor has.
    pub fn best(root: RootUse) -> Self {
        let kernels = Self::available();
        let contenders: Vec<_> =
            kernels.iter().filter_map(|kernel| Some(Contender { engine: kernel.engine()?, root })).collect();
        let rates = measure::rates(&contenders, TRIAL.0, TRIAL.1);
        let fastest = kernels.into_iter().zip(rates).max_by_key(|(_, rate)| *rate);
        fastest.map_or(Self::Portable, |(kernel, _)| kernel)
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A kernel was asked for that there is not, or not on this processor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchKernel {
    /// What was asked for.
    pub name: String,
}

impl fmt::Display for NoSuchKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match Kernel::ALL.into_iter().any(|kernel| kernel.name() == self.name) {
            true => "this processor lacks the instructions of kernel",
            false => "there is no kernel",
        };
        let available: Vec<_> = Kernel::available().into_iter().map(Kernel::name).collect();
        write!(f, "{problem} \"{}\"; available here: {}", self.name, available.join(", "))
    }
}

impl Error for NoSuchKernel {}

impl FromStr for Kernel {
    type Err = NoSuchKernel;

    /// The kernel of that name, if this processor has the instructions for it.
    fn from_str(name: &str) -> Result<Self, NoSuchKernel> {
        let mut available = Self::available().into_iter();
        available.find(|kernel| kernel.name() == name).ok_or_else(|| NoSuchKernel { name: name.into() })
    }
}
