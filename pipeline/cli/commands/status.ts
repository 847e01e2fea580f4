import { currentSnapshotFolder, listSnapshots } from '../../store/data-folder.ts';
import { readManifest } from '../../store/snapshot-files.ts';
import type { Command } from '../command-line.ts';
import { formatDuration } from '../terminal.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'show the current snapshot: age, counts, model, quality',
  operand: '',
  options: ['dataDir'],
  flags: { json: { type: 'boolean', description: 'Print the whole manifest as JSON' } },
  async run({ config, flags, print, effects }) {
    const manifest = readManifest(currentSnapshotFolder(config.dataDir));
    if (flags.json) return print(JSON.stringify(manifest));
    const { counts, quality, model } = manifest;
    const age = Math.max(0, effects.now().getTime() - Date.parse(manifest.createdAt));
    print(`snapshot  ${manifest.id}, ${formatDuration(age)} old, ${listSnapshots(config.dataDir).length} kept`);
    print(`papers    ${counts.papers} in ${counts.topics} topics, ${counts.outliers} without a topic`);
    print(`rows      ${counts.skippedRows} skipped, ${counts.incompleteRows} incomplete, ${counts.mergedRows} merged`);
    print(`model     ${model.name}, ${model.dimensions} dimensions`);
    print(`quality   recall@10 ${quality.recallAt10 ?? '–'}, title recall@1 ${quality.titleRecallAt1 ?? '–'}`);
  },
};
