/** The command `embed`, and the NumPy file that it writes. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { PaperfieldError } from '../../core/errors.ts';
import type { PaperText } from '../../core/paper.ts';
import { embedPapers, noEmbeddingCache } from '../../embedding/embed-papers.ts';
import { describeIssue } from '../../ingest/issues.ts';
import { readRows } from '../../ingest/read-rows.ts';
import { resolveSources } from '../../ingest/source-files.ts';
import { dataPaths } from '../../store/data-folder.ts';
import type { Command } from '../command-line.ts';

/** Papers embedded and written at a time: their vectors take 80 MB at 1,024 dimensions. */
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
    try {
      const file = createNpyWriter(out, embedder.settings.dimensions);
      try {
        let rows = 0;
        let skipped = 0;
        let block: PaperText[] = [];
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
        print(`${out}: ${rows} × ${embedder.settings.dimensions}${note}`);
      } catch (error) {
        file.abandon();
        throw error;
      }
    } finally {
      await embedder.close();
    }
  },
};

/** Bytes reserved for the header at the start of the file. It is written last, when the number of rows is known. */
const HEADER_BYTES = 128;

/** Bytes before the text of the header (NEP 1): magic and version (8), and the length of the header (2). */
const PREFIX_BYTES = 10;

/**
 * Creates a writer for a float32 matrix in NumPy's format (NEP 1, version 1.0, C order). It appends rows to a temporary
 * file, which `finish` renames to `path` and `abandon` removes.
 */
export function createNpyWriter(path: string, columns: number) {
  const temporary = `${path}.${process.pid}.writing`;
  const file = openSync(temporary, 'w');
  let rows = 0;
  let offset = HEADER_BYTES;
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  return {
    /** Appends rows. `block` is row-major, rows × columns. */
    append(block: Float32Array): void {
      const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
      for (let done = 0; done < bytes.byteLength; )
        done += writeSync(file, bytes, done, bytes.byteLength - done, offset + done);
      offset += bytes.byteLength;
      rows += block.length / columns;
    },
    finish(): void {
      const shape = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
      const header = Buffer.alloc(HEADER_BYTES, ' ');
      header.write('\x93NUMPY\x01\x00', 0, 'latin1');
      header.writeUInt16LE(HEADER_BYTES - PREFIX_BYTES, 8);
      header.write(shape, PREFIX_BYTES, 'latin1');
      header.write('\n', HEADER_BYTES - 1, 'latin1');
      writeSync(file, header, 0, HEADER_BYTES, 0);
      fsyncSync(file);
      close();
      renameSync(temporary, path);
    },
    abandon(): void {
      close();
      rmSync(temporary, { force: true });
    },
  };
}
