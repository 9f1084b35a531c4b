import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));

test('a wrong number of arguments is refused with the right one', () => {
  const refused = (words, message) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8' });
    assert.deepEqual([status, stdout, stderr], [2, '', `error: ${message}; see --help\n`]);
  };
  refused(['enact', '0', 'a', 'b'], 'enact has 3 arguments, allowed are 1 to 2');
  refused(['watch'], 'watch has 0 arguments, allowed are 1');
  refused(['propose'], 'propose has 0 arguments, allowed are 2 or more');
  refused(['propose', 'spend', '5C'], 'spend has 1 arguments, allowed are 2');
});
