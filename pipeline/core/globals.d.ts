/**
 * What Node and browsers both have beyond the language, as far as this folder uses it. Only the tsconfig.json of this
 * folder reads this file: everywhere else the types of Node or of the DOM say the same.
 */
declare const performance: { now(): number };

interface AbortSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}
