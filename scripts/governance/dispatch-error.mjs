// The errors that calls end with, as people read them.

/** One line: the pallet's name of the error, what the error carries, and what the pallet says about it. */
export function explainError(api, error) {
  if (!error.isModule) return error.isToken || error.isArithmetic ? `${error.type}.${error.value.type}` : error.type;
  const { section, name, docs, fields } = api.registry.findMetaError(error.asModule);
  const detail = fields.length > 0 ? ` (${carried(api, error.asModule, fields)})` : '';
  return `${section}.${name}${detail}: ${docs.join(' ').trim()}`;
}

/**
 * The parameter that an error is about, such as `horizon` or `root.minApproval`; null where it is about none.
 */
export function parameterOf(api, error) {
  if (!error.isModule) return null;
  const { name, fields } = api.registry.findMetaError(error.asModule);
  const match = /^(.)(.*)OutOfRange$/.exec(name);
  if (!match) return null;
  const parameter = (match[1].toLowerCase() + match[2]).replace(/^curve(.)/, (_, letter) => `curve.${letter.toLowerCase()}`);
  if (fields.length === 0) return parameter;
  const track = carried(api, error.asModule, fields);
  return `${track[0].toLowerCase()}${track.slice(1)}.${parameter}`;
}

// The bytes behind the error's index are what it carries: our pallets' errors carry a track at most.
function carried(api, module, fields) {
  return api.registry.createType(api.registry.createLookupType(fields[0].type), module.error.toU8a().subarray(1)).toString();
}
