import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeType } from './schema.mjs';

// The part of the library's view of metadata that is read: options unwrap, definitions say what they are.
const some = (value) => ({ isNone: false, unwrap: () => value });
const none = { isNone: true };
const primitive = (type) => ({ path: [], def: { isPrimitive: true, asPrimitive: { type } } });
const composite = (path, fields) => ({ path, def: { isComposite: true, asComposite: { fields } } });
const TYPES = {
  0: primitive('U32'),
  1: primitive('U64'),
  2: composite(['posw_primitives', 'factor', 'Factor'], [{ name: none, type: 1 }]),
  3: { path: ['Curve'], def: { isVariant: true, asVariant: { variants: [{ name: 'Flat', fields: [] }, { name: 'Log2', fields: [{ name: some('unit'), type: 1 }] }] } } },
  4: composite(['StakeParams'], [
    { name: some('min_total_weight'), type: 0 },
    { name: some('max_boost'), type: 2 },
    { name: some('curve'), type: 3 },
    { name: some('wrapped'), type: 5 },
  ]),
  5: composite(['Wrapper'], [{ name: none, type: 0 }]),
  6: { path: [], def: { type: 'Sequence' } },
  7: primitive('Bool'),
};
const lookup = { getSiType: (id) => TYPES[id] };
const U32 = { kind: 'integer', min: 0n, max: 2n ** 32n - 1n };

test('parameters have the names of genesis and the bounds of their types', () => {
  assert.deepEqual(describeType(lookup, 4), {
    kind: 'struct',
    fields: [
      ['minTotalWeight', U32],
      ['maxBoost', { kind: 'integer', min: 10n ** 9n, max: 10n ** 13n }],
      [
        'curve',
        {
          kind: 'enum',
          variants: [
            ['flat', { kind: 'struct', fields: [] }],
            ['log2', { kind: 'struct', fields: [['unit', { kind: 'integer', min: 0n, max: 2n ** 64n - 1n }]] }],
          ],
        },
      ],
      ['wrapped', U32],
    ],
  });
});

test('types that no parameter has are named', () => {
  assert.throws(() => describeType(lookup, 6), /Sequence/);
  assert.throws(() => describeType(lookup, 7), /Bool/);
});
