#!/usr/bin/env bash
# Measures the weights of our pallets and writes pallets/*/src/weights.rs, which are committed. Run it on an idle machine
# whenever a pallet's calls, hooks or storage changed.
#
# Usage: scripts/benchmark-weights.sh [--quick] [--extra] [--list]
#
#   --quick  few, short runs whose results are thrown away: shows that every benchmark runs in the real runtime
#   --extra  print the measurements that make no weight, too: the cost per block by the number of stakers
#   --list   print the benchmarks that there are
#
# Builds what it needs with the features of its own in a target folder of its own, so that the default build stays as it is:
# the first run compiles the SDK and its benchmarking command line (scripts/benchmark), about 25 minutes on two cores.
#
# Environment:
#   CARGO_TARGET_DIR  the default build's target folder; this script's is beside it, with `-benchmark` at its end
