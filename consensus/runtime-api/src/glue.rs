//! The traits by which the runtime joins pallets that do not know each other.

use posw_primitives::CompactBits;

/// The base target of the block that is being built or executed.
pub trait BaseTarget {
    /// Its compact form.
    fn base_bits() -> CompactBits;
}

/// What else a block ends with, called once per block, after the ration's index advanced (R7.3).
pub trait EndOfBlock {
    /// Ends block `number`; when it is its epoch's last, new parameters come in force afterwards (section 10).
    fn end_of_block(number: u32, ends_epoch: bool);
}

/// The miner of the block that is being executed.
pub trait Author<AccountId> {
    /// `None` outside of a block's execution.
    fn author() -> Option<AccountId>;
}

impl EndOfBlock for () {
    fn end_of_block(_: u32, _: bool) {}
}

impl<A: EndOfBlock, B: EndOfBlock> EndOfBlock for (A, B) {
    fn end_of_block(number: u32, ends_epoch: bool) {
        A::end_of_block(number, ends_epoch);
        B::end_of_block(number, ends_epoch);
    }
}
