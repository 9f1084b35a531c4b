//! Keys on the command line. The secret of an account or a sealing key comes from a file, from standard input or from a
//! prompt; it is never an argument, which other users of the machine and the shell's history would see, and it is never printed.
//! The network's keys are the SDK's: `generate-node-key` prints the secret unless it is given a file. It names a node among its
//! peers, and no coins depend on it.

use crate::{
    chain_spec,
    cli::Cli,
    error::{Error, Result},
    miner::Miner,
};
use clap::{Args, Parser, Subcommand};
use posw_primitives::header::key_payload;
use sc_cli::{GenerateKeyCmdCommon, InspectNodeKeyCmd, KeystoreParams, SharedParams, SubstrateCli};
use sc_keystore::LocalKeystore;
use sc_service::config::{BasePath, KeystoreConfig};
use sp_consensus_posw::KEY_TYPE;
use sp_core::{
    crypto::{ExposeSecret, SecretString, Ss58AddressFormat, Ss58Codec},
    sr25519, Pair,
};
use sp_keystore::Keystore;
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
};

/// Longest secret, in bytes; a phrase of 24 words with derivations is far shorter.
const MAX_SECRET: usize = 4_096;

/// Keys of miners and of the node.
#[derive(Debug, Subcommand)]
pub enum KeySubcommand {
    /// Generate a secret phrase into a file that only its owner can read, and print its public key
    Generate(GenerateCmd),
    /// Print the public key of a secret
    Inspect(InspectCmd),
    /// Insert a sealing key into the node's keystore, and print what `setSealingKey` needs
    Insert(InsertCmd),
    /// Generate a network key for `--node-key-file`; without `--file`, it is printed
    GenerateNodeKey(GenerateKeyCmdCommon),
    /// Print the peer id of a network key
    InspectNodeKey(InspectNodeKeyCmd),
}

impl KeySubcommand {
    /// Runs the command.
    ///
    /// # Errors
    /// As the command.
    pub fn run(&self) -> Result<()> {
        match self {
            Self::Generate(cmd) => cmd.run(),
            Self::Inspect(cmd) => cmd.run(),
            Self::Insert(cmd) => cmd.run(),
            Self::GenerateNodeKey(cmd) => Ok(cmd.run()?),
            Self::InspectNodeKey(cmd) => Ok(cmd.run()?),
        }
    }
}

/// Where a secret comes from; without either option, from a prompt.
#[derive(Debug, Clone, Args)]
pub struct SecretSource {
    /// Read the secret from a file: a phrase, a seed in hexadecimal, or a derivation of one
    #[arg(long, value_name = "PATH", conflicts_with = "stdin")]
    pub secret_file: Option<PathBuf>,

    /// Read the secret from standard input
    #[arg(long)]
    pub stdin: bool,
}

impl SecretSource {
    fn read(&self) -> Result<SecretString> {
        let (from, text) = match &self.secret_file {
            Some(path) => (path.display().to_string(), File::open(path).and_then(read_bounded)),
            None if self.stdin => ("standard input".into(), read_bounded(io::stdin().lock())),
            None => ("the prompt".into(), rpassword::prompt_password("Secret phrase or seed: ")),
        };
        let error = |message: &str| Error::Secret { from: from.clone(), message: message.into() };
        let text = text.map_err(|failure| error(&failure.to_string()))?;
        match text.trim() {
            "" => Err(error("it is empty")),
            secret => Ok(SecretString::new(secret.into())),
        }
    }

    fn pair(&self, password: Option<&SecretString>) -> Result<(SecretString, sr25519::Pair)> {
        let secret = self.read()?;
        let password = password.map(|password| password.expose_secret().as_str());
        let pair = sr25519::Pair::from_string(secret.expose_secret(), password).map_err(|_| Error::Secret {
            from: self.secret_file.as_ref().map_or("input".into(), |path| path.display().to_string()),
            message: "neither a secret phrase, nor a seed of 32 bytes in hexadecimal, nor a derivation of one".into(),
        })?;
        Ok((secret, pair))
    }
}

fn read_bounded(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    let limit = u64::try_from(MAX_SECRET).unwrap_or(u64::MAX).saturating_add(1);
    if source.take(limit).read_to_string(&mut text)? > MAX_SECRET {
        return Err(io::Error::other(format!("longer than {MAX_SECRET} bytes")));
    }
    Ok(text)
}

/// The `key generate` command.
#[derive(Debug, Clone, Parser)]
pub struct GenerateCmd {
    /// File to create; an existing one is left alone
    #[arg(long, value_name = "PATH")]
    pub file: PathBuf,
}

impl GenerateCmd {
    fn run(&self) -> Result<()> {
        let (pair, phrase, _) = sr25519::Pair::generate_with_phrase(None);
        let phrase = SecretString::new(phrase);
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.file)
            .and_then(|mut file| writeln!(file, "{}", phrase.expose_secret()));
        written.map_err(|source| Error::Io { context: format!("cannot write {}", self.file.display()), source })?;
        println!("Secret phrase:      in {}", self.file.display());
        print_public(&pair.public());
        Ok(())
    }
}

/// The `key inspect` command.
#[derive(Debug, Clone, Parser)]
pub struct InspectCmd {
    #[allow(missing_docs)]
    #[clap(flatten)]
    pub secret: SecretSource,
}

impl InspectCmd {
    fn run(&self) -> Result<()> {
        print_public(&self.secret.pair(None)?.1.public());
        Ok(())
    }
}

/// The `key insert` command.
#[derive(Debug, Clone, Parser)]
pub struct InsertCmd {
    #[allow(missing_docs)]
    #[clap(flatten)]
    pub secret: SecretSource,

    /// Account that is to seal with the key: prints the proof of possession that its `setSealingKey` call needs
    #[arg(long, value_name = "ADDRESS")]
    pub account: Option<String>,

    #[allow(missing_docs)]
    #[clap(flatten)]
    pub shared: SharedParams,

    /// Specify custom keystore path
    #[arg(long, value_name = "PATH")]
    pub keystore_path: Option<PathBuf>,

    /// Ask for the password of the keystore
    #[arg(long, conflicts_with = "password_filename")]
    pub password_interactive: bool,

    /// File that contains the password of the keystore
    #[arg(long, value_name = "PATH")]
    pub password_filename: Option<PathBuf>,
}

impl InsertCmd {
    fn run(&self) -> Result<()> {
        let spec = chain_spec::load(&self.shared.chain_id(self.shared.is_dev()))?;
        let account = self.account.as_deref().map(|text| Miner::parse(text, &spec)).transpose()?;
        let (path, password) = self.keystore(&spec)?;
        let (secret, pair) = self.secret.pair(password.as_ref())?;
        let keystore = LocalKeystore::open(&path, password).map_err(sc_service::Error::from)?;
        keystore
            .insert(KEY_TYPE, secret.expose_secret(), pair.public().as_ref())
            .map_err(|()| Error::Keystore(format!("cannot write the key into {}", path.display())))?;
        println!("Sealing key inserted into {}", path.display());
        print_public(&pair.public());
        if let Some(miner) = account {
            // Proofs of possession are made under the genesis hash (R6.5).
            let payload = key_payload(&chain_spec::genesis_hash(&spec)?.0, miner.account.as_ref(), &pair.public().0);
            println!("Proof for {}: 0x{}", miner.address(&spec), array_bytes::bytes2hex("", pair.sign(&payload)));
        }
        Ok(())
    }

    fn keystore(&self, spec: &chain_spec::ChainSpec) -> Result<(PathBuf, Option<SecretString>)> {
        if self.shared.is_dev() && self.shared.base_path.is_none() && self.keystore_path.is_none() {
            return Err(Error::TemporaryKeystore);
        }
        let base_path = self.shared.base_path()?;
        let base_path = base_path.unwrap_or_else(|| BasePath::from_project("", "", &Cli::executable_name()));
        let params = KeystoreParams {
            keystore_path: self.keystore_path.clone(),
            password_interactive: self.password_interactive,
            password: None,
            password_filename: self.password_filename.clone(),
        };
        match params.keystore_config(&base_path.config_dir(spec.id()))? {
            KeystoreConfig::Path { path, password } => Ok((path, password)),
            KeystoreConfig::InMemory => Err(Error::TemporaryKeystore),
        }
    }
}

/// The command line that inserts a key into a keystore, for a shell. Where that has a password, it asks for it.
pub fn insert_command(keystore: &KeystoreConfig) -> String {
    let mut command = format!("{} key insert", Cli::executable_name());
    if let KeystoreConfig::Path { path, password } = keystore {
        command.push_str(" --keystore-path ");
        command.push_str(&quoted(&path.to_string_lossy()));
        if password.is_some() {
            command.push_str(" --password-interactive");
        }
    }
    command
}

/// One word of a shell's command line.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into();
    }
    // Nothing is special between single quotes but their end.
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn print_public(public: &sr25519::Public) {
    println!("Public key (hex):   0x{}", array_bytes::bytes2hex("", public.0));
    let format = Ss58AddressFormat::custom(chain_spec::DEFAULT_SS58_PREFIX);
    println!("Public key (SS58):  {}", public.to_ss58check_with_version(format));
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_keyring::Sr25519Keyring;
    use std::{path::Path, process::Command};

    fn file(content: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file
    }

    fn source(path: &Path) -> SecretSource {
        SecretSource { secret_file: Some(path.into()), stdin: false }
    }

    fn message(content: &str) -> String {
        let file = file(content);
        source(file.path()).pair(None).err().unwrap().to_string()
    }

    #[test]
    fn reads_secrets_with_surrounding_space() {
        let file = file("  //Bob \n");
        let (secret, pair) = source(file.path()).pair(None).unwrap();
        assert_eq!(secret.expose_secret(), "//Bob");
        assert_eq!(pair.public(), Sr25519Keyring::Bob.public());
    }

    #[test]
    fn errors_name_the_file_and_not_the_secret() {
        let secret = "bottom drive obey lake curtain smoke basket hold race lonely fit";
        let file = file(secret);
        let text = source(file.path()).pair(None).err().unwrap().to_string();
        assert!(text.contains(file.path().to_str().unwrap()) && !text.contains("bottom"), "{text}");
    }

    #[test]
    fn empty_and_oversized_secrets_are_refused() {
        assert!(message(" \n").contains("it is empty"));
        assert!(message(&"a".repeat(MAX_SECRET + 1)).contains("longer than 4096 bytes"));
    }

    fn command(path: &str, password: Option<&str>) -> String {
        let password = password.map(|password| SecretString::new(password.into()));
        insert_command(&KeystoreConfig::Path { path: path.into(), password })
    }

    #[test]
    fn the_command_is_one_that_a_shell_takes() {
        for path in ["/keys", "/my keys", "/it's $HOME/`keys` \"here\" \\ #1", "~/keys;", ""] {
            let command = command(path, None);
            let word = command.split_once("key insert --keystore-path ").unwrap().1;
            let shell = Command::new("sh").args(["-c", &format!("printf %s {word}")]).output().unwrap();
            assert_eq!(String::from_utf8(shell.stdout).unwrap(), path, "{command}");
        }
        assert!(command("/keys", None).ends_with("key insert --keystore-path /keys"), "plain paths stay as they are");
    }

    #[test]
    fn the_command_asks_for_the_password_of_a_keystore_that_has_one() {
        let command = command("/keys", Some("hunter2"));
        assert!(command.ends_with(" --keystore-path /keys --password-interactive"), "{command}");
    }

    #[test]
    fn generate_writes_a_private_file_once() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let cmd = GenerateCmd { file: folder.path().join("secret") };
        cmd.run().unwrap();
        let content = std::fs::read_to_string(&cmd.file).unwrap();
        assert_eq!(std::fs::metadata(&cmd.file).unwrap().permissions().mode() & 0o777, 0o600);
        source(&cmd.file).pair(None).unwrap();
        let error = cmd.run().unwrap_err().to_string();
        assert!(error.contains("cannot write"), "{error}");
        assert_eq!(std::fs::read_to_string(&cmd.file).unwrap(), content, "an existing file is left alone");
    }
}
