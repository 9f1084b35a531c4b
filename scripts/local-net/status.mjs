// Prints a table of a network's nodes, and whether they are on one chain.
//
// Usage: node status.mjs FOLDER NAME=STATE...      the states are running, stopped and ended

import { readNodes } from './network.mjs';
import { call, metricsAt } from './rpc.mjs';

const HEADINGS = ['name', 'height', 'finalized', 'peers', 'hash/s', 'factor', 'credit', 'mined', 'reorgs', 'rpc'];
const NOTES = { stopped: 'stopped', ended: 'has ended by itself: see its log', silent: 'runs, and does not answer' };

const [folder, ...states] = process.argv.slice(2);
const nodes = readNodes(folder);
const rows = await Promise.all(
  states.map(async (argument) => {
    const [name, state] = argument.split('=');
    const node = nodes.find((one) => one.name === name);
    if (state !== 'running') return { node, note: NOTES[state] };
    return figuresOf(node).catch(() => ({ node, note: NOTES.silent }));
  }),
);
const answering = rows.filter(({ note }) => !note);
const lines = tableOf([HEADINGS, ...rows.map(cellsOf)]);
if (answering.length > 0) lines.push(await describeChains(answering));
process.stdout.write(`${lines.join('\n')}\n`);

async function figuresOf(node) {
  const [best, finalized, { peers }, mining, metric] = await Promise.all([
    call(node.rpc, 'chain_getHeader'),
    call(node.rpc, 'chain_getFinalizedHead').then((hash) => call(node.rpc, 'chain_getHeader', hash)),
    call(node.rpc, 'system_health'),
    call(node.rpc, 'posw_miningInfo'),
    metricsAt(node.metrics),
  ]);
  return { node, height: Number(best.number), finalized: Number(finalized.number), peers, mining, metric };
}

function cellsOf({ node, note, height, finalized, peers, mining, metric }) {
  if (note) return [node.name, note];
  const { hashRate, job, accepted } = mining;
  const rate = inUnits(hashRate.tenSeconds);
  const factor = job ? (job.factor / 1e9).toFixed(3) : '-';
  const credit = metric('posw_credit').toFixed(2);
  return [node.name, height, finalized, peers, rate, factor, credit, accepted, metric('posw_reorgs_total'), node.rpcPort];
}

/** A number with three digits or four and the letter for its power of a thousand. */
function inUnits(number) {
  const units = ['', 'k', 'M', 'G', 'T'];
  const power = Math.min(Math.max(Math.floor(Math.log10(number || 1) / 3), 0), units.length - 1);
  return `${Number((number / 1000 ** power).toPrecision(3))}${units[power]}`;
}

/** The lines of a table: the first column on the left, the others on the right. */
function tableOf(lines) {
  const widths = HEADINGS.map((_, column) => Math.max(...lines.filter(isFull).map((line) => String(line[column]).length)));
  const nameWidth = Math.max(...lines.map(([name]) => name.length));
  return lines.map((line) => {
    const [name, ...cells] = line;
    const texts = isFull(line) ? cells.map((cell, index) => String(cell).padStart(widths[index + 1])) : cells;
    return [name.padEnd(nameWidth), ...texts].join('  ');
  });
}

function isFull(line) {
  return line.length === HEADINGS.length;
}

/** Compares the chains up to the lowest of their heights. */
async function describeChains(compared) {
  const hashesAt = (height) => Promise.all(compared.map(({ node }) => call(node.rpc, 'chain_getBlockHash', height)));
  const lowest = Math.min(...compared.map(({ height }) => height));
  const hashes = await hashesAt(lowest);
  if (agree(hashes)) return `one chain: all that answer have the same block ${lowest}`;
  let [common, different] = [0, lowest];
  while (different - common > 1) {
    const middle = Math.floor((common + different) / 2);
    if (agree(await hashesAt(middle))) common = middle;
    else different = middle;
  }
  const groups = new Map();
  compared.forEach(({ node }, index) => groups.set(hashes[index], [...(groups.get(hashes[index]) ?? []), node.name]));
  const sides = [...groups.values()].map((names) => names.join(' ')).join(' | ');
  return `${groups.size} chains, the last common block is ${common}: ${sides}`;
}

function agree(hashes) {
  return new Set(hashes).size === 1;
}
