import { PaperfieldError } from '../../pipeline/core/errors.ts';
import { type Gem, hiddenGems } from '../../pipeline/core/hidden-gems.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { Steps } from '../../pipeline/core/steps.ts';
import type { PaperFacts } from '../../pipeline/store/paper-facts.ts';
import type { GemsAnswer, GemsRequest } from '../contract-explore.ts';
import { dateSpan, isWithin } from '../search/grammar/dates.ts';
import { openAhead } from '../steps-ahead.ts';
import type { Placed } from './placed.ts';

/** Of fewer papers with known comments nobody can say what is usual. */
const LEAST_KNOWN = 20;
const DAY_MS = 86_400_000;

interface GemSource {
  readonly graph: KnnGraph;
  facts(): PaperFacts;
  /** The rows of a topic, or undefined for an id that no topic has. */
  isIn(topic: number): ((row: number) => boolean) | undefined;
  placed: Placed;
}

/** A function that tells hidden gems; they are found when they are first asked for. */
export function openGems(source: GemSource): (request: GemsRequest) => Promise<Omit<GemsAnswer, 'snapshot'>> {
  const all = openAhead(function* (): Steps<{ readonly gems: readonly Gem[]; readonly known: number }> {
    const { comments, dates } = source.facts();
    const known = comments.reduce((sum, number) => sum + (number >= 0 ? 1 : 0), 0);
    const dayOf = new Map([...new Set(dates)].map((date) => [date, firstDayOf(date)]));
    const days = Float64Array.from(dates, (date) => dayOf.get(date) ?? Number.NaN);
    const gems = known < LEAST_KNOWN ? [] : yield* hiddenGems({ graph: source.graph, comments, days });
    return { known, gems };
  });
  return async ({ topic, since, limit }) => {
    const isIn = topic === undefined ? () => true : source.isIn(topic);
    if (!isIn) throw new PaperfieldError('not_found', `no topic has the id '${topic}'`);
    if (since !== undefined && !dateSpan(since)) {
      throw new PaperfieldError('bad_request', `since: '${since}' is no date; write 2025, 2025-01 or 2025-01-07`);
    }
    const found = await all.ready();
    const { comments, dates } = source.facts();
    const bounds = since === undefined ? [] : [{ kind: 'since', date: since } as const];
    const gems = found.gems.filter(({ row }) => isIn(row) && isWithin(dates[row], bounds));
    return {
      known: found.known,
      isTold: found.known >= LEAST_KNOWN,
      total: gems.length,
      gems: gems.slice(0, limit).map(({ row, expected, namedBy, score }) => ({
        ...source.placed(row),
        comments: comments[row],
        expected: Math.round(expected * 10) / 10,
        namedBy,
        score: Math.round(score * 1e4) / 1e4,
      })),
    };
  };
}

/** In days since 1970-01-01; NaN for what is no date. */
function firstDayOf(date: string | null): number {
  return Date.parse(dateSpan(date ?? '')?.from ?? '') / DAY_MS;
}
