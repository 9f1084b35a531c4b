//! Whether the ports of a node are free, and who has them where they are not.

use super::finding::Finding;
use crate::{ports::Port, rpc_client::RpcClient};
use std::fs;

/// State of a socket that listens, in the system's tables.
const LISTENS: &str = "0A";

/// A process that listens on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) process: u32,
    name: String,
}

/// Judges a port; `node` is the process that has the database open.
pub(super) fn judge(port: &Port, in_use: bool, owner: Option<&Owner>, runs: bool, node: Option<u32>) -> Finding {
    let (number, purpose) = (port.address.port(), port.purpose);
    if !in_use {
        return match runs {
            false => Finding::ok("port", format!("{number} ({purpose}) is free")),
            true => Finding::warn(
                "port",
                format!("{number} ({purpose}) is free, although a node runs on this database"),
                "give the ports with which that node was started",
            ),
        };
    }
    let by = match owner {
        Some(Owner { process, name }) => format!("process {process} ({name})"),
        None => "another process".into(),
    };
    let is_the_node = runs && owner.zip(node).is_none_or(|(owner, node)| owner.process == node);
    if is_the_node {
        return Finding::ok("port", format!("{number} ({purpose}) is in use by {by}: the node that runs"));
    }
    Finding::fail(
        "port",
        format!("{number} ({purpose}) is in use by {by}, which is not the node of this database"),
        format!("stop it, or choose another port with {}", port.option),
    )
}

/// The process that listens on a port, where the system tells this user.
pub(super) fn owner(port: u16) -> Option<Owner> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| fs::read_to_string(table).unwrap_or_default());
    let inodes: Vec<u64> = tables.iter().flat_map(|table| listeners(table, port)).collect();
    let links: Vec<_> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let process = entry.file_name().to_str()?.parse().ok()?;
        let mut files = fs::read_dir(entry.path().join("fd")).ok()?.flatten();
        let is_listener = |file: fs::DirEntry| {
            fs::read_link(file.path()).is_ok_and(|link| links.iter().any(|socket| link.as_os_str() == socket.as_str()))
        };
        files.any(is_listener).then(|| {
            let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
            Owner { process, name: name.trim().into() }
        })
    })
}

/// The process of this machine that serves RPC there.
pub(super) fn server(rpc: &RpcClient) -> Option<u32> {
    let address = rpc.addresses().into_iter().next().filter(|_| rpc.is_local())?;
    Some(owner(address.port())?.process)
}

/// The sockets that listen on a port, in a table of the system.
fn listeners(table: &str, port: u16) -> Vec<u64> {
    let lines = table.lines().skip(1).filter_map(|line| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let (_, local) = fields.get(1)?.rsplit_once(':')?;
        let is_it = u16::from_str_radix(local, 16) == Ok(port) && fields.get(3) == Some(&LISTENS);
        is_it.then(|| fields.get(9)?.parse().ok()).flatten()
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Status, *};
    use std::net::TcpListener;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:26D8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 647 1
   1: 0100007F:26D8 0100007F:A0B1 01 00000000:00000000 00:00000000 00000000     0        0 648 1
";

    #[test]
    fn sockets_that_listen_are_found_by_their_port() {
        assert_eq!((listeners(TABLE, 9_944), listeners(TABLE, 41_137)), (vec![647], vec![]));
    }

    #[test]
    fn the_owner_of_a_port_is_this_process() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let owner = owner(listener.local_addr().unwrap().port()).unwrap();
        assert_eq!(owner.process, std::process::id());
        assert!(!owner.name.is_empty());
    }

    #[test]
    fn a_server_of_this_machine_has_a_process() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = |host| server(&RpcClient::new(&format!("http://{host}:{port}")).unwrap());
        assert_eq!(server("127.0.0.1"), Some(std::process::id()));
        assert_eq!(server("192.0.2.7"), None, "what listens here on that port is another server");
        drop(listener);
        assert_eq!(server("127.0.0.1"), None);
    }

    #[test]
    fn a_port_is_for_the_node_of_the_database() {
        let port = Port { address: "127.0.0.1:9944".parse().unwrap(), purpose: "RPC", option: "--rpc-port" };
        let owner = |process| Owner { process, name: "posw-node".into() };
        let status = |in_use, who: Option<u32>, runs, node| {
            let finding = judge(&port, in_use, who.map(owner).as_ref(), runs, node);
            assert!(finding.found.starts_with("9944 (RPC) is "), "{finding}");
            finding.status
        };
        assert_eq!(status(false, None, false, None), Status::Ok);
        assert_eq!(status(false, None, true, Some(7)), Status::Warn, "the node listens elsewhere");
        assert_eq!(status(true, Some(7), true, Some(7)), Status::Ok);
        assert_eq!([status(true, None, true, Some(7)), status(true, Some(7), true, None)], [Status::Ok; 2]);
        assert_eq!([status(true, Some(8), true, Some(7)), status(true, Some(8), false, None)], [Status::Fail; 2]);
        let taken = judge(&port, true, Some(&owner(8)), false, None);
        assert!(
            taken.to_string().contains("process 8 (posw-node)") && taken.to_string().contains("--rpc-port"),
            "{taken}"
        );
    }
}
