import type { Tokens } from './tokens.ts';

/** Texts tokenized and waiting at a time: enough of each length to fill batches, little enough to hold in memory. */
const BLOCK = 4096;
/** With fewer texts than this, starting threads takes longer than they save. */
const MANY = 3000;

/** A stretch of the texts and its tokens. */
export interface TokenBlock {
  /** Place of its first text among all. */
  readonly from: number;
  readonly block: readonly string[];
  readonly tokens: Tokens;
}

/**
 * Texts block by block with their tokens; the next block is being tokenized while the caller works on this one.
 *
 * @param tokensOf tokenizes a block, in threads where `isMany` says that there is much to come
 */
export async function* tokenBlocks(
  texts: readonly string[],
  tokensOf: (block: readonly string[], isMany: boolean) => Promise<Tokens>,
): AsyncGenerator<TokenBlock> {
  const isMany = texts.length >= MANY;
  const begin = (from: number) => {
    const block = texts.slice(from, from + BLOCK);
    const tokens = tokensOf(block, isMany);
    // Its failure is told when its turn comes, or not at all where the caller has stopped before.
    tokens.catch(() => undefined);
    return { from, block, tokens };
  };
  let next = begin(0);
  while (next.block.length > 0) {
    const { from, block, tokens } = next;
    const ready = await tokens;
    next = begin(from + BLOCK);
    yield { from, block, tokens: ready };
  }
}
