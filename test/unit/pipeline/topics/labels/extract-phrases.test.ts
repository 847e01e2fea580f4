import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finished } from '../../../../../pipeline/core/cooperative.ts';
import type { Passage } from '../../../../../pipeline/core/paper.ts';
import { type Phrases, phrasesOfTexts } from '../../../../../pipeline/topics/labels/extract-phrases.ts';
import { makePhraseTable, NO_PHRASE, wordsOfPhrase } from '../../../../../pipeline/topics/labels/phrase-table.ts';
import { readWordTexts, type WordTexts } from '../../../../../pipeline/topics/labels/tokenized-texts.ts';
import { wordRuns } from '../../../../../pipeline/topics/labels/words.ts';

fc.configureGlobal({ seed: 8017 });

describe('a phrase table', () => {
  test('numbers phrases in the order in which they came, and finds those alone, however many there are', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 3000 }), (pairs) => {
        const table = makePhraseTable(61);
        const known = new Map<string, number>();
        for (const [prefix, last] of pairs) {
          const key = `${prefix} ${last}`;
          expect(table.find(prefix, last)).toBe(known.get(key) ?? NO_PHRASE);
          const phrase = table.add(prefix, last);
          expect(phrase).toBe(known.get(key) ?? 61 + known.size);
          known.set(key, phrase);
          expect([table.prefixOf(phrase), table.lastOf(phrase)]).toEqual([prefix, last]);
        }
        expect(table.count()).toBe(61 + known.size);
      }),
      { numRuns: 20 },
    );
  });
});

const read = (papers: readonly Passage[]) => finished(readWordTexts(papers, Int32Array.from(papers.keys())));
const textOf = (texts: WordTexts, phrases: Phrases, phrase: number) =>
  wordsOfPhrase(phrases.table, phrase)
    .map((word) => texts.keys[word])
    .join(' ');

/** The distinct phrases of a paper that may name something, as the docstrings have it, read word by word. */
function naively({ title, abstract }: Passage): { inTitle: Set<string>; all: string[] } {
  const inTitle = new Set<string>();
  const all: string[] = [];
  for (const [place, text] of [title, abstract].entries()) {
    for (const run of wordRuns(text)) {
      for (let from = 0; from < run.length; from++) {
        for (let length = 1; length <= 3 && from + length <= run.length; length++) {
          const words = run.slice(from, from + length);
          const kinds = words.map(({ kind }) => kind);
          if (kinds[0] === 'joining' || kinds[length - 1] === 'joining') continue;
          const isJoined = length === 3 && kinds[1] === 'joining';
          const isName =
            /^(?:of|to|in|and)$/.test(words[1]?.key ?? '') && kinds[0] === 'telling' && kinds[2] === 'telling';
          const tells = isJoined ? isName : kinds.includes('telling');
          if (!tells) continue;
          const key = words.map((word) => word.key).join(' ');
          all.push(key);
          if (place === 0) inTitle.add(key);
        }
      }
    }
  }
  return { inTitle, all };
}

describe('phrasesOfTexts', () => {
  const word = fc.constantFrom(
    ...'robot robots gripper RLHF agents agent of the for to speech GUI graph novel we model learning a . 3D'.split(
      ' ',
    ),
  );
  const text = fc.array(word, { maxLength: 12 }).map((list) => list.join(' '));
  const corpora = fc.array(fc.record({ title: text, abstract: text }), { minLength: 1, maxLength: 25 });

  test('finds what a reader counts word by word: which phrases, in which texts, how often, in which titles', () => {
    fc.assert(
      fc.property(corpora, fc.integer({ min: 1, max: 3 }), (papers, least) => {
        const texts = read(papers);
        const phrases = finished(phrasesOfTexts(texts, least));
        const counted = papers.map(naively);
        const within = new Map<string, number>();
        for (const { all } of counted) for (const key of new Set(all)) within.set(key, (within.get(key) ?? 0) + 1);
        const frequent = [...within].filter(([, papersWith]) => papersWith >= least).map(([key]) => key);

        const named = [...phrases.naming.keys()].filter((phrase) => phrases.naming[phrase] === 1);
        expect(named.map((phrase) => textOf(texts, phrases, phrase)).sort()).toEqual(frequent.sort());
        for (const phrase of named) {
          const key = textOf(texts, phrases, phrase);
          expect(phrases.texts[phrase]).toBe(within.get(key));
          expect(phrases.titles[phrase]).toBe(counted.filter(({ inTitle }) => inTitle.has(key)).length);
          expect(phrases.times[phrase]).toBe(counted.flatMap(({ all }) => all).filter((one) => one === key).length);
          expect(phrases.followed[phrase]).toBeLessThanOrEqual(phrases.times[phrase]);
        }
        counted.forEach(({ all, inTitle }, i) => {
          const places = Array.from(
            { length: phrases.starts[i + 1] - phrases.starts[i] },
            (_, j) => phrases.starts[i] + j,
          );
          const own = places.map((at) => textOf(texts, phrases, phrases.entries[at]));
          expect([...own].sort()).toEqual([...new Set(all)].filter((key) => frequent.includes(key)).sort());
          expect(places.map((at) => phrases.inTitle[at])).toEqual(own.map((key) => (inTitle.has(key) ? 1 : 0)));
        });
      }),
      { numRuns: 200 },
    );
  });

  test('sees what stands before a noun, and what stands as a verb', () => {
    const texts = read([
      { title: '', abstract: 'Visual agents. We segment the visual agents, to segment our agents.' },
      { title: '', abstract: 'Visual agents and visual robots; we segment a robot.' },
    ]);
    const phrases = finished(phrasesOfTexts(texts, 1));
    const place = (key: string) => texts.keys.indexOf(key);
    expect(phrases.followed[place('visual')]).toBe(phrases.times[place('visual')]);
    expect(phrases.followed[place('agent')]).toBe(0);
    expect(phrases.verbal[place('segment')]).toBe(3);
    expect(phrases.verbal[place('agent')]).toBe(0);
  });

  test('knows acronyms by their capitals', () => {
    const texts = read([{ title: 'VLAs, 3D and GRPO for Robots', abstract: 'GPT-4 robots' }]);
    const { isAcronym } = finished(phrasesOfTexts(texts, 1));
    const found = texts.keys.filter((_, key) => isAcronym[key] === 1);
    expect(found.sort()).toEqual(['3d', 'grpo', 'vla']);
  });
});
