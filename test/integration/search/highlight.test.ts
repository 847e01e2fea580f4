import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { queryStopWords, stopWords } from '../../../pipeline/core/stop-words.ts';
import type { Embedder } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import {
  analyzeAbstract,
  createSnippet,
  type HighlightQuery,
  highlightBestSentence,
  highlightWords,
  type TextRange,
} from '../../../pipeline/search/highlight/highlight.ts';
import {
  createSemanticHighlighter,
  type SemanticHighlighter,
} from '../../../pipeline/search/highlight/semantic-highlight.ts';
import { stemsIn, wordsIn } from '../../../pipeline/search/lexical/analyzer.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
let embedder: Embedder;
let highlighter: SemanticHighlighter;
let papers: Awaited<ReturnType<typeof samplePapers>>;

beforeAll(async () => {
  papers = await samplePapers();
  embedder = await openEmbedder('fast', newFolder(), silentEffects());
  const vectors = embedder.tokenVectors?.();
  if (!vectors) throw new Error('the model has no token vectors');
  const words = [...new Set(papers.flatMap(({ abstract }) => wordsIn(abstract).map(({ surface }) => surface)))];
  const contentWords = words.filter((word) => !stopWords.has(word) && !queryStopWords.has(word)).sort();
  highlighter = createSemanticHighlighter(
    vectors,
    contentWords.filter((_, i) => i % Math.floor(contentWords.length / 200) === 0),
  );
});
afterAll(() => embedder.close());

/** A query for highlights, and its embedding. */
async function prepare(query: string): Promise<{ highlightQuery: HighlightQuery; vector: Float32Array }> {
  const vector = await embedder.embed([query]);
  const words = wordsIn(query).filter(({ surface }) => !queryStopWords.has(surface));
  const similarity = highlighter.forQuery(
    vector,
    words.map(({ surface }) => surface),
  );
  return { highlightQuery: { stemWeights: new Map(words.map(({ stem }) => [stem, 0])), similarity }, vector };
}

const slices = (text: string, ranges: readonly TextRange[]) => ranges.map(([from, to]) => text.slice(from, to));

const queries = [
  'robots learning from people',
  'speech in many languages',
  'making chatbots refuse dangerous requests',
  'shrinking language models so that they run on phones',
  'turning a photo into a scene',
  'finding bugs in code',
];

describe('the highlighted sentence', () => {
  test('is the most similar one, even if another has more words of the query', async () => {
    const text = 'Programmers learn languages at school. A multilingual ASR model transcribes speech.';
    const { highlightQuery } = await prepare('speech in many languages');
    const byWords = highlightBestSentence(text, analyzeAbstract(text, highlighter), {
      ...highlightQuery,
      similarity: undefined,
    });
    const bySimilarity = highlightBestSentence(text, analyzeAbstract(text, highlighter), highlightQuery);
    expect(byWords?.sentence).toEqual([0, 38]);
    expect(bySimilarity?.sentence).toEqual([39, text.length]);
  });

  test('is nearly always the one whose embedding by the model is the most similar', async () => {
    let [same, differsFromWords, all] = [0, 0, 0];
    for (const query of queries) {
      const { highlightQuery, vector } = await prepare(query);
      for (const { abstract } of papers.slice(0, 60)) {
        const analyzed = analyzeAbstract(abstract, highlighter);
        const texts = Array.from(analyzed.starts, (start, i) => abstract.slice(start, analyzed.ends[i]));
        const embedded = await embedder.embed(texts);
        const cosines = texts.map((_, i) =>
          vector.reduce((sum, value, d) => sum + value * embedded[i * vector.length + d], 0),
        );
        const nearest = analyzed.starts[cosines.indexOf(Math.max(...cosines))];
        all++;
        if (highlightBestSentence(abstract, analyzed, highlightQuery)?.sentence[0] !== nearest) continue;
        same++;
        if (
          highlightBestSentence(abstract, analyzed, { ...highlightQuery, similarity: undefined })?.sentence[0] !==
          nearest
        )
          differsFromWords++;
      }
    }
    expect(all).toBe(360);
    expect(same / all).toBeGreaterThan(0.9);
    expect(differsFromWords / all).toBeGreaterThan(0.3);
  });

  test('is chosen by words without a semantic highlighter, and for text that the model does not know', async () => {
    const text = 'We study maps. Qqxzj wwvk are here. Robots push.';
    const { highlightQuery } = await prepare('robots');
    expect(highlightBestSentence(text, analyzeAbstract(text, undefined), highlightQuery)?.sentence).toEqual([36, 48]);
    expect(highlightBestSentence('漢. 字.', analyzeAbstract('漢. 字.', highlighter), highlightQuery)?.sentence).toEqual(
      [0, 2],
    );
    expect(highlightBestSentence('', analyzeAbstract('', highlighter), highlightQuery)).toBeUndefined();
  });
});

describe('the highlighted words', () => {
  test.each<[string, string, string[], string[]]>([
    [
      'speech in many languages',
      'We train multilingual ASR for speech and the web.',
      ['speech'],
      ['multilingual', 'ASR'],
    ],
    ['robots learning from people', 'A robot watches a human closely.', ['robot'], ['human']],
    [
      'medical images diagnosis',
      'Diagnostic scans of a patient help a physician.',
      [],
      ['Diagnostic', 'patient', 'physician'],
    ],
    ['self driving cars', 'Autonomous vehicles stay on the road.', [], ['Autonomous', 'vehicles']],
  ])('of %j in %j are its words and semantically similar ones', async (query, text, highlights, semanticHighlights) => {
    const { highlightQuery } = await prepare(query);
    const found = highlightWords(wordsIn(text), highlightQuery);
    expect(slices(text, found.highlights)).toEqual(highlights);
    expect(slices(text, found.semanticHighlights)).toEqual(semanticHighlights);
  });

  test('in titles and sentences of real papers are few content words, each of one kind', async () => {
    let seen = 0;
    for (const query of queries) {
      const { highlightQuery } = await prepare(query);
      for (const { title, abstract } of papers) {
        const sentence = highlightBestSentence(abstract, analyzeAbstract(abstract, highlighter), highlightQuery);
        const parts = [{ text: title, ...highlightWords(wordsIn(title), highlightQuery) }];
        if (sentence) parts.push({ text: abstract, ...sentence });
        for (const { text, highlights, semanticHighlights } of parts) {
          const words = slices(text, semanticHighlights).map((word) => wordsIn(word)[0].surface);
          expect(new Set(words).size).toBeLessThanOrEqual(4);
          for (const word of words) {
            expect(stopWords.has(word) || queryStopWords.has(word)).toBe(false);
            expect(highlightQuery.stemWeights.has(stemsIn(word)[0])).toBe(false);
          }
          for (const word of slices(text, highlights))
            expect(highlightQuery.stemWeights.has(stemsIn(word)[0])).toBe(true);
          seen += words.length;
        }
      }
    }
    expect(seen).toBeGreaterThan(50);
  });

  test('are no semantic ones without the similarity to the query', async () => {
    const { highlightQuery } = await prepare('speech in many languages');
    for (const { title, abstract } of papers) {
      const byWords = { ...highlightQuery, similarity: undefined };
      expect(highlightWords(wordsIn(title), byWords).semanticHighlights).toEqual([]);
      expect(
        highlightBestSentence(abstract, analyzeAbstract(abstract, highlighter), byWords)?.semanticHighlights ?? [],
      ).toEqual([]);
    }
  });

  test('are in ascending ranges that do not overlap, in the sentence and in the snippet, whatever the text', async () => {
    const { highlightQuery } = await prepare('robots that grasp with naïve 𝒳𝒴 models of the world');
    const piece = fc.constantFrom(
      'robotic',
      'Robots',
      'gripper',
      'grasping ',
      'na\\"ive',
      '$\\mathcal{X}_{robot}$',
      '{G}rasp',
      '𝒳𝒴',
      '👩‍🔬',
      'روبوت ',
      '\u202Eمسك\u202C',
      'manipulation',
      '. ',
      '! ',
      ', ',
      ' ',
      ' ',
      '-',
      '\n\n',
    );
    const anyText = fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 12 })), { maxLength: 100 });
    fc.assert(
      fc.property(anyText, (pieces) => {
        const text = pieces.join('');
        const sentence = highlightBestSentence(text, analyzeAbstract(text, highlighter), highlightQuery);
        if (!sentence) {
          expect(text.trim()).toBe('');
          return;
        }
        const [start, end] = sentence.sentence;
        expectValid(text.slice(0, end), sentence, start);
        const snippet = createSnippet(text, sentence);
        expectValid(snippet.text, snippet, 0);
        const shown = new Set(slices(text, [...sentence.highlights, ...sentence.semanticHighlights]));
        for (const word of slices(snippet.text, [...snippet.highlights, ...snippet.semanticHighlights]))
          expect(shown).toContain(word);
        expectValid(text, highlightWords(wordsIn(text), highlightQuery), 0);
      }),
      { numRuns: process.env.TORTURE ? 5000 : 300, seed: 4 },
    );
  });
});

/** Checks that ranges of both kinds are within the text, do not overlap, and split no surrogate pair. */
function expectValid(
  text: string,
  { highlights, semanticHighlights }: { highlights: TextRange[]; semanticHighlights: TextRange[] },
  from: number,
): void {
  for (const kind of [highlights, semanticHighlights]) expect(kind).toEqual([...kind].sort((a, b) => a[0] - b[0]));
  let at = from;
  for (const [start, end] of [...highlights, ...semanticHighlights].sort((a, b) => a[0] - b[0])) {
    expect(start).toBeGreaterThanOrEqual(at);
    expect(end).toBeGreaterThan(start);
    expect(text.slice(start, end)).not.toMatch(/\p{Surrogate}/u);
    at = end;
  }
  expect(at).toBeLessThanOrEqual(text.length);
}

test('highlighting a paper takes far less than 5 ms of processor time', async () => {
  const { highlightQuery } = await prepare('robots learning from people');
  const start = process.cpuUsage();
  for (const { title, abstract } of papers) {
    highlightWords(wordsIn(title), highlightQuery);
    highlightBestSentence(abstract, analyzeAbstract(abstract, highlighter), highlightQuery);
  }
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000 / papers.length).toBeLessThan(5);
});
