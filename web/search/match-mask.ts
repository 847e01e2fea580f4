/** All papers that a query found, for the map: asked for once the list stands and nobody types any more. */
import type { MaskAnswer, MaskRequest } from '../../server/schemas/explore.ts';
import { type Question, wholeQuery } from './search-request.ts';

/** Who rests so long has written what is to be searched. */
const REST_MS = 400;

/** A list as it stands. */
export interface Listed {
  question: Pick<Question, 'q' | 'mode' | 'within'>;
  /** Of the papers found, and of those that are listed. */
  total: number;
  listed: number;
}

export interface FoundPapers {
  /**
   * By row 1 for each paper that is to keep its color, those that are listed or not; null: those that are listed alone.
   * Until it is known for a new list it is what it was before, so that nothing dims or lights up between the two.
   */
  mask(): Uint8Array | null;
  /** @param list null: nothing is listed, and nothing looked for */
  follow(list: Listed | null): void;
}

export interface FoundPapersInput {
  /** Papers of the map, and the snapshot that it is of. */
  papers: number;
  snapshot: string;
  ask(request: MaskRequest): Promise<MaskAnswer>;
  /** As `ResultsInput` has it. */
  rested(): number;
  /** What `mask` gives has changed. */
  changed(): void;
}

/** The answer by row, or null where it is of another map. */
export function maskOf(
  { bits: rows, snapshot }: MaskAnswer,
  map: { papers: number; snapshot: string },
): Uint8Array | null {
  const bits = atob(rows);
  if (snapshot !== map.snapshot || bits.length !== Math.ceil(map.papers / 8)) return null;
  const mask = new Uint8Array(map.papers);
  for (let row = 0; row < mask.length; row++) mask[row] = (bits.charCodeAt(row >> 3) >> (row & 7)) & 1;
  return mask;
}

export function createFoundPapers({ papers, snapshot, rested, changed, ...server }: FoundPapersInput): FoundPapers {
  // Where nothing was looked for nothing is dimmed.
  const every = new Uint8Array(papers).fill(1);
  let mask: Uint8Array | null = every;
  // What the mask is of, or will be.
  let asked: string | null = null;
  let timer = 0;

  const ask = async (key: string, question: Listed['question']) => {
    let told: Uint8Array | null = null;
    try {
      told = maskOf(await server.ask({ q: wholeQuery(question), mode: question.mode }), { papers, snapshot });
    } catch {
      // What is listed is right without it.
    }
    if (key !== asked) return;
    mask = told;
    changed();
  };
  const atRest = (key: string, question: Listed['question']) => {
    const wait = REST_MS - rested();
    if (wait > 0) timer = setTimeout(() => atRest(key, question), wait) as unknown as number;
    else void ask(key, question);
  };
  return {
    mask: () => mask,
    follow(list) {
      const key = list && list.total > list.listed ? `${list.question.mode} ${wholeQuery(list.question)}` : null;
      if (key !== null && key === asked) return;
      clearTimeout(timer);
      asked = key;
      if (list && key !== null) return atRest(key, list.question);
      mask = list ? null : every;
    },
  };
}
