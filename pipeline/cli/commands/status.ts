import { currentSnapshotFolder, snapshotIds } from '../../store/data-folder.ts';
import { readManifest } from '../../store/snapshot-files.ts';
import type { Command } from '../command-line.ts';
import { duration } from '../terminal.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'tells what the current snapshot is and how old',
  operand: '',
  options: ['dataDir'],
  flags: { json: { type: 'boolean', sentence: 'Answer with the whole manifest' } },
  async run({ config, flags, print, effects }) {
    const manifest = readManifest(currentSnapshotFolder(config.dataDir));
    if (flags.json) return print(JSON.stringify(manifest));
    const { counts, quality, model } = manifest;
    const age = effects.now().getTime() - Date.parse(manifest.createdAt);
    print(`snapshot  ${manifest.id}, ${duration(Math.max(0, age))} old, ${snapshotIds(config.dataDir).length} kept`);
    print(`papers    ${counts.papers} in ${counts.topics} topics, ${counts.outliers} in none`);
    print(
      `rows      ${counts.skippedRows} skipped, ${counts.incompleteRows} incomplete, ${counts.mergedRows} repeated`,
    );
    print(`model     ${model.name}, ${model.dimensions} dimensions`);
    print(`quality   recall@10 ${quality.recallAt10 ?? '–'}, a title finds its paper ${quality.titleRecallAt1 ?? '–'}`);
  },
};
