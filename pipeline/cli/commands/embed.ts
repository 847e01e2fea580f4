import { PaperfieldError } from '../../core/errors.ts';
import type { Passage } from '../../core/paper.ts';
import { embedPapers, type KnownVectors } from '../../embedding/embed-papers.ts';
import { describe, readRows } from '../../ingest/parse-sources.ts';
import { openSources } from '../../ingest/sources.ts';
import { dataFolders } from '../../store/data-folder.ts';
import type { Command } from '../command-line.ts';
import { openNpy } from '../output/npy.ts';

/** Papers held in memory at a time. */
const BLOCK = 20_000;
const nothingKnown: KnownVectors = { read: () => false, append: () => undefined };

export const embedCommand: Command = {
  name: 'embed',
  summary: 'writes the vectors of papers as a NumPy file, one row a paper in input order, by the same recipe as build',
  operand: 'IN.jsonl',
  options: ['dataDir', 'model'],
  flags: { out: { type: 'string', sentence: 'The .npy file to write (float32, papers × dimensions)' } },
  async run({ config, operands, flags, standardInput, print, effects }) {
    const { out } = flags;
    if (typeof out !== 'string' || operands.length === 0) {
      throw new PaperfieldError(
        'bad_request',
        'embed needs an input and --out: paperfield embed IN.jsonl --out OUT.npy',
      );
    }
    const { openEmbedder } = await import('../../embedding/open-embedder.ts');
    const sources = await openSources(operands, standardInput);
    const embedder = await openEmbedder(config.model, dataFolders(config.dataDir).modelCache, effects);
    const file = openNpy(out, embedder.card.dimensions);
    try {
      let rows = 0;
      let skipped = 0;
      let block: Passage[] = [];
      const flush = async () => {
        file.append((await embedPapers(block, embedder, nothingKnown, effects)).vectors.data);
        rows += block.length;
        block = [];
      };
      for (const source of sources) {
        for await (const piece of readRows(source)) {
          if ('paper' in piece) block.push(piece.paper);
          else if (piece.receipt.kind === 'skipped') {
            skipped++;
            effects.warn(describe(piece.receipt));
          }
          if (block.length === BLOCK) await flush();
        }
      }
      await flush();
      file.finish();
      print(
        `${out}: ${rows} × ${embedder.card.dimensions}${skipped > 0 ? `, ${skipped} rows skipped: rows of the file follow the papers that could be read` : ''}`,
      );
    } catch (error) {
      file.abandon();
      throw error;
    } finally {
      await embedder.close();
    }
  },
};
