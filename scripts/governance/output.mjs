// What is printed: lines for people, or one JSON object a line. Errors go to standard error.

let json = false;

/** Prints JSON from now on. */
export function printJson() {
  json = true;
}

/**
 * Tells one thing.
 *
 * @param event what it is, for programs
 * @param facts its parts, for programs: big integers become decimal strings
 * @param text lines for people
 */
export function tell(event, facts, ...text) {
  const lines = json ? [JSON.stringify({ event, ...facts }, bigIntAsText)] : text;
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Tells what somebody should know who goes on. */
export function warn(text) {
  tell('warning', { warning: text }, `Note: ${text}`);
}

/** Tells why the command ends without success. */
export function tellError(message) {
  process.stderr.write(`${json ? JSON.stringify({ error: message }) : `error: ${message}`}\n`);
}

function bigIntAsText(_, value) {
  return typeof value === 'bigint' ? value.toString() : value;
}
