import type { SearchMode } from '../contract.ts';
import type { FoundAnswer } from '../contract-explore.ts';
import type { Answer } from '../search/ask.ts';

/**
 * A function that tells which papers of the map an answer holds: all of them, however many a list shows, and as `total`
 * counts them, so without those that stand behind one that is nearly the same.
 *
 * @param papers on the map
 */
export function openFound(papers: number, ask: (q: string, mode: SearchMode) => Promise<Answer>) {
  return async (q: string, mode: SearchMode): Promise<Omit<FoundAnswer, 'snapshot'>> => {
    const { rows, total, isAbout } = await ask(q, mode);
    const bits = new Uint8Array(Math.ceil(papers / 8));
    if (isAbout) for (const row of rows) bits[row >> 3] |= 1 << (row & 7);
    return { query: q, mode, total, rows: Buffer.from(bits.buffer).toString('base64') };
  };
}
