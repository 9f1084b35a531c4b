//! The program from its command line to its exit status.

use crate::{
    bench,
    cli::{Bench, Cli, Command, Mine},
    connection::Patience,
    event::Event,
    metrics,
    miner::{self, Config, Miner, Refused},
    password::Password,
    reporter::{Format, Reporter},
    rig::{Rig, Shares},
    server::Server,
    statistics::Statistics,
};
use core::time::Duration;
use posw_sealer::{measure, Kernel, Priority, RootUse};
use posw_stratum::wire::VERSION_MASK;
use std::{io, process::ExitCode, sync::Arc, thread};
use thiserror::Error;
use tokio::{
    runtime::Builder,
    signal::unix::{signal, SignalKind},
};

/// Exit status where nobody is left to mine for.
const REFUSED: u8 = 1;
/// Exit status where the configuration is wrong, as that of the command line's parser.
const MISCONFIGURED: u8 = 2;

/// Why mining did not begin, or has ended by itself.
#[derive(Debug, Error)]
enum Failure {
    #[error("the password of --password-file or POSW_MINER_PASSWORD cannot be read: {0}")]
    Password(io::Error),
    #[error("--kernel {0}: this processor lacks its instructions")]
    Kernel(Kernel),
    #[error("--threads {count}: the system does not give as many: {error}")]
    Threads { count: usize, error: io::Error },
    #[error("--metrics {address}: cannot listen there: {error}")]
    Metrics { address: core::net::SocketAddr, error: io::Error },
    #[error("the system refuses what the miner needs: {0}")]
    System(#[from] io::Error),
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl Failure {
    fn status(&self) -> ExitCode {
        match self {
            Self::Refused(_) => ExitCode::from(REFUSED),
            _ => ExitCode::from(MISCONFIGURED),
        }
    }
}

/// Does what the command line says; returns the exit status.
pub fn run(cli: Cli) -> ExitCode {
    match cli.command {
        Some(Command::Bench(bench)) => measure(&bench),
        None => mine(cli.mine),
    }
}

fn measure(Bench { kernel, all, threads, seconds, json }: &Bench) -> ExitCode {
    let kernels = match (all, kernel) {
        (true, _) => Kernel::available(),
        (false, Some(kernel)) => vec![*kernel],
        (false, None) => vec![Kernel::best(RootUse::Version(VERSION_MASK))],
    };
    let report = bench::run(&kernels, *threads, Duration::from_secs(*seconds));
    let text = match json {
        true => serde_json::to_string(&report).unwrap_or_default() + "\n",
        false => report.to_string(),
    };
    match io::Write::write_all(&mut io::stdout(), text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn mine(options: Mine) -> ExitCode {
    let format = match (options.json, options.verbose) {
        (true, _) => Format::Json,
        (false, true) => Format::Verbose,
        (false, false) => Format::Brief,
    };
    let (reporter, farewell) = Reporter::start(format);
    let result = prepare_and_mine(options, reporter);
    farewell.wait();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.status()
        }
    }
}

fn prepare_and_mine(options: Mine, reporter: Reporter) -> Result<(), Failure> {
    let password = Password::load(options.password_file.as_deref()).map_err(Failure::Password)?;
    let user = options.user.as_ref().map_or_else(String::new, |user| user.as_str().into());
    let version_rolling = !options.no_version_rolling;
    let server = |address| Server { address, user: user.clone(), password: password.clone(), version_rolling };
    let servers: Vec<_> = options.servers.iter().cloned().map(server).collect();
    let kernel = options.kernel.unwrap_or_else(|| Kernel::best(RootUse::Version(VERSION_MASK)));
    let engine = kernel.engine().ok_or(Failure::Kernel(kernel))?;
    let count = options.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let priority = if options.normal_priority { Priority::Normal } else { Priority::Low };
    let statistics = Arc::<Statistics>::default();
    let (rig, shares) = Rig::new(engine, count, priority, options.duty_cycle, statistics.clone())
        .map_err(|error| Failure::Threads { count, error })?;
    let rig = Arc::new(rig);
    let started = Event::Started {
        version: env!("CARGO_PKG_VERSION"),
        processor: measure::processor(),
        kernel: kernel.name(),
        threads: count,
        duty_cycle: options.duty_cycle,
        servers: servers.iter().map(|server| server.address.to_string()).collect(),
    };
    let patience = Patience { job: Duration::from_secs(options.job_timeout), ..Patience::default() };
    let config = Config { servers, patience, return_after: Duration::from_secs(options.return_after) };
    let miner = Miner::new(config, rig.clone(), statistics, reporter.clone());

    let runtime = Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(until_told_to_end(&options, started, miner, shares, &rig, &reporter));
    reporter.tell(Event::Stopped(rig.snapshot()));
    // A name that is being looked up is not waited for.
    runtime.shutdown_background();
    result
}

async fn until_told_to_end(
    options: &Mine,
    started: Event,
    miner: Miner,
    shares: Shares,
    rig: &Arc<Rig>,
    reporter: &Reporter,
) -> Result<(), Failure> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    if let Some(address) = options.metrics {
        let listener = metrics::bind(address).await.map_err(|error| Failure::Metrics { address, error })?;
        tokio::spawn(metrics::serve(listener, rig.clone()));
    }
    reporter.tell(started);
    tokio::select! {
        ended = miner.run(shares) => Ok(ended?),
        () = miner::report(Duration::from_secs(options.report), rig.clone(), reporter.clone()) => Ok(()),
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}
