// The shape of parameters, from the chain's own metadata: nothing about their fields is written down here twice.

/** Types whose native bounds are narrower than their width: beyond them the runtime does not decode a call (R1.2, R1.3). */
const NARROW = {
  Factor: { min: 10n ** 9n, max: 10n ** 13n },
  CompactBits: { min: 0n, max: 2n ** 32n - 1n },
};

/**
 * Describes a type: `{ kind: 'integer', min, max }`, `{ kind: 'struct', fields: [[name, type]] }` or
 * `{ kind: 'enum', variants: [[name, struct]] }`.
 *
 * @param lookup the metadata's types, as `api.registry.lookup`
 * @param id number of the type
 */
export function describeType(lookup, id) {
  const { path, def } = lookup.getSiType(id);
  const narrow = NARROW[path.at(-1)?.toString()];
  if (narrow) return { kind: 'integer', ...narrow };
  if (def.isPrimitive) return integer(def.asPrimitive.type);
  if (def.isVariant) {
    const variants = def.asVariant.variants.map(({ name, fields }) => [camelCase(name), struct(lookup, fields)]);
    return { kind: 'enum', variants };
  }
  if (def.isComposite) {
    const { fields } = def.asComposite;
    return fields.length === 1 && fields[0].name.isNone ? describeType(lookup, fields[0].type) : struct(lookup, fields);
  }
  throw new Error(`parameters of the type ${def.type} are unknown to this tool`);
}

function struct(lookup, fields) {
  return { kind: 'struct', fields: fields.map(({ name, type }) => [camelCase(name.unwrap()), describeType(lookup, type)]) };
}

function integer(primitive) {
  const width = /^U(\d+)$/.exec(primitive);
  if (!width) throw new Error(`parameters of the type ${primitive} are unknown to this tool`);
  return { kind: 'integer', min: 0n, max: 2n ** BigInt(width[1]) - 1n };
}

/** `min_total_weight` or `Log2` as the library and genesis write them. */
function camelCase(name) {
  const text = name.toString().replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
  return text[0].toLowerCase() + text.slice(1);
}
