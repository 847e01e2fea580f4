import type { Engine } from '../../server/engine.ts';
import type { LiveEngine } from '../../server/live-engine.ts';
import type { Config } from '../config.ts';
import type { Effects } from '../core/effects.ts';

/** Opens the current snapshot for one question, with the very code that the server answers with. */
export async function withEngine<T>(
  config: Config,
  effects: Effects,
  use: (engine: Engine) => T | Promise<T>,
): Promise<T> {
  const { openLiveEngine } = await import('../../server/live-engine.ts');
  const live: LiveEngine = await openLiveEngine(config.dataDir, effects);
  try {
    return await live.with(use);
  } finally {
    await live.close();
  }
}
