//! Builds the next runtime: copies the sources of this one, applies the patch, and compiles the copy.

use std::{
    env,
    fs::{self, File},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};
use substrate_wasm_builder::WasmBuilder;

/// The runtime's package.
const RUNTIME: &str = "stakework-runtime";
/// What it consists of, beside the workspace's manifest and lock file.
const SOURCES: [&str; 4] = ["consensus/primitives", "consensus/runtime-api", "pallets", "runtime"];
const PATCH: &str = "upgrade.patch";

fn main() {
    let here = folder("CARGO_MANIFEST_DIR");
    let root = here.ancestors().nth(3).expect("this crate is three folders below the workspace");
    let out = folder("OUT_DIR");
    let copy = out.join("workspace");
    // Blobs are built side by side, by name.
    let with_checks = env::var_os("CARGO_FEATURE_TRY_RUNTIME").is_some();
    let name = if with_checks { "stakework-runtime-next-try" } else { "stakework-runtime-next" };

    let changed = copy_workspace(root, &copy, name).max(watch(&here.join(PATCH)));
    apply(&here.join(PATCH), &copy);
    share_dependencies(&out, name);
    date(&copy, changed);
    // The builder looks for the workspace's manifest and lock file there.
    env::set_var("WASM_BUILD_WORKSPACE_HINT", &copy);
    // As `WasmBuilder::build_using_defaults` does it for the runtime itself.
    let project = WasmBuilder::new().with_project(copy.join("runtime/Cargo.toml"));
    project.expect("the copy has a runtime").import_memory().export_heap_base().build();
    // Cargo has left out of the lock file what the copy does not need.
    date(&copy.join("Cargo.lock"), changed);
}

fn folder(variable: &str) -> PathBuf {
    env::var_os(variable).unwrap_or_else(|| panic!("cargo sets {variable}")).into()
}

/// Copies the runtime's sources as a workspace in which the runtime is called `name`, and says when the last of them was changed.
fn copy_workspace(root: &Path, copy: &Path, name: &str) -> SystemTime {
    if copy.exists() {
        fs::remove_dir_all(copy).unwrap_or_else(|error| panic!("{}: {error}", copy.display()));
    }
    let mut changed = SystemTime::UNIX_EPOCH;
    for source in SOURCES {
        changed = changed.max(copy_folder(&root.join(source), &copy.join(source)));
    }

    let members = "[workspace]\nresolver = \"2\"\nmembers = [\"runtime\"]\n\n";
    let manifest = read(&root.join("Cargo.toml"));
    let shared = manifest.find("[workspace.package]").expect("packages share what they have in common");
    write(&copy.join("Cargo.toml"), &[members, &manifest[shared..]].concat());
    for file in ["Cargo.lock", "runtime/Cargo.toml"] {
        let (old, new) = (format!("\"{RUNTIME}\""), format!("\"{name}\""));
        let text = read(&root.join(file));
        assert!(text.contains(&old), "{file} does not name {RUNTIME}");
        write(&copy.join(file), &text.replace(&old, &new));
    }
    changed.max(watch(&root.join("Cargo.toml"))).max(watch(&root.join("Cargo.lock")))
}

fn copy_folder(from: &Path, to: &Path) -> SystemTime {
    fs::create_dir_all(to).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
    let mut changed = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("the folder can be read");
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        let time = if path.is_file() {
            fs::copy(&path, &to).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            watch(&path)
        } else if entry.file_name() == "fuzz" || entry.file_name() == "target" {
            continue;
        } else {
            copy_folder(&path, &to)
        };
        changed = changed.max(time);
    }
    changed
}

/// Has cargo run this again when a file changes, and says when it was changed.
fn watch(file: &Path) -> SystemTime {
    println!("cargo:rerun-if-changed={}", file.display());
    let time = fs::metadata(file).and_then(|metadata| metadata.modified());
    time.unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Applies a patch to a folder, whatever repository that is in.
fn apply(patch: &Path, folder: &Path) {
    let mut git = Command::new("git");
    git.args(["apply", "--whitespace=nowarn"]).arg(patch).current_dir(folder);
    git.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder));
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(variable);
    }
    let status = git.status().unwrap_or_else(|error| panic!("git is needed to apply {}: {error}", patch.display()));
    assert!(status.success(), "{} does not fit the sources: see src/lib.rs beside it", patch.display());
}

/// Has the dependencies of both runtimes compiled once, into the folder of this one.
fn share_dependencies(out: &Path, name: &str) {
    let profile = out.ancestors().find(|folder| folder.ends_with("build")).and_then(Path::parent);
    let builds = profile.expect("what build scripts make is in a folder `build`").join("wbuild");
    let link = builds.join(name).join("target");
    for folder in [&builds.join(RUNTIME).join("target"), &builds.join(name)] {
        fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
    if !link.exists() {
        let target = Path::new("..").join(RUNTIME).join("target");
        symlink(target, &link).unwrap_or_else(|error| panic!("{}: {error}", link.display()));
    }
}

/// Dates a file, or all in a folder, back to when a source was last changed: for cargo, what is newer than this build is a reason to
/// build again.
fn date(path: &Path, time: SystemTime) {
    if path.is_file() {
        let dated = File::options().write(true).open(path).and_then(|file| file.set_modified(time));
        return dated.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    for entry in fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())) {
        date(&entry.expect("the folder can be read").path(), time);
    }
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}
