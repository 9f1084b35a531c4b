//! Node
fn main(){}
