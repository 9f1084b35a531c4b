// What the commands ask nodes for.

import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** How long a node may be silent, in milliseconds. */
const PATIENCE = 5_000;

/** Calls a JSON-RPC method. */
export async function call(url, method, ...params) {
  const { result, error } = JSON.parse(await ask(url, 'POST', JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })));
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

/** A function that gives a metric by its name, and 0 for one that is not there. */
export async function metricsAt(url) {
  const samples = (await ask(url, 'GET')).split('\n').map((line) => /^(\w+)(?:\{.*\})? (\S+)$/.exec(line));
  const values = new Map(samples.filter(Boolean).map(([, name, value]) => [name, Number(value)]));
  return (name) => values.get(name) ?? 0;
}

// Not by fetch, whose promise is lost with a connection that is closed before the answer.
function ask(url, method, body) {
  return new Promise((resolve, reject) => {
    const options = { method, headers: { 'content-type': 'application/json' }, timeout: PATIENCE };
    const asked = request(url, options, (response) => text(response).then(resolve, reject));
    asked.on('timeout', () => asked.destroy(new Error(`${url} is silent for ${PATIENCE / 1000} s`)));
    asked.on('error', reject);
    asked.end(body);
  });
}
