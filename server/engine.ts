import { PaperfieldError } from '../pipeline/core/errors.ts';
import type { Paper } from '../pipeline/core/paper.ts';
import { OUTLIER } from '../pipeline/core/topics.ts';
import { type Embedder, queryText } from '../pipeline/stages/embedders/embedder.ts';
import { openHnsw } from '../pipeline/stages/indexes/hnsw.ts';
import { reranked } from '../pipeline/stages/indexes/reranked.ts';
import { retrievable } from '../pipeline/stages/retrieval/candidates.ts';
import type { PaperFacts } from '../pipeline/store/paper-facts.ts';
import { openForServing } from '../pipeline/store/snapshot-reader.ts';
import type {
  Hit,
  MapAnswer,
  PaperAnswer,
  SearchAnswer,
  SearchRequest,
  SimilarAnswer,
  StatusAnswer,
  TopicsAnswer,
} from './contract.ts';
import { encodeMapColumns } from './map-columns.ts';
import { type Answer, openAsker } from './search/ask.ts';
import { printValue } from './search/grammar/print.ts';
import { snippetOf } from './search/snippet.ts';

/** Answers questions about one snapshot. Its answers never change while it is open. */
export interface Engine {
  readonly snapshotId: string;
  search(request: SearchRequest): Promise<SearchAnswer>;
  similar(id: string, limit: number): Promise<SimilarAnswer>;
  paper(id: string): PaperAnswer;
  map(): MapAnswer;
  mapColumns(): Uint8Array<ArrayBuffer>;
  topics(): TopicsAnswer;
  status(now: Date): StatusAnswer;
  close(): void;
}

/**
 * Opens a snapshot folder for answering.
 *
 * @param embedder the model that made the snapshot; without it only words can be searched
 * @throws PaperfieldError corrupt
 */
export function openEngine(folder: string, embedder: Embedder | undefined): Engine {
  const snapshot = openForServing(folder);
  const { manifest, papers, vectors, map, topicOfRow, topics } = snapshot;
  const { leadingDimensions } = manifest.model;
  const index = reranked(openHnsw(snapshot.indexPath, vectors.count, leadingDimensions), vectors, leadingDimensions);
  const ids = papers.ids();
  const corpus = retrievable(snapshot.words, vectors, index, Number(manifest.options.efSearch ?? 200));
  const topicOf = (row: number) => (topicOfRow[row] === OUTLIER ? null : topicOfRow[row]);
  let columns: Uint8Array<ArrayBuffer> | undefined;
  let facts: PaperFacts | undefined;

  const rowOf = (id: string) => {
    const row = papers.rowOf(id);
    if (row === undefined) throw new PaperfieldError('not_found', `no paper has the id '${id}'`);
    return row;
  };
  const hitOf = (answer: Answer, i: number): Hit => {
    const row = answer.rows[i];
    const paper = papers.paper(row);
    const relevance = answer.relevances[i];
    return {
      id: paper.id,
      title: paper.title,
      score: rounded(answer.scores[i]),
      relevance: relevance === null ? null : rounded(relevance),
      date: paper.date ?? null,
      topic: topicOf(row),
      x: map.x[row],
      y: map.y[row],
      snippet: snippetOf(paper.abstract, answer.stems),
      ...shownFacts(paper),
      also: answer.also[i].map((other) => ({ id: ids[other], title: papers.paper(other).title })),
    };
  };
  const hitsOf = (answer: Answer, from: number, to: number): Hit[] =>
    answer.rows.slice(from, to).map((_, i) => hitOf(answer, from + i));
  const ask = openAsker({
    corpus,
    ...manifest.search,
    graph: snapshot.graph,
    words: snapshot.words,
    topicOfRow,
    topics,
    get facts() {
      facts ??= papers.facts();
      return facts;
    },
    rowOf: papers.rowOf,
    textOf: (row) => `${papers.paper(row).title}\n${papers.paper(row).abstract}`,
    embed: embedder && ((text) => embedder.embed([queryText(embedder.card, text)])),
  });

  const central = new Map(topics.map((topic) => [topic.id, topic.central.map((row) => papers.paper(row))]));
  const places = topics.map((topic) => medianPlace(topic.id, topicOfRow, map.x, map.y));

  return {
    snapshotId: manifest.id,
    async search({ q, mode, limit, offset }) {
      if (mode === 'semantic' && !embedder) throw modelMissing(manifest.model.name);
      const answer = await ask(q, mode);
      const hits = hitsOf(answer, offset, offset + limit);
      const { total, isAbout, didYouMean } = answer;
      const shared = { query: q, mode, total, didYouMean };
      return isAbout
        ? { ...shared, hits, verdict: 'found', apart: [] }
        : { ...shared, hits: [], verdict: 'nothing', apart: hits };
    },
    async similar(id, limit) {
      rowOf(id);
      return { id, hits: hitsOf(await ask(`like:${printValue(id)}`, 'hybrid'), 0, limit) };
    },
    paper(id) {
      const row = rowOf(id);
      const paper = papers.paper(row);
      return {
        id,
        title: paper.title,
        abstract: paper.abstract,
        authors: paper.authors ? [...paper.authors] : null,
        date: paper.date ?? null,
        categories: paper.categories ? [...paper.categories] : null,
        url: paper.url ?? null,
        venue: paper.venue ?? null,
        topic: topicOf(row),
        x: map.x[row],
        y: map.y[row],
        ...shownFacts(paper),
      };
    },
    map: () => ({
      snapshot: manifest.id,
      ids,
      x: Array.from(map.x),
      y: Array.from(map.y),
      topic: Array.from(topicOfRow),
    }),
    mapColumns() {
      columns ??= encodeMapColumns(ids, map.x, map.y, topicOfRow);
      return columns;
    },
    topics: () => ({
      snapshot: manifest.id,
      topics: topics.map((topic, i) => ({
        id: topic.id,
        name: topic.name,
        keywords: topic.keywords.map((keyword) => ({ ...keyword })),
        size: topic.size,
        ...places[i],
        central: (central.get(topic.id) ?? []).map(({ id, title }) => ({ id, title })),
      })),
      outliers: manifest.counts.outliers,
    }),
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
      dates: papers.dateRange(),
      options: { ...manifest.options },
      quality: { ...manifest.quality },
    }),
    close: () => snapshot.close(),
  };
}

/** Four digits: what more there is says nothing and makes answers longer. */
function rounded(score: number): number {
  return Math.round(score * 1e4) / 1e4;
}

function shownFacts(paper: Paper) {
  return {
    organisation: paper.organisation ?? null,
    comments: paper.comments ?? null,
    authorCount: paper.authorCount ?? null,
  };
}

function medianPlace(topic: number, topicOfRow: Int32Array, x: Float32Array, y: Float32Array) {
  const members = (axis: Float32Array) => axis.filter((_, row) => topicOfRow[row] === topic).sort();
  const [xs, ys] = [members(x), members(y)];
  return { x: xs[xs.length >> 1] ?? 0, y: ys[ys.length >> 1] ?? 0 };
}

function modelMissing(name: string): PaperfieldError {
  return new PaperfieldError(
    'model',
    `this snapshot was made with the model ${name}, which cannot be loaded here: search by words (mode=keyword), or build again`,
  );
}
