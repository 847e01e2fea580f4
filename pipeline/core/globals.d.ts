/**
 * Types of the globals that both Node and browsers have and that pipeline/core uses. Only the tsconfig.json of
 * pipeline/core includes this file: everywhere else the type libraries of Node or the DOM declare the same globals.
 */
declare const performance: { now(): number };

interface AbortSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}
