import { quietEffects } from '../../pipeline/cli/terminal.ts';
import type { Effects } from '../../pipeline/core/effects.ts';

/** Real effects that keep what they are told, for a test to read. */
export interface ListeningEffects extends Effects {
  readonly lines: string[];
  readonly warnings: string[];
}

export function listeningEffects(): ListeningEffects {
  const lines: string[] = [];
  const warnings: string[] = [];
  return {
    ...quietEffects(),
    log: (line) => void lines.push(line),
    warn: (line) => void warnings.push(line),
    lines,
    warnings,
  };
}
