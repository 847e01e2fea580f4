import { PaperfieldError } from '../../core/errors.ts';
import type { Passage } from '../../core/paper.ts';
import { embedPapers, noEmbeddingCache } from '../../embedding/embed-papers.ts';
import { describeIssue } from '../../ingest/issues.ts';
import { readRows } from '../../ingest/read-rows.ts';
import { resolveSources } from '../../ingest/sources.ts';
import { dataPaths } from '../../store/data-folder.ts';
import type { Command } from '../command-line.ts';
import { openNpy } from '../output/npy.ts';

/** Papers in memory at a time: 80 MB of vectors at 1,024 dimensions. */
const PAPERS_PER_BLOCK = 20_000;

export const embedCommand: Command = {
  name: 'embed',
  summary: 'write the vectors of papers to a NumPy file, one row per paper',
  operand: 'IN.jsonl',
  options: ['dataDir', 'model'],
  flags: { out: { type: 'string', description: 'The .npy file to write (float32, papers × dimensions)' } },
  async run({ config, operands, flags, standardInput, print, effects }) {
    const { out } = flags;
    if (typeof out !== 'string' || operands.length === 0) {
      throw new PaperfieldError(
        'bad_request',
        'embed needs an input and --out: paperfield embed IN.jsonl --out OUT.npy',
      );
    }
    const { openEmbedder } = await import('../../embedding/open-embedder.ts');
    const sources = await resolveSources(operands, standardInput);
    const embedder = await openEmbedder(config.model, dataPaths(config.dataDir).modelCache, effects);
    const file = openNpy(out, embedder.card.dimensions);
    try {
      let rows = 0;
      let skipped = 0;
      let block: Passage[] = [];
      const flush = async () => {
        file.append((await embedPapers(block, embedder, noEmbeddingCache, effects)).vectors.data);
        rows += block.length;
        block = [];
      };
      for (const source of sources) {
        for await (const item of readRows(source, effects.signal)) {
          if ('paper' in item) block.push(item.paper);
          else if (item.issue.kind === 'skipped') {
            skipped++;
            effects.warn(describeIssue(item.issue));
          }
          if (block.length === PAPERS_PER_BLOCK) await flush();
        }
      }
      await flush();
      file.finish();
      const note =
        skipped > 0 ? `, ${skipped} rows skipped: rows of the file follow the papers that could be read` : '';
      print(`${out}: ${rows} × ${embedder.card.dimensions}${note}`);
    } catch (error) {
      file.abandon();
      throw error;
    } finally {
      await embedder.close();
    }
  },
};
