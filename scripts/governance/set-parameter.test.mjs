import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byGroup, groupNamed, parseAssignments } from './set-parameter.mjs';

test('names and values are read', () => {
  assert.deepEqual(parseAssignments(['stake.ration=2', 'stake.curve=flat']), [['stake.ration', '2'], ['stake.curve', 'flat']]);
  assert.throws(() => parseAssignments([]), { message: 'set-parameter needs at least one NAME=VALUE' });
  assert.throws(() => parseAssignments(['stake.ration']), { message: "'stake.ration' is no NAME=VALUE such as stake.curve.boost=10" });
  assert.throws(() => parseAssignments(['stake.ration=1', 'stake.ration=2']), { message: 'stake.ration is given twice, allowed is once' });
});

test('a name belongs to the group with the longest name', () => {
  assert.equal(groupNamed('chain.feePerByte').name, 'chain');
  assert.equal(groupNamed('chain.governance.root.minSupport').name, 'chain.governance');
  assert.equal(groupNamed('stake.curve.boost').name, 'stake');
  const names = 'stake, difficulty, rewards, chain, chain.governance';
  for (const name of ['staking.boost', 'stake', 'boost']) {
    assert.throws(() => groupNamed(name), { message: `${name} is no parameter; allowed are names that begin with ${names}` });
  }
});

test('one referendum changes groups of one track', () => {
  const both = byGroup([['difficulty.blockTime', '2000'], ['stake.horizon', '5'], ['difficulty.maxGap', '9']]);
  assert.equal(both.track, 'consensusParameters');
  assert.deepEqual([...both.groups], [
    ['difficulty', [['difficulty.blockTime', '2000'], ['difficulty.maxGap', '9']]],
    ['stake', [['stake.horizon', '5']]],
  ]);
  assert.throws(() => byGroup([['stake.maxReorg', '12'], ['rewards.maturity', '12']]), {
    message: 'stake is changed on the track consensusParameters and rewards on economicParameters: one referendum has one track, so propose them apart',
  });
  assert.throws(() => byGroup([['chain.feePerByte', '1'], ['chain.governance.voteLocking', '9']]), /chain.governance on root/);
});
