import { PaperfieldError } from '../pipeline/core/errors.ts';
import { printValue } from '../pipeline/core/query/printer.ts';
import { type Embedder, queryText } from '../pipeline/embedding/embedder.ts';
import { inIdleTime, openAhead } from '../pipeline/runtime/lazy-task.ts';
import { readAuthors } from '../pipeline/search/authors.ts';
import { openAsker, seek } from '../pipeline/search/engine.ts';
import { openWordMeaning } from '../pipeline/search/highlight/highlight-query.ts';
import { openAreas } from '../pipeline/search/region-mask.ts';
import { retrievable } from '../pipeline/search/retrieve.ts';
import { openListing } from '../pipeline/search/sort-order.ts';
import { openCompleter } from '../pipeline/search/suggest/complete.ts';
import { openIds } from '../pipeline/search/suggest/complete-papers.ts';
import { dateRange } from '../pipeline/store/paper-database.ts';
import { readChanges } from '../pipeline/store/snapshot-files.ts';
import { type Explore, openExplore } from './explore/explore.ts';
import { openNeighbors } from './explore/true-neighbors.ts';
import { openHits, shownFacts } from './hits.ts';
import { daysOf, listed, type MapColumns, mapColumnsInSteps } from './http/map-columns.ts';
import { readParts } from './open-snapshot.ts';
import type { CompleteAnswer, CompleteRequest } from './schemas/complete.ts';
import type {
  MapAnswer,
  PaperAnswer,
  PaperRequest,
  SearchAnswer,
  SearchMode,
  SearchRequest,
  SimilarAnswer,
  StatusAnswer,
  TopicsAnswer,
} from './schemas/search.ts';
import type {
  CompareAnswer,
  CompareRequest,
  TopicChangesAnswer,
  TopicDetailAnswer,
  TopicPapersAnswer,
  TopicPapersRequest,
  TopicsRequest,
} from './schemas/topics.ts';
import { openTopicDetail } from './topics/detail.ts';
import { openTopics } from './topics/topics.ts';

/** What is told where only the model could answer. */
export function modelMissing(name: string): PaperfieldError {
  return new PaperfieldError(
    'model',
    `this snapshot was made with the model ${name}, which cannot be loaded here: search by words (mode=keyword), or build again`,
  );
}

/** Answers questions about one snapshot. Its answers never change while it is open. */
export interface Engine {
  readonly snapshotId: string;
  search(request: SearchRequest): Promise<SearchAnswer>;
  /** What a query that is being typed may become. */
  complete(request: CompleteRequest): Promise<CompleteAnswer>;
  similar(id: string, limit: number): Promise<SimilarAnswer>;
  /** A paper; with a query, also why it may have been found by it. */
  paper(id: string, asked?: PaperRequest): Promise<PaperAnswer>;
  map(): MapAnswer;
  mapColumns(): Promise<Uint8Array<ArrayBuffer>>;
  /** The tree, and the topics as coarse or as fine as asked for. */
  topics(request?: TopicsRequest): TopicsAnswer;
  topic(id: string): Promise<TopicDetailAnswer>;
  topicPapers(id: string, request: TopicPapersRequest): Promise<TopicPapersAnswer>;
  compareTopics(request: CompareRequest): Promise<CompareAnswer>;
  topicChanges(): TopicChangesAnswer;
  readonly explore: Explore;
  status(now: Date): StatusAnswer;
  close(): void;
}

/**
 * Opens a snapshot folder for answering.
 *
 * @param embedder the model that made the snapshot; without it only words can be searched
 * @throws PaperfieldError corrupt
 */
export async function openEngine(folder: string, embedder: Embedder | undefined): Promise<Engine> {
  const { snapshot, index, ids, facts } = await readParts(folder);
  const { manifest, papers, vectors, map, graph } = snapshot;
  const topics = openTopics({ topics: snapshot.topics, map, paper: papers.paper });
  // Whatever is typed may be an id, and is looked up; a title is longer than any.
  const longestId = ids.reduce((longest, id) => Math.max(longest, id.length), 0);
  const corpus = retrievable(snapshot.words, vectors, index, Number(manifest.options.efSearch ?? 200));
  // Three places are more than a share of fifteen papers has.
  const trust = Array.from(snapshot.trust, (share) => Math.round(share * 1000) / 1000);
  let columns: MapColumns | undefined;
  const listing = openListing(facts);
  const authorsAhead = openAhead(() => readAuthors(papers.count, papers.authors));
  const detail = openTopicDetail({
    topics,
    changes: readChanges(folder),
    vectors,
    graph,
    map,
    trust,
    paper: papers.paper,
    facts,
    listing,
  });

  const rowOf = (id: string) => {
    const row = papers.rowOf(id);
    if (row === undefined) throw new PaperfieldError('not_found', `no paper has the id '${id}'`);
    return row;
  };
  const columnsOf = (): MapColumns => {
    const { idOfRow: topic, leafIdOfRow: leaf, nearestIdOfRow: nearest } = topics;
    const { dates, comments } = facts;
    columns ??= {
      ids,
      x: map.x,
      y: map.y,
      topic,
      leafTopic: leaf,
      nearestTopic: nearest,
      neighborRecall: trust,
      date: daysOf(dates),
      comments,
    };
    return columns;
  };
  const encoded = openAhead(() => mapColumnsInSteps(columnsOf()));
  const idsAhead = openAhead(() => openIds(ids));
  const neighbors = openNeighbors({ graph, map, paper: papers.paper });
  // The page asks for the map before all else.
  const inTurn = [encoded, authorsAhead, topics, neighbors, detail.means, idsAhead];
  const ahead = inIdleTime(() => inTurn.some((one) => one.step()));
  const range = dateRange(facts);
  const reader = openWordMeaning(snapshot.words, embedder?.tokenVectors?.());
  const hits = openHits({ paper: papers.paper, topicOf: topics.idOf, map, reader }, papers.count);
  const asked = {
    corpus,
    ...manifest.search,
    graph,
    words: snapshot.words,
    topics,
    facts,
    get authors() {
      return authorsAhead.all();
    },
    get authorsRead() {
      return authorsAhead.known();
    },
    authorsReady: authorsAhead.ready,
    listing,
    reader,
    ids,
    get idsFrom() {
      return idsAhead.all();
    },
    inArea: openAreas(map),
    rowOf: (id: string) => (id.length > longestId ? undefined : papers.rowOf(id)),
    paper: papers.paper,
    textOf: (row: number) => `${papers.paper(row).title}\n${papers.paper(row).abstract}`,
    embed: embedder && ((text: string) => embedder.embed([queryText(embedder.card, text)])),
  };
  const askAny = openAsker(asked);
  const ask: typeof askAny = (q, mode) => {
    if (mode === 'semantic' && !embedder) throw modelMissing(manifest.model.name);
    return askAny(q, mode);
  };
  const complete = openCompleter(asked);
  const explore = openExplore({
    snapshot,
    ids,
    asker: asked,
    hits,
    topics,
    embedder,
    authors: authorsAhead.ready,
    ask,
  });

  /** null where nothing can be said: the paper itself is no less there for a query that cannot be read. */
  const whyOf = async (row: number, q: string, mode: SearchMode) => {
    try {
      return hits.why(row, await seek(asked, q, mode));
    } catch (error) {
      if (error instanceof PaperfieldError && (error.kind === 'bad_request' || error.kind === 'not_found')) return null;
      throw error;
    }
  };

  return {
    snapshotId: manifest.id,
    async search({ q, mode, limit, offset }) {
      const answer = await ask(q, mode);
      const found = hits.of(answer, offset, offset + limit);
      const { total, isAbout, isUnread, didYouMean } = answer;
      const shared = { query: q, mode, total, didYouMean };
      return isAbout
        ? { ...shared, hits: found, status: 'answered', nearMisses: [] }
        : {
            ...shared,
            hits: [],
            status: isUnread ? 'unknown_language' : 'no_match',
            nearMisses: isUnread ? [] : found,
          };
    },
    async complete({ q, at = q.length, limit }) {
      await idsAhead.ready();
      return complete(q, at, limit);
    },
    async similar(id, limit) {
      rowOf(id);
      return { id, hits: hits.of(await ask(`like:${printValue(id)}`, 'hybrid'), 0, limit) };
    },
    async paper(id, { q, mode } = { mode: 'hybrid' }) {
      const row = rowOf(id);
      const paper = papers.paper(row);
      return {
        id,
        title: paper.title,
        abstract: paper.abstract,
        authors: paper.authors ? [...paper.authors] : null,
        authorCount: paper.authorCount ?? null,
        date: paper.date ?? null,
        categories: paper.categories ? [...paper.categories] : null,
        url: paper.url ?? null,
        venue: paper.venue ?? null,
        ...topics.ofPaper(row),
        x: map.x[row],
        y: map.y[row],
        neighborRecall: trust[row],
        ...shownFacts(paper),
        neighbors: await neighbors.of(row),
        highlight: q ? await whyOf(row, q, mode) : null,
      };
    },
    map: () => ({ snapshot: manifest.id, ...listed(columnsOf()) }),
    mapColumns: encoded.ready,
    topics: (request = {}) => ({ snapshot: manifest.id, ...topics.answer(request) }),
    topic: async (id) => ({ snapshot: manifest.id, ...(await detail.topic(id)) }),
    topicPapers: async (id, request) => ({ snapshot: manifest.id, ...(await detail.papers(id, request)) }),
    compareTopics: async (request) => ({ snapshot: manifest.id, ...(await detail.compare(request)) }),
    topicChanges: () => ({
      snapshot: manifest.id,
      previous: manifest.previous?.snapshot ?? null,
      levels: detail.changes,
    }),
    explore,
    status: (now) => ({
      snapshot: {
        id: manifest.id,
        createdAt: manifest.createdAt,
        ageSeconds: Math.max(0, Math.round((now.getTime() - Date.parse(manifest.createdAt)) / 1000)),
      },
      model: {
        name: manifest.model.name,
        source: manifest.model.source,
        dimensions: manifest.model.dimensions,
        available: embedder !== undefined,
      },
      counts: manifest.counts,
      dates: range,
      options: { ...manifest.options },
      quality: { ...manifest.quality },
    }),
    close() {
      ahead.stop();
      hits.close();
      snapshot.close();
    },
  };
}
