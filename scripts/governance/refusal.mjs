// What is wrong in a way that the user can mend: one line that names the field, the value and what is allowed.

/** Ends the command with exit code 1 and this message. */
export class Refusal extends Error {}

/** Ends the command with exit code 2 and this message: it was not written as the usage says. */
export class BadUsage extends Refusal {}
