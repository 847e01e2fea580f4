import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { queryStopWords, stopWords } from '../../../pipeline/core/stop-words.ts';
import type { Embedder } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import {
  highlightSentence,
  highlightWords,
  type Range,
  analyzeAbstract,
  type HighlightQuery,
  createSnippet,
} from '../../../pipeline/search/highlight/highlight.ts';
import { type SemanticHighlighter, createSemanticHighlighter } from '../../../pipeline/search/highlight/semantic-highlight.ts';
import { stemsIn, wordsIn } from '../../../pipeline/search/lexical/analyzer.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
let embedder: Embedder;
let reader: SemanticHighlighter;
let papers: Awaited<ReturnType<typeof samplePapers>>;

beforeAll(async () => {
  papers = await samplePapers();
  embedder = await openEmbedder('embedded', newFolder(), silentEffects());
  const vectors = embedder.tokenVectors?.();
  if (!vectors) throw new Error('the shipped model has no token vectors');
  const words = [...new Set(papers.flatMap(({ abstract }) => wordsIn(abstract).map(({ surface }) => surface)))];
  const telling = words.filter((word) => !stopWords.has(word) && !queryStopWords.has(word)).sort();
  reader = createSemanticHighlighter(
    vectors,
    telling.filter((_, i) => i % Math.floor(telling.length / 200) === 0),
  );
});
afterAll(() => embedder.close());

/** What a query looks for, by its words and its vector. */
async function seek(query: string): Promise<{ sought: HighlightQuery; vector: Float32Array }> {
  const vector = await embedder.embed([query]);
  const words = wordsIn(query).filter(({ surface }) => !queryStopWords.has(surface));
  const meaning = reader.forQuery(
    vector,
    words.map(({ surface }) => surface),
  );
  return { sought: { stemWeights: new Map(words.map(({ stem }) => [stem, 0])), similarity: meaning }, vector };
}

const sliced = (text: string, ranges: readonly Range[]) => ranges.map(([from, to]) => text.slice(from, to));

const questions = [
  'robots learning from people',
  'speech in many languages',
  'making chatbots refuse dangerous requests',
  'shrinking language models so that they run on phones',
  'turning a photo into a scene',
  'finding bugs in code',
];

describe('the sentence that explains a paper', () => {
  test('is the nearest by meaning, where the words alone would choose another', async () => {
    const text = 'Programmers learn languages at school. A multilingual ASR model transcribes speech.';
    const { sought } = await seek('speech in many languages');
    const byWords = highlightSentence(text, analyzeAbstract(text, reader), { ...sought, similarity: undefined });
    const byMeaning = highlightSentence(text, analyzeAbstract(text, reader), sought);
    expect(byWords?.sentence).toEqual([0, 38]);
    expect(byMeaning?.sentence).toEqual([39, text.length]);
  });

  test('is nearly always the one whose vector is nearest, as the graph gives it', async () => {
    let [same, otherThanWords, all] = [0, 0, 0];
    for (const question of questions) {
      const { sought, vector } = await seek(question);
      for (const { abstract } of papers.slice(0, 60)) {
        const read = analyzeAbstract(abstract, reader);
        const texts = Array.from(read.starts, (start, i) => abstract.slice(start, read.ends[i]));
        const embedded = await embedder.embed(texts);
        const cosines = texts.map((_, i) =>
          vector.reduce((sum, value, d) => sum + value * embedded[i * vector.length + d], 0),
        );
        const nearest = read.starts[cosines.indexOf(Math.max(...cosines))];
        all++;
        if (highlightSentence(abstract, read, sought)?.sentence[0] !== nearest) continue;
        same++;
        if (highlightSentence(abstract, read, { ...sought, similarity: undefined })?.sentence[0] !== nearest) otherThanWords++;
      }
    }
    expect(all).toBe(360);
    expect(same / all).toBeGreaterThan(0.9);
    expect(otherThanWords / all).toBeGreaterThan(0.3);
  });

  test('is chosen by words where meaning says nothing', async () => {
    const text = 'We study maps. Qqxzj wwvk are here. Robots push.';
    const { sought } = await seek('robots');
    expect(highlightSentence(text, analyzeAbstract(text, undefined), sought)?.sentence).toEqual([36, 48]);
    expect(highlightSentence('漢. 字.', analyzeAbstract('漢. 字.', reader), sought)?.sentence).toEqual([0, 2]);
    expect(highlightSentence('', analyzeAbstract('', reader), sought)).toBeUndefined();
  });
});

describe('the words that carried it', () => {
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
  ])('of %j in %j are marked, asked for or near in meaning', async (query, text, exact, near) => {
    const { sought } = await seek(query);
    const found = highlightWords(wordsIn(text), sought);
    expect(sliced(text, found.highlights)).toEqual(exact);
    expect(sliced(text, found.semanticHighlights)).toEqual(near);
  });

  test('in titles and sentences of real papers are few, telling, and of one kind each', async () => {
    let seen = 0;
    for (const question of questions) {
      const { sought } = await seek(question);
      for (const { title, abstract } of papers) {
        const explained = highlightSentence(abstract, analyzeAbstract(abstract, reader), sought);
        const parts = [{ text: title, ...highlightWords(wordsIn(title), sought) }];
        if (explained) parts.push({ text: abstract, ...explained });
        for (const { text, highlights: marks, semanticHighlights: near } of parts) {
          const words = sliced(text, near).map((word) => wordsIn(word)[0].surface);
          expect(new Set(words).size).toBeLessThanOrEqual(4);
          for (const word of words) {
            expect(stopWords.has(word) || queryStopWords.has(word)).toBe(false);
            expect(sought.stemWeights.has(stemsIn(word)[0])).toBe(false);
          }
          for (const word of sliced(text, marks)) expect(sought.stemWeights.has(stemsIn(word)[0])).toBe(true);
          seen += words.length;
        }
      }
    }
    expect(seen).toBeGreaterThan(50);
  });

  test('are none by meaning where only words are asked', async () => {
    const { sought } = await seek('speech in many languages');
    for (const { title, abstract } of papers) {
      const byWords = { ...sought, meaning: undefined };
      expect(highlightWords(wordsIn(title), byWords).semanticHighlights).toEqual([]);
      expect(highlightSentence(abstract, analyzeAbstract(abstract, reader), byWords)?.semanticHighlights ?? []).toEqual([]);
    }
  });

  test('stand in order and apart within the sentence and the snippet, whatever the text', async () => {
    const { sought } = await seek('robots that grasp with naïve 𝒳𝒴 models of the world');
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
    const text = fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 12 })), { maxLength: 100 });
    fc.assert(
      fc.property(text, (pieces) => {
        const whole = pieces.join('');
        const explained = highlightSentence(whole, analyzeAbstract(whole, reader), sought);
        if (!explained) {
          expect(whole.trim()).toBe('');
          return;
        }
        const [start, end] = explained.sentence;
        expectSound(whole.slice(0, end), explained, start);
        const snippet = createSnippet(whole, explained);
        expectSound(snippet.text, snippet, 0);
        const shown = new Set(sliced(whole, [...explained.highlights, ...explained.semanticHighlights]));
        for (const word of sliced(snippet.text, [...snippet.highlights, ...snippet.semanticHighlights]))
          expect(shown).toContain(word);
        expectSound(whole, highlightWords(wordsIn(whole), sought), 0);
      }),
      { numRuns: process.env.TORTURE ? 5000 : 300, seed: 4 },
    );
  });
});

/** Ranges of both kinds together rise, lie apart and within the text, and cut no letter in two. */
function expectSound(
  text: string,
  { highlights: marks, semanticHighlights: near }: { highlights: Range[]; semanticHighlights: Range[] },
  from: number,
): void {
  for (const kind of [marks, near]) expect(kind).toEqual([...kind].sort((a, b) => a[0] - b[0]));
  let at = from;
  for (const [start, end] of [...marks, ...near].sort((a, b) => a[0] - b[0])) {
    expect(start).toBeGreaterThanOrEqual(at);
    expect(end).toBeGreaterThan(start);
    expect(text.slice(start, end)).not.toMatch(/\p{Surrogate}/u);
    at = end;
  }
  expect(at).toBeLessThanOrEqual(text.length);
}

test('explaining a paper takes far less than 5 ms of processor time', async () => {
  const { sought } = await seek('robots learning from people');
  const began = process.cpuUsage();
  for (const { title, abstract } of papers) {
    highlightWords(wordsIn(title), sought);
    highlightSentence(abstract, analyzeAbstract(abstract, reader), sought);
  }
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000 / papers.length).toBeLessThan(5);
});
