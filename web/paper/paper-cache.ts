/** Caches papers, similar papers and topics, so that each is fetched once, and the summaries of listed papers. */
import type { Hit, PaperRequest, PaperResponse, PaperSummary } from '../../server/schemas/papers.ts';
import type { TopicResponse } from '../../server/schemas/topics.ts';
import * as api from '../app/api.ts';

export interface PaperCache {
  /** The summary of a paper; undefined if no response has contained the paper yet. Never sends a request. */
  known(id: string): PaperSummary | undefined;
  /** Stores the summaries of papers in a response. */
  add(papers: readonly PaperSummary[]): void;
  /** The summary of a paper, which is fetched if it is not stored. */
  summary(id: string): Promise<PaperSummary>;
  /**
   * One paper in detail.
   *
   * @param query the query whose matches are highlighted in the abstract
   */
  paper(id: string, query?: PaperRequest): Promise<PaperResponse>;
  /** The papers most similar to a paper, at most ten. */
  similar(id: string): Promise<Hit[]>;
  /** The ids of the papers nearest to a paper by cosine, nearest first; empty if the paper has not been fetched yet. */
  neighborsOf(id: string): readonly string[];
  topic(id: number): Promise<TopicResponse>;
}

const MAX_SIMILAR = 10;
/** The most authors in a summary. Lists name no more, and some papers have hundreds. */
const MAX_AUTHORS = 3;
/** The number of responses of each kind that are kept. The oldest are dropped first. */
const MAX_CACHED = 500;

/**
 * Creates a function that caches the promises of `fetchOne` by key. A rejected promise is dropped, so that the next
 * call tries again.
 */
function cached<Value>(fetchOne: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const cache = new Map<string, Promise<Value>>();
  return (key) => {
    const existing = cache.get(key);
    if (existing) return existing;
    const promise = fetchOne(key);
    cache.set(key, promise);
    promise.catch(() => cache.delete(key));
    const [oldest] = cache.keys();
    if (cache.size > MAX_CACHED) cache.delete(oldest);
    return promise;
  };
}

/** Copies only the fields of a summary. Otherwise abstracts and other long fields would fill the memory. */
function summaryOf({ id, title, date, authors, authorCount }: PaperSummary): PaperSummary {
  return { id, title, date, authors: authors?.slice(0, MAX_AUTHORS) ?? null, authorCount };
}

export function createPaperCache(): PaperCache {
  const summaries = new Map<string, PaperSummary>();
  const neighbors = new Map<string, readonly string[]>();
  const add = (papers: readonly PaperSummary[]) => {
    for (const paper of papers) summaries.set(paper.id, summaryOf(paper));
  };
  const paperAt = cached(async (path) => {
    const response = await api.paper(path);
    add([response]);
    neighbors.set(
      response.id,
      response.neighbors.map(({ id }) => id),
    );
    return response;
  });
  const topicById = cached(api.topic);
  const paper: PaperCache['paper'] = (id, query) => paperAt(api.paperPath(id, query));
  return {
    known: (id) => summaries.get(id),
    neighborsOf: (id) => neighbors.get(id) ?? [],
    add,
    summary: async (id) => summaries.get(id) ?? summaryOf(await paper(id)),
    paper,
    topic: (id) => topicById(String(id)),
    similar: cached(async (id) => {
      const { hits } = await api.similar(id, MAX_SIMILAR);
      add(hits);
      return hits;
    }),
  };
}
