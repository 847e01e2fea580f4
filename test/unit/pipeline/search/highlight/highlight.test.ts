import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitSentences } from '../../../../../pipeline/core/split-sentences.ts';
import {
  analyzeAbstract,
  createSnippet,
  highlightBestSentence,
} from '../../../../../pipeline/search/highlight/highlight.ts';
import { stemsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';
import { samplePapers } from '../../../../fixtures/corpus.ts';

/** The stems of a query's words. */
const stemsOf = (query: string): ReadonlySet<string> => new Set(stemsIn(query));

/** The snippet of an abstract for a keyword query. */
const snippetOf = (abstract: string, stems: ReadonlySet<string>) => {
  const highlightQuery = { stemWeights: new Map([...stems].map((stem) => [stem, 0])), similarity: undefined };
  return createSnippet(abstract, highlightBestSentence(abstract, analyzeAbstract(abstract, undefined), highlightQuery));
};

/** True for a text without unpaired surrogates. */
const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text);

describe('a snippet', () => {
  const abstract =
    'We study maps. Robots push objects, and a robot grasps them! Grasping is hard? Tides turn, e.g. in spring.';

  test('is the sentence with most words of the query, the first of equals, with these words highlighted', () => {
    const { text, highlights } = snippetOf(abstract, stemsOf('grasping robots'));
    expect(text).toBe('Robots push objects, and a robot grasps them!');
    expect(highlights.map(([from, to]) => text.slice(from, to))).toEqual(['Robots', 'robot', 'grasps']);
  });

  test('is the first sentence, without highlights, if the abstract contains no word of the query', () => {
    expect(snippetOf(abstract, stemsOf('quasars'))).toEqual({
      text: 'We study maps.',
      highlights: [],
      semanticHighlights: [],
    });
    expect(snippetOf(abstract, new Set())).toEqual({ text: 'We study maps.', highlights: [], semanticHighlights: [] });
  });

  test('of an empty abstract is empty', () => {
    expect(snippetOf('', stemsOf('robots'))).toEqual({ text: '', highlights: [], semanticHighlights: [] });
    expect(snippetOf('  \n ', stemsOf('robots'))).toEqual({ text: '', highlights: [], semanticHighlights: [] });
  });

  test.each([0, 100, 200, 500, 900, 990])(
    'of a long sentence is cut around the match at word %i of 1000',
    (position) => {
      const words = Array.from({ length: 1000 }, (_, i) => (i === position ? 'needle' : 'straw'));
      const { text, highlights } = snippetOf(words.join(' '), stemsOf('needle'));
      expect(text.length).toBeLessThanOrEqual(330);
      expect(highlights.map(([from, to]) => text.slice(from, to))).toEqual(['needle']);
      expect(text.startsWith('…')).toBe(position > 30);
      expect(text.endsWith('…')).toBe(position < 950);
      expect(text.replace(/^… | …$/g, '')).toMatch(/^(straw|needle)( (straw|needle))*$/);
    },
  );

  test('never splits a surrogate pair, also in a long sentence without spaces', () => {
    for (let lead = 0; lead < 8; lead++) {
      for (const letter of ['𝒳', '👩', '漢', 'e\u0301']) {
        const long = `${'a'.repeat(lead)}${letter.repeat(700)}`;
        expect(isWellFormed(snippetOf(long, new Set()).text)).toBe(true);
        expect(isWellFormed(snippetOf(`${long}, robot ${long}`, stemsOf('robot')).text)).toBe(true);
      }
    }
  });

  test('is a short part of the abstract with words of the query highlighted in order', () => {
    const piece = fc.constantFrom(
      'robot',
      'Robots',
      'grasping',
      'naïve',
      '𝒳𝒴𝒵',
      '👩‍🔬',
      '. ',
      '! ',
      '? ',
      ', ',
      ' ',
      ' ',
      '-',
      '\n\n',
      'e.g. ',
    );
    const text = fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 12 })), { maxLength: 120 });
    const query = fc.subarray(['robots', 'grasp', 'naive', '𝒳𝒴𝒵', 'zebra'], { minLength: 1 });
    fc.assert(
      fc.property(text, query, (pieces, words) => {
        const whole = pieces.join('');
        const stems = stemsOf(words.join(' '));
        const snippet = snippetOf(whole, stems);
        expect(snippet.text.length).toBeLessThanOrEqual(330);
        expect(isWellFormed(snippet.text)).toBe(true);
        expect(snippet.semanticHighlights).toEqual([]);
        // The abstract itself may also contain the ellipses that mark a cut.
        const bare = snippet.text.replace(/^… /, '').replace(/ …$/, '');
        expect(whole.includes(snippet.text) || whole.includes(bare)).toBe(true);
        let end = 0;
        for (const [from, to] of snippet.highlights) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThan(from);
          end = to;
          expect(stems).toContain(stemsIn(snippet.text.slice(from, to))[0]);
        }
        expect(end).toBeLessThanOrEqual(snippet.text.length);
      }),
      { numRuns: process.env.TORTURE ? 5000 : 300, seed: 3 },
    );
  });

  test('of a real abstract is the sentence with most words of the query', async () => {
    const stems = stemsOf('language models robot planning');
    const countIn = (text: string) => new Set(stemsIn(text).filter((stem) => stems.has(stem))).size;
    let highlightCount = 0;
    for (const { abstract: whole } of await samplePapers()) {
      const { text, highlights } = snippetOf(whole, stems);
      if (text.includes('…')) continue;
      const counts = splitSentences(whole).map(({ start, end }) => countIn(whole.slice(start, end)));
      const best = splitSentences(whole)[counts.indexOf(Math.max(...counts))];
      expect(text).toBe(best ? whole.slice(best.start, best.end) : '');
      expect(highlights.length > 0).toBe(Math.max(0, ...counts) > 0);
      highlightCount += highlights.length;
    }
    expect(highlightCount).toBeGreaterThan(200);
  });
});
