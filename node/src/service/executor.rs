//! The executor of runtimes, which keeps what it has compiled: that takes seconds of all processors, at each start otherwise.

use super::Executor;
use rustix::{
    fs::{access, Access},
    process::geteuid,
};
use sc_executor::{HeapAllocStrategy, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_service::Configuration;
use std::{
    env,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{absolute, Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Rights of others than the owner to change what is in a folder.
const OTHERS_WRITE: u32 = 0o022;
/// How the extension of a file begins that Wasmtime writes before it gives it its name.
const UNFINISHED: &str = "wip-atomic-write-";
/// Such a file is written in a moment; one that is older has nobody who writes it.
const ABANDONED: Duration = Duration::from_secs(300);

/// As [`sc_service::new_wasm_executor`], with a cache on the disk.
pub(super) fn executor(config: &Configuration) -> Executor {
    let (limits, cache) = (&config.executor, cache(user_cache(), config.base_path.path()));
    // Without that, it is only slow.
    if let Err(error) = remove_abandoned(&cache, SystemTime::now()) {
        log::debug!("Compiled runtimes in {} are not looked through: {error}", cache.display());
    }
    let strategy = limits.default_heap_pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| HeapAllocStrategy::Static {
        extra_pages: u32::try_from(pages).unwrap_or(u32::MAX),
    });
    Executor::builder()
        .with_execution_method(limits.wasm_method)
        .with_onchain_heap_alloc_strategy(strategy)
        .with_offchain_heap_alloc_strategy(strategy)
        .with_max_runtime_instances(limits.max_runtime_instances)
        .with_runtime_cache_size(limits.runtime_cache_size)
        .with_cache_path(cache)
        .build()
}

/// Where this user's programs keep what they can make again, by the XDG Base Directory Specification.
fn user_cache() -> Option<PathBuf> {
    let folder = |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache")))
}

/// Folder of compiled runtimes: in the user's cache, which all nodes share, or beside the node's chains where that cannot be
/// used, as in a service that is shut off from home folders.
fn cache(user_cache: Option<PathBuf>, base: &Path) -> PathBuf {
    let shared = user_cache.map(|cache| cache.join("stakework/runtimes")).filter(|path| is_own(path));
    shared.unwrap_or_else(|| absolute(base).unwrap_or_else(|_| base.into()).join("runtimes"))
}

/// Whether nobody but this user may write to the folder, which is made where it is missing: compiled code is executed as it
/// is found. A command that `sudo` runs in the environment of a user finds the folder of that one.
fn is_own(folder: &Path) -> bool {
    let is_made = DirBuilder::new().recursive(true).mode(0o700).create(folder).is_ok();
    let is_private =
        |metadata: fs::Metadata| metadata.uid() == geteuid().as_raw() && metadata.mode() & OTHERS_WRITE == 0;
    is_made && fs::metadata(folder).is_ok_and(is_private) && access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// Removes what processes that were killed have left unfinished. Wasmtime takes each for one that another process is
/// writing, and does not keep that runtime as long as the file is there.
fn remove_abandoned(cache: &Path, now: SystemTime) -> io::Result<()> {
    for compiler in folders(&cache.join("modules"))? {
        for file in fs::read_dir(compiler)? {
            let (path, written) = file.and_then(|file| Ok((file.path(), file.metadata()?.modified()?)))?;
            let is_unfinished =
                path.extension().and_then(|text| text.to_str()).is_some_and(|text| text.starts_with(UNFINISHED));
            if is_unfinished && now.duration_since(written).is_ok_and(|age| age > ABANDONED) {
                fs::remove_file(path)?;
            }
        }
    }
    Ok(())
}

/// The folders in a folder, which may be missing.
fn folders(parent: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(parent) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths: Vec<_> = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    Ok(paths.into_iter().filter(|path| path.is_dir()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn compiled_runtimes_are_shared_where_they_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let (user, base) = (folder.path().join("user"), folder.path().join("base"));
        let shared = cache(Some(user), &base);
        assert_eq!(shared, folder.path().join("user/stakework/runtimes"));
        assert!(shared.is_dir());
        assert_eq!(cache(None, &base), base.join("runtimes"));
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(cache(Some(file), &base), base.join("runtimes"));
        assert!(cache(None, Path::new("chain")).is_absolute());
    }

    #[test]
    fn code_is_not_taken_from_where_others_may_put_it() {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("made/by/this");
        assert!(is_own(&made));
        for (mode, expected) in [(0o700, true), (0o755, true), (0o770, false), (0o777, false)] {
            fs::set_permissions(&made, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(is_own(&made), expected, "{mode:o}");
        }
        // The system's folders are root's, who may write to them.
        assert!(geteuid().is_root() || !is_own(Path::new("/usr")));
    }

    #[test]
    fn what_is_abandoned_is_removed_and_what_is_being_written_is_not() {
        let cache = tempfile::tempdir().unwrap();
        remove_abandoned(cache.path(), SystemTime::now()).unwrap();
        let compiler = cache.path().join("modules/wasmtime-1");
        fs::create_dir_all(&compiler).unwrap();
        fs::write(cache.path().join("modules/file"), "").unwrap();
        let old = ["a", "a.stats", "a.wip-7", "a.wip-atomic-write-mod", "a.wip-atomic-write-stats"];
        let names = [&old[..], &["b.wip-atomic-write-mod"]].concat();
        for name in &names {
            let file = fs::File::create(compiler.join(name)).unwrap();
            let age = if old.contains(name) { ABANDONED * 2 } else { ABANDONED / 2 };
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        remove_abandoned(cache.path(), SystemTime::now()).unwrap();
        let left: Vec<_> = names.into_iter().filter(|name| compiler.join(name).exists()).collect();
        assert_eq!(left, ["a", "a.stats", "a.wip-7", "b.wip-atomic-write-mod"]);
    }
}
