/** Papers, their similar papers, and topics, each fetched once. What lists have already told about a paper is remembered. */
import type { Hit, PaperAnswer, PaperRequest, PaperSummary } from '../../server/schemas/search.ts';
import type { TopicDetailAnswer } from '../../server/schemas/topics.ts';
import * as api from '../app/api.ts';

export interface Library {
  known(id: string): PaperSummary | undefined;
  note(papers: readonly PaperSummary[]): void;
  /** What lists say of a paper, asked for where it is not known. */
  listed(id: string): Promise<PaperSummary>;
  /** @param asked the query that the paper's abstract is to be marked for */
  paper(id: string, asked?: PaperRequest): Promise<PaperAnswer>;
  similar(id: string): Promise<Hit[]>;
  /** Ids of the true neighbors of a paper that was fetched, the nearest first; none for any other. */
  neighborsOf(id: string): readonly string[];
  topic(id: number): Promise<TopicDetailAnswer>;
}

const SIMILAR = 10;
/** Lists name no more authors of a paper; some papers have hundreds. */
const NAMED = 3;
/** Abstracts kept at most; the oldest go first. */
const KEPT = 500;

/** Remembers promises by id or address, forgets those that failed so that the next attempt asks again. */
function once<Value>(fetchOne: (id: string) => Promise<Value>): (id: string) => Promise<Value> {
  const kept = new Map<string, Promise<Value>>();
  return (id) => {
    const before = kept.get(id);
    if (before) return before;
    const asked = fetchOne(id);
    kept.set(id, asked);
    asked.catch(() => kept.delete(id));
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return asked;
  };
}

/** Of what more an answer may say of it nothing is kept for a list. */
function listedOf({ id, title, date, authors, authorCount }: PaperSummary): PaperSummary {
  return { id, title, date, authors: authors?.slice(0, NAMED) ?? null, authorCount };
}

export function createLibrary(): Library {
  const known = new Map<string, PaperSummary>();
  const neighbors = new Map<string, readonly string[]>();
  const note = (papers: readonly PaperSummary[]) => {
    for (const paper of papers) known.set(paper.id, listedOf(paper));
  };
  const paperAt = once(async (address) => {
    const answer = await api.paper(address);
    note([answer]);
    neighbors.set(
      answer.id,
      answer.neighbors.map(({ id }) => id),
    );
    return answer;
  });
  const topicAt = once(api.topic);
  const paper: Library['paper'] = (id, asked) => paperAt(api.paperAddress(id, asked));
  return {
    known: (id) => known.get(id),
    neighborsOf: (id) => neighbors.get(id) ?? [],
    note,
    listed: async (id) => known.get(id) ?? listedOf(await paper(id)),
    paper,
    topic: (id) => topicAt(String(id)),
    similar: once(async (id) => {
      const { hits } = await api.similar(id, SIMILAR);
      note(hits);
      return hits;
    }),
  };
}
