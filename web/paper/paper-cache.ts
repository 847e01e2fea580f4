/** Papers, similar papers and topics, each fetched once, and the summaries of papers from lists. */
import type { Hit, PaperRequest, PaperResponse, PaperSummary } from '../../server/schemas/papers.ts';
import type { TopicResponse } from '../../server/schemas/topics.ts';
import * as api from '../app/api.ts';

export interface PaperCache {
  /** The summary of a paper, if it is known without a request. */
  known(id: string): PaperSummary | undefined;
  /** Remembers summaries from a response. */
  add(papers: readonly PaperSummary[]): void;
  /** The summary of a paper, fetched if it is not known. */
  summary(id: string): Promise<PaperSummary>;
  /** @param query the query to highlight in the abstract */
  paper(id: string, query?: PaperRequest): Promise<PaperResponse>;
  similar(id: string): Promise<Hit[]>;
  /** Ids of the nearest papers by cosine, the nearest first; empty if the paper was not fetched yet. */
  neighborsOf(id: string): readonly string[];
  topic(id: number): Promise<TopicResponse>;
}

const MAX_SIMILAR = 10;
/** Lists name no more authors; some papers have hundreds. */
const MAX_AUTHORS = 3;
/** Responses kept of each kind; the oldest are dropped first. */
const MAX_CACHED = 500;

/** Caches promises by key. A rejected one is dropped, so that the next call tries again. */
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

/** Without the abstract and the other fields of larger types, which would fill the memory. */
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
