import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';
import type { PaperText } from '../../../../../pipeline/core/paper.ts';
import { type ExtractedPhrases, extractPhrases } from '../../../../../pipeline/topics/labels/extract-phrases.ts';
import { wordsOfPhrase } from '../../../../../pipeline/topics/labels/phrase-numbers.ts';
import { type TokenizedTexts, tokenizeTexts } from '../../../../../pipeline/topics/labels/tokenized-texts.ts';
import { wordRuns } from '../../../../../pipeline/topics/labels/words.ts';

fc.configureGlobal({ seed: 8017 });

const tokenize = (papers: readonly PaperText[]) =>
  runToCompletion(tokenizeTexts(papers, Int32Array.from(papers.keys())));
const lemmasOf = (texts: TokenizedTexts, { table }: ExtractedPhrases, phrase: number) =>
  wordsOfPhrase(table, phrase)
    .map((word) => texts.lemmas[word])
    .join(' ');

/** All occurrences of eligible phrases in a paper, found word by word as the docstrings say. */
function naivePhrases({ title, abstract }: PaperText): { inTitle: Set<string>; all: string[] } {
  const inTitle = new Set<string>();
  const all: string[] = [];
  for (const text of [title, abstract]) {
    for (const run of wordRuns(text)) {
      for (let from = 0; from < run.length; from++) {
        for (let length = 1; length <= 3 && from + length <= run.length; length++) {
          const words = run.slice(from, from + length);
          const kinds = words.map(({ kind }) => kind);
          if (kinds[0] === 'connector' || kinds[length - 1] === 'connector') continue;
          const hasConnector = length === 3 && kinds[1] === 'connector';
          const isWellConnected =
            /^(?:of|to|in|and)$/.test(words[1]?.lemma ?? '') && kinds[0] === 'content' && kinds[2] === 'content';
          const isEligible = hasConnector ? isWellConnected : kinds.includes('content');
          if (!isEligible) continue;
          const phrase = words.map(({ lemma }) => lemma).join(' ');
          all.push(phrase);
          if (text === title) inTitle.add(phrase);
        }
      }
    }
  }
  return { inTitle, all };
}

describe('extractPhrases', () => {
  const word = fc.constantFrom(
    ...'robot robots gripper RLHF agents agent of the for to speech GUI graph novel we model learning a . 3D'.split(
      ' ',
    ),
  );
  const text = fc.array(word, { maxLength: 12 }).map((list) => list.join(' '));
  const corpora = fc.array(fc.record({ title: text, abstract: text }), { minLength: 1, maxLength: 25 });

  test('finds the same phrases, texts, titles and numbers of occurrences as a naive count', () => {
    fc.assert(
      fc.property(corpora, fc.integer({ min: 1, max: 3 }), (papers, minTexts) => {
        const texts = tokenize(papers);
        const phrases = runToCompletion(extractPhrases(texts, minTexts));
        const naive = papers.map(naivePhrases);
        const frequencies = new Map<string, number>();
        for (const { all } of naive)
          for (const phrase of new Set(all)) frequencies.set(phrase, (frequencies.get(phrase) ?? 0) + 1);
        const frequent = [...frequencies].filter(([, count]) => count >= minTexts).map(([phrase]) => phrase);

        const eligible = [...phrases.isEligible.keys()].filter((phrase) => phrases.isEligible[phrase] === 1);
        expect(eligible.map((phrase) => lemmasOf(texts, phrases, phrase)).sort()).toEqual(frequent.sort());
        for (const phrase of eligible) {
          const lemmas = lemmasOf(texts, phrases, phrase);
          const occurrences = naive.flatMap(({ all }) => all).filter((one) => one === lemmas).length;
          expect(phrases.documentFrequency[phrase]).toBe(frequencies.get(lemmas));
          expect(phrases.titleFrequency[phrase]).toBe(naive.filter(({ inTitle }) => inTitle.has(lemmas)).length);
          expect(phrases.occurrences[phrase]).toBe(occurrences);
          expect(phrases.asModifier[phrase]).toBeLessThanOrEqual(occurrences);
        }
        naive.forEach(({ all, inTitle }, i) => {
          const [start, end] = [phrases.offsets[i], phrases.offsets[i + 1]];
          const found = [...phrases.phraseIds.subarray(start, end)].map((phrase) => lemmasOf(texts, phrases, phrase));
          expect([...found].sort()).toEqual([...new Set(all)].filter((phrase) => frequent.includes(phrase)).sort());
          expect([...phrases.inTitle.subarray(start, end)]).toEqual(found.map((one) => (inTitle.has(one) ? 1 : 0)));
        });
      }),
      { numRuns: 200 },
    );
  });

  test('counts modifiers and verbs', () => {
    const texts = tokenize([
      { title: '', abstract: 'Visual agents. We segment the visual agents, to segment our agents.' },
      { title: '', abstract: 'Visual agents and visual robots; we segment a robot.' },
    ]);
    const { asModifier, asVerb, occurrences } = runToCompletion(extractPhrases(texts, 1));
    const phraseOf = (lemma: string) => texts.lemmas.indexOf(lemma);
    expect(asModifier[phraseOf('visual')]).toBe(occurrences[phraseOf('visual')]);
    expect(asModifier[phraseOf('agent')]).toBe(0);
    expect(asVerb[phraseOf('segment')]).toBe(3);
    expect(asVerb[phraseOf('agent')]).toBe(0);
  });

  test('recognizes acronyms by their capitals', () => {
    const texts = tokenize([{ title: 'VLAs, 3D and GRPO for Robots', abstract: 'GPT-4 robots' }]);
    const { isAcronym } = runToCompletion(extractPhrases(texts, 1));
    const found = texts.lemmas.filter((_, lemma) => isAcronym[lemma] === 1);
    expect(found.sort()).toEqual(['3d', 'grpo', 'vla']);
  });
});
