//! Who is let in: connections are counted by address, and addresses that misbehave stay out for a while.

use crate::{coinbase::EXTRANONCE1_LEN, limits::Limits};
use core::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};
use parking_lot::Mutex;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use thiserror::Error;

/// Most addresses that are banned at a time; another one takes the place of the one whose ban ends first.
const MAX_BANS: usize = 10_000;

/// Why a connection is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum NotAdmitted {
    /// As many are connected as may be.
    #[error("too many connections")]
    Full,
    /// As many of its address are connected as may be.
    #[error("too many connections of this address")]
    AddressFull,
    /// Its address is banned.
    #[error("the address is banned")]
    Banned,
}

/// Admits connections. Times are since any fixed moment.
pub(crate) struct Gate {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Connections of each network that has any.
    connections: HashMap<IpAddr, usize>,
    /// Extranonces of the connections; as many as there are connections.
    extranonces: HashSet<u32>,
    next_extranonce: u32,
    /// When bans end.
    bans: HashMap<IpAddr, Duration>,
}

/// A connection that was let in, until it is dropped.
pub(crate) struct Permit {
    gate: Arc<Gate>,
    network: IpAddr,
    extranonce: u32,
}

impl Gate {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self { limits, state: Mutex::default() })
    }

    /// Lets a connection in.
    ///
    /// # Errors
    /// Where a limit is reached or the address is banned.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr, now: Duration) -> Result<Permit, NotAdmitted> {
        let network = network(address);
        let mut state = self.state.lock();
        if state.bans.get(&network).is_some_and(|end| *end > now) {
            return Err(NotAdmitted::Banned);
        }
        if state.extranonces.len() >= self.limits.connections {
            return Err(NotAdmitted::Full);
        }
        let connections = state.connections.get(&network).copied().unwrap_or_default();
        if connections >= self.limits.per_address {
            return Err(NotAdmitted::AddressFull);
        }
        state.connections.insert(network, connections.saturating_add(1));
        Ok(Permit { gate: self.clone(), network, extranonce: state.take_extranonce() })
    }

    /// Number of connections.
    pub(crate) fn connections(&self) -> usize {
        self.state.lock().extranonces.len()
    }

    /// Number of banned addresses.
    pub(crate) fn bans(&self, now: Duration) -> usize {
        self.state.lock().bans.values().filter(|end| **end > now).count()
    }
}

impl State {
    /// The next extranonce that no connection has. Numbers come again after 2^32 connections only, so that nobody finds the work
    /// of a former connection still unfinished.
    fn take_extranonce(&mut self) -> u32 {
        loop {
            let extranonce = self.next_extranonce;
            self.next_extranonce = extranonce.wrapping_add(1);
            if self.extranonces.insert(extranonce) {
                return extranonce;
            }
        }
    }
}

impl Permit {
    /// What tells the connection from all others.
    pub(crate) fn extranonce(&self) -> [u8; EXTRANONCE1_LEN] {
        self.extranonce.to_be_bytes()
    }

    /// Keeps the connection's address out from now on, unless bans are switched off; returns whether.
    pub(crate) fn ban(&self, now: Duration) -> bool {
        if self.gate.limits.ban.is_zero() {
            return false;
        }
        let mut state = self.gate.state.lock();
        state.bans.retain(|_, end| *end > now);
        if state.bans.len() >= MAX_BANS {
            let first = state.bans.iter().min_by_key(|(_, end)| **end).map(|(network, _)| *network);
            first.and_then(|network| state.bans.remove(&network));
        }
        state.bans.insert(self.network, now.saturating_add(self.gate.limits.ban));
        true
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock();
        state.extranonces.remove(&self.extranonce);
        let left = state.connections.get(&self.network).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            state.connections.remove(&self.network);
        } else {
            state.connections.insert(self.network, left);
        }
    }
}

/// What counts as one address: of IPv6, what one customer has for himself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    fn gate(connections: usize, per_address: usize) -> Arc<Gate> {
        Gate::new(Limits { connections, per_address, ..Default::default() })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn enter(gate: &Arc<Gate>, address: &str) -> Permit {
        gate.admit(ip(address), NOW).unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    fn refusal(gate: &Arc<Gate>, address: &str, now: Duration) -> Option<NotAdmitted> {
        gate.admit(ip(address), now).err()
    }

    #[test]
    fn connections_are_counted_in_all_and_by_address() {
        let gate = gate(3, 2);
        let first = enter(&gate, "10.0.0.1");
        let _second = gate.admit(ip("::ffff:10.0.0.1"), NOW);
        assert_eq!(refusal(&gate, "10.0.0.1", NOW), Some(NotAdmitted::AddressFull));
        let _third = gate.admit(ip("10.0.0.2"), NOW);
        assert_eq!(refusal(&gate, "10.0.0.3", NOW), Some(NotAdmitted::Full));
        drop(first);
        assert_eq!(gate.connections(), 2);
        assert_eq!(refusal(&gate, "10.0.0.1", NOW), None);
        assert_eq!(gate.state.lock().connections.len(), 2, "who is gone is not remembered");
    }

    #[test]
    fn a_customer_with_many_addresses_counts_as_one() {
        let gate = gate(10, 1);
        let _first = gate.admit(ip("2001:db8:1:2::1"), NOW);
        assert_eq!(refusal(&gate, "2001:db8:1:2:ffff::1", NOW), Some(NotAdmitted::AddressFull));
        assert_eq!(refusal(&gate, "2001:db8:1:3::1", NOW), None);
    }

    #[test]
    fn bans_end() {
        let gate = gate(10, 10);
        assert!(enter(&gate, "10.0.0.1").ban(NOW));
        let end = NOW + gate.limits.ban;
        let last = end - Duration::from_nanos(1);
        assert_eq!(refusal(&gate, "10.0.0.1", last), Some(NotAdmitted::Banned));
        assert_eq!((refusal(&gate, "10.0.0.2", NOW), gate.bans(last)), (None, 1));
        assert_eq!((refusal(&gate, "10.0.0.1", end), gate.bans(end)), (None, 0));
    }

    #[test]
    fn bans_are_bounded_and_can_be_switched_off() {
        let gate = gate(10, 10);
        for index in 0..=u32::try_from(MAX_BANS).unwrap() {
            let address = IpAddr::from(index.to_be_bytes());
            let now = NOW + Duration::from_micros(index.into());
            gate.admit(address, now).unwrap_or_else(|refusal| panic!("{refusal}")).ban(now);
        }
        assert_eq!(gate.bans(NOW), MAX_BANS);
        assert_eq!(refusal(&gate, "0.0.0.0", NOW), None);

        let gate = Gate::new(Limits { ban: Duration::ZERO, ..Default::default() });
        assert!(!enter(&gate, "10.0.0.1").ban(NOW));
        assert_eq!(refusal(&gate, "10.0.0.1", NOW), None);
    }

    #[test]
    fn no_two_connections_have_the_same_extranonce() {
        let gate = gate(10, 10);
        let first = enter(&gate, "10.0.0.1");
        let second = enter(&gate, "10.0.0.1");
        assert_ne!(first.extranonce(), second.extranonce());
        let former = second.extranonce();
        drop(second);
        let third = enter(&gate, "10.0.0.1");
        assert_ne!(third.extranonce(), former, "nor one of a connection that ended");
        gate.state.lock().next_extranonce = u32::from_be_bytes(first.extranonce());
        let fourth = enter(&gate, "10.0.0.1");
        let all = HashSet::from([first.extranonce(), third.extranonce(), fourth.extranonce()]);
        assert_eq!(all.len(), 3, "not even when the numbers begin anew");
    }
}
