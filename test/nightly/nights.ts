import { existsSync, readFileSync } from 'node:fs';
import { quietEffects } from '../../pipeline/cli/terminal.ts';
import { readConfig } from '../../pipeline/config.ts';
import type { Effects } from '../../pipeline/core/effects.ts';
import { openSources } from '../../pipeline/ingest/sources.ts';
import { nightly } from '../../pipeline/nightly.ts';
import { dataFolders } from '../../pipeline/store/data-folder.ts';

export type LogLine = Readonly<Record<string, unknown>>;

/** The nightly runs of one data folder, each a night after the other, whatever the real clock says. */
export function nightsOf(dataDir: string) {
  let night = Date.parse('2026-03-01T02:00:00.000Z');
  const effects = (): Effects => ({ ...quietEffects(), now: () => new Date(night) });
  return {
    /** When the last run was. */
    last: () => new Date(night).toISOString(),
    effects,
    /** Rounds of the map are few: what is tested is what is done again and what is not. */
    run(source: readonly string[], options: Record<string, unknown> = {}): Promise<string> {
      night += 24 * 3600 * 1000;
      const config = readConfig({ dataDir, source, epochs: 5, ...options }, undefined);
      return nightly(config, () => openSources(config.source, process.stdin), effects());
    },
    /** The lines of the log; fails where one of them is no JSON. */
    log(): LogLine[] {
      const { nightlyLog } = dataFolders(dataDir);
      if (!existsSync(nightlyLog)) return [];
      const lines = readFileSync(nightlyLog, 'utf8').split('\n');
      if (lines.pop() !== '') throw new Error(`${nightlyLog} does not end with a line feed`);
      return lines.map((line) => JSON.parse(line) as LogLine);
    },
  };
}
