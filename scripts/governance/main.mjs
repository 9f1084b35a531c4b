// The command line of governance.

import './quiet.mjs';
import { parseArgs } from 'node:util';
import { accountOf } from './account.mjs';
import { callFromHex } from './calls.mjs';
import { bestBlock, connect, lost } from './connection.mjs';
import { enact } from './enact.mjs';
import { list } from './list.mjs';
import { printJson, tell, tellError } from './output.mjs';
import { showParameters } from './parameters.mjs';
import { placeDeposit, propose } from './propose.mjs';
import { parseReference, readReferendum, refuseEnded } from './referendum.mjs';
import { BadUsage, Refusal } from './refusal.mjs';
import { giveBack } from './return.mjs';
import { setParameters } from './set-parameter.mjs';
import { spend } from './spend.mjs';
import { trackNamed } from './tracks.mjs';
import { upgrade } from './upgrade.mjs';
import { vote } from './vote.mjs';
import { watch } from './watch.mjs';

const USAGE = `usage: governance.sh COMMAND [OPTION...]

  parameters                            all parameters: in force, pending, and from which block on
  list                                  the referenda under way, with what they change
  propose set-parameter NAME=VALUE...   change parameters, such as stake.curve.boost=10
  propose upgrade WASM                  authorize the code in a file as the chain's next runtime
  propose spend ACCOUNT AMOUNT          pay coins from the treasury
  propose cancel REF                    end a referendum; its deposits are given back
  propose kill REF                      end a referendum; its deposits go to the treasury
  propose call HEX --track NAME         any other call
  deposit REF                           put the decision deposit on a referendum
  support REF --amount COINS            vote for it
  oppose REF --amount COINS             vote against it
  watch REF                             tell each change of its state until it is enacted; exit code 0 only then
  enact REF [WASM]                      do what is left then: apply the upgrade, pay the spend out
  return REF                            take back deposits, preimage and own votes once it is over

Options:
  --url URL         the node (ws://127.0.0.1:9944)
  --from //NAME     sign as a development account
  --key-file FILE   sign with the secret URI in the first line of FILE, which only its owner can read; - is standard input
  --dry-run         propose: tell everything about the proposal and send nothing
  --no-deposit      propose: leave the decision deposit to others
  --conviction N    support, oppose: 0 to 6 (1); more counts more and locks longer
  --track NAME      propose call: the track
  --timeout SECONDS give up then (watch: never; everything else: 300)
  --json            one JSON object a line; amounts in the smallest unit

Amounts are in coins (12.5). Of parameters, boosts, factors and shares are decimal numbers (stake.curve.boost=12.5,
rewards.treasuryShare=0.1), periods are in blocks, times in milliseconds. Exit code 1: refused or failed, 2: bad usage.`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  url: { type: 'string', default: 'ws://127.0.0.1:9944' },
  from: { type: 'string' },
  'key-file': { type: 'string' },
  'dry-run': { type: 'boolean' },
  'no-deposit': { type: 'boolean' },
  amount: { type: 'string' },
  conviction: { type: 'string' },
  track: { type: 'string' },
  timeout: { type: 'string' },
  json: { type: 'boolean' },
};
/** Options that make sense with some commands only. */
const OWN_OPTIONS = {
  'dry-run': ['propose'],
  'no-deposit': ['propose'],
  amount: ['support', 'oppose'],
  conviction: ['support', 'oppose'],
  track: ['propose'],
};
const DEFAULT_TIMEOUT = '300';

/** Each command: the least and the most words behind it, whether it signs, and what it does. */
const COMMANDS = {
  parameters: { words: [0, 0], run: ({ api }) => showParameters(api) },
  list: { words: [0, 0], run: ({ api }) => list(api) },
  propose: {
    words: [2, Infinity],
    signs: ({ 'dry-run': isDry }) => !isDry,
    run: async ({ api, account, words: [kind, ...words], options }) => propose(api, account, await PROPOSALS[kind].make(api, words, options), options),
  },
  deposit: {
    words: [1, 1],
    signs: () => true,
    run: async ({ api, account, words }) => {
      const index = parseReference(words[0]);
      refuseEnded(await readReferendum((await bestBlock(api)).at, index));
      await placeDeposit(api, account, index);
    },
  },
  support: { words: [1, 1], signs: () => true, run: ({ api, account, words, options }) => vote(api, account, parseReference(words[0]), 'aye', options) },
  oppose: { words: [1, 1], signs: () => true, run: ({ api, account, words, options }) => vote(api, account, parseReference(words[0]), 'nay', options) },
  watch: { words: [1, 1], run: ({ api, words }) => watch(api, parseReference(words[0])) },
  enact: { words: [1, 2], run: ({ api, account, words }) => enact(api, account, parseReference(words[0]), words[1]) },
  return: { words: [1, 1], signs: () => true, run: ({ api, account, words }) => giveBack(api, account, parseReference(words[0])) },
};

/** Each kind of proposal: how many words it takes, and what it proposes. */
const PROPOSALS = {
  'set-parameter': { words: [1, Infinity], make: (api, words) => setParameters(api, words) },
  upgrade: { words: [1, 1], make: (api, [file]) => upgrade(api, file) },
  spend: { words: [2, 2], make: (api, [account, amount]) => spend(api, account, amount) },
  cancel: { words: [1, 1], make: (api, [ref]) => ending(api, 'cancel', 'referendumCanceller', ref) },
  kill: { words: [1, 1], make: (api, [ref]) => ending(api, 'kill', 'referendumKiller', ref) },
  call: {
    words: [1, 1],
    make: async (api, [hex], { track }) => ({ call: callFromHex(api, hex), track: await trackNamed(api, track) }),
  },
};

async function ending(api, method, track, ref) {
  const index = parseReference(ref);
  refuseEnded(await readReferendum((await bestBlock(api)).at, index));
  return { call: api.tx.referenda[method](index).method, track: await trackNamed(api, track) };
}

function checkWords(table, name, words) {
  if (!Object.hasOwn(table, name)) throw new BadUsage(`'${name}' is unknown, allowed are ${Object.keys(table).join(', ')}`);
  const [least, most] = table[name].words;
  if (words.length < least || words.length > most) {
    const wanted = least === most ? least : most === Infinity ? `${least} or more` : `${least} to ${most}`;
    throw new BadUsage(`${name} has ${words.length} arguments, allowed are ${wanted}; see --help`);
  }
}

function parseCommandLine() {
  let parsed;
  try {
    parsed = parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new BadUsage(error.message);
  }
  const { values: options, positionals } = parsed;
  const [name, ...words] = positionals;
  if (options.json) printJson();
  if (options.help || name === undefined) return { options, name, words };
  checkWords(COMMANDS, name, words);
  for (const [option, commands] of Object.entries(OWN_OPTIONS)) {
    if (options[option] !== undefined && !commands.includes(name)) throw new BadUsage(`--${option} is for ${commands.join(', ')}`);
  }
  if (name === 'propose') checkProposal(words, options);
  return { options, name, words };
}

function checkProposal([kind, ...words], { track }) {
  checkWords(PROPOSALS, kind, words);
  if (track !== undefined && kind !== 'call') throw new BadUsage(`--track is for propose call: propose ${kind} has its own track`);
  if (track === undefined && kind === 'call') throw new BadUsage('propose call needs --track NAME');
}

function giveUp(name, text) {
  if (text === undefined && name === 'watch') return new Promise(() => {});
  const seconds = text ?? DEFAULT_TIMEOUT;
  if (!/^\d{1,6}$/.test(seconds) || Number(seconds) === 0) throw new BadUsage(`--timeout is '${text}', allowed are 1 to 999999 seconds`);
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Refusal(`${name} was not done within ${seconds} s`)), Number(seconds) * 1000);
  });
}

async function main() {
  const { options, name, words } = parseCommandLine();
  if (options.help) {
    tell('usage', { usage: USAGE }, USAGE);
    return;
  }
  if (name === undefined) throw new BadUsage(`a command is needed\n${USAGE}`);
  const command = COMMANDS[name];
  const limit = giveUp(name, options.timeout);
  const work = async () => {
    const account = await accountOf(options);
    if (command.signs?.(options) && account === null) throw new BadUsage(`${name} is signed: give --from //NAME or --key-file FILE`);
    const api = await connect(options.url);
    await Promise.race([command.run({ api, account, words, options }), lost(api, options.url)]);
  };
  await Promise.race([work(), limit]);
}

function fail(error) {
  tellError(error instanceof BadUsage ? error.message : error.message.split('\n', 1)[0]);
  process.exit(error instanceof BadUsage ? 2 : 1);
}

process.on('unhandledRejection', fail);
main().then(() => process.exit(0), fail);
