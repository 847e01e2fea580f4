import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';
import { wordAt } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import {
  createSpellingCorrector,
  editDistance,
  SimilarWordFinder,
} from '../../../../../pipeline/search/suggest/spelling.ts';
import { buildIndex } from '../../../../fixtures/small-vocabulary-papers.ts';

const letters = (word: string) => Array.from(word, (letter) => letter.codePointAt(0) ?? 0);

/** The recurrence of optimal string alignment over the full matrix. */
function naiveDistance(a: readonly number[], b: readonly number[]): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : i)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.length][b.length];
}

describe('the edit distance', () => {
  test.each([
    ['graph', 'graph', 0],
    ['graph', 'grpah', 1],
    ['graph', 'grap', 1],
    ['graph', 'grapph', 1],
    ['graph', 'gramh', 1],
    ['diffusion', 'difusoin', 2],
    ['漢字', '字漢', 1],
    ['', 'ab', 2],
  ])('of %j and %j is %i', (a, b, expected) => {
    const [one, other] = [letters(a), letters(b)];
    expect(editDistance(Int32Array.from(one), one.length, Int32Array.from(other), other.length, 3)).toBe(expected);
  });

  test('is that of the full matrix, or one above the maximum', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, max) => {
        const [one, other] = [letters(a), letters(b)];
        const distance = editDistance(Int32Array.from(one), one.length, Int32Array.from(other), other.length, max);
        expect(distance).toBe(Math.min(max + 1, naiveDistance(one, other)));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

describe('a spelling suggestion', () => {
  const paper = (abstract: string) => ({ title: '', abstract });

  test('is the other word that a full scan finds: the most likely within one edit, or two for a long word', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'k', '7', '漢'), minLength: 3, maxLength: 11 });
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 6 }), { maxLength: 8 }), word, (texts, typed) => {
        const index = buildIndex(texts.map((words) => paper(words.join(' '))));
        const [{ surface }] = wordsIn(typed);
        const all = Array.from({ length: index.words.count }, (_, at) => wordAt(index.words, at));
        const length = letters(surface).length;
        const maxEdits = length < 4 || /\d/.test(surface) ? 0 : length < 9 ? 1 : 2;
        const candidates = all
          .map((word, at) => ({
            word,
            distance: naiveDistance(letters(word), letters(surface)),
            documentFrequency: index.wordDocumentFrequency[at],
          }))
          .filter(({ word, distance }) => distance > 0 && distance <= maxEdits && !/\d/.test(word));
        const likelihood = ({ documentFrequency, distance }: { documentFrequency: number; distance: number }) =>
          documentFrequency / 50 ** distance;
        const best = Math.max(...candidates.map(likelihood));
        expect(new SimilarWordFinder(index).suggest(surface)).toEqual(
          candidates.find((one) => likelihood(one) === best),
        );
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test.each([
    ['trasnformer', 'transformer'],
    ['difusion', 'diffusion'],
    ['grpah', 'graph'],
    ['schrodingr', 'schrodinger'],
  ])('for %j is %j', (typed, expected) => {
    const finder = new SimilarWordFinder(
      buildIndex([paper('Transformer and diffusion on a graph: the Schrödinger bridge')]),
    );
    expect(finder.suggest(typed)?.word).toBe(expected);
  });

  test('prefers a frequent word, and is undefined for short words, words with digits and words unlike all others', () => {
    const finder = new SimilarWordFinder(
      buildIndex([...Array.from({ length: 60 }, () => paper('attention gpt4a')), paper('atentions')]),
    );
    expect(finder.suggest('atention')?.word).toBe('attention');
    expect(finder.suggest('atentions')?.word).toBe('attention');
    expect(finder.suggest('attention')?.word).toBe('atentions');
    for (const word of ['at', 'gpt', 'gpt5a', 'quaternion', '', 'x'.repeat(200)]) {
      expect(finder.suggest(word)).toBeUndefined();
    }
    expect(new SimilarWordFinder(buildIndex([])).suggest('attention')).toBeUndefined();
  });
});

describe('the spelling of a query', () => {
  const papers = (count: number, abstract: string) => Array.from({ length: count }, () => ({ title: '', abstract }));
  const index = buildIndex([
    ...papers(400, 'learning robots that plan with transformers and diffusion models of graphs'),
    ...papers(300, 'grasping of cups by image segmentation with retraining of the transformer'),
    ...papers(19, 'a clip'),
    ...papers(5, 'pre-training with tokens for behavior'),
    ...papers(3, 'leraning'),
    ...papers(2, 'segmentaton segmntaton Difusion graping'),
    ...papers(1, 'plann'),
  ]);
  const corrector = createSpellingCorrector(index);
  const correct = (text: string) => {
    const { text: corrected, corrections } = corrector.correct(text);
    return [corrected, corrections.map(({ typed, used }) => `${typed}>${used}`).join(' ')];
  };

  test.each([
    ['tranformer for robots', 'transformer for robots', 'tranformer>transformer'],
    [
      'Lerning robts, and transfromer!',
      'learning robots, and transformer!',
      'Lerning>learning robts>robots transfromer>transformer',
    ],
    ['robts and robts learn', 'robots and robots learn', 'robts>robots robts>robots'],
    ['self-lerning robots', 'self-learning robots', 'lerning>learning'],
    ['(lerning)', '(learning)', 'lerning>learning'],
    ['cusp of robots', 'cups of robots', 'cusp>cups'],
    ['learning segmentaton of cups', 'learning segmentation of cups', 'segmentaton>segmentation'],
  ])('of %j is corrected: %j', (typed, corrected, corrections) => {
    expect(correct(typed)).toEqual([corrected, corrections]);
  });

  test.each([
    ['words that papers contain', 'robots that plan'],
    ['words that three papers contain, even if another is far more frequent', 'leraning robots'],
    ['another form of a word, or another spelling', 'tokenized behaviours'],
    ['stop words', 'which robots would they then use'],
    ['words unlike all others', 'quaternions of robots'],
    ['words of three letters, and of four that are like a rare word', 'grp clop robots'],
    ['words with digits', 'tran5former robots'],
    ['names with capitals inside', 'TRANFORMER and DiFusion for robots'],
    ['a rare word with a capital, which is a name', 'Difusion robots'],
    ['a rare word of fewer than seven letters', 'plann robots'],
    ['a rare word that is two edits from a frequent one', 'segmntaton of robots'],
    ['a word that papers write in two', 'pretraining robots'],
    ['the beginnings of longer words', 'tranfo* robots'],
    ['quoted words', '"tranformer lerning" robots'],
    ['words quoted otherwise', '“tranformer” and „lerning“ robots'],
    ['nothing', ''],
    ['signs', '!? …'],
  ])('leaves %s: %j', (_, text) => {
    expect(correct(text)).toEqual([text, '']);
  });

  test('corrects what is not quoted beside a quotation, and after a quote that is not closed', () => {
    expect(correct('"tranformer" lerning robots')[0]).toBe('"tranformer" learning robots');
    expect(correct('5" lerning robots')[0]).toBe('5" learning robots');
  });

  test('is not corrected in the last word, if papers contain longer words that begin with it', () => {
    expect(correct('robts transfo')).toEqual(['robots transfo', 'robts>robots']);
    expect(correct('transfo robots')[0]).toBe('transfo robots');
    expect(correct('robots tranformer')[0]).toBe('robots transformer');
    expect(correct('robots graping')[0]).toBe('robots grasping');
  });

  test('is corrected to a rarer word only if it is one edit nearer, and never twice', () => {
    const one = createSpellingCorrector(buildIndex([...papers(30, 'transformer'), ...papers(1, 'transfomer')]));
    expect(one.correct('transfomr x').text).toBe('transfomer x');
    const many = createSpellingCorrector(buildIndex([...papers(60, 'transformer'), ...papers(1, 'transfomer')]));
    expect(many.correct('transfomr x').text).toBe('transformer x');
  });

  test('changes only the listed words, and nothing the second time, in any text', () => {
    const word = fc.constantFrom(
      ...'robts lerning "tranformer segmentaton" difusion* robots of, Difusion pretraining (graping) 漢字 “x” - LoRA'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const text = words.join(' ');
        const { text: corrected, corrections } = corrector.correct(text);
        const [before, after] = [wordsIn(text), wordsIn(corrected)].map((all) => all.map(({ surface }) => surface));
        expect(after).toHaveLength(before.length);
        const changed = before.flatMap((surface, at) => (surface === after[at] ? [] : [`${surface}>${after[at]}`]));
        expect(corrections.map(({ typed, used }) => `${typed.toLowerCase()}>${used}`)).toEqual(changed);
        const again = corrector.correct(corrected);
        expect(again.text).toBe(corrected);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  test('is not corrected in words that are known to exist, whether papers contain them or not', () => {
    const asked: string[] = [];
    const knowing = createSpellingCorrector(index, (word) => {
      asked.push(word);
      return word === 'lerning' || word === 'segmentaton';
    });
    expect(knowing.correct('Lerning robts, segmentaton').text).toBe('Lerning robots, segmentaton');
    expect(asked).toEqual(['lerning', 'robts', 'segmentaton']);
  });

  test('is not corrected in a corpus without papers', () => {
    expect(createSpellingCorrector(buildIndex([])).correct('tranformer')).toEqual({
      text: 'tranformer',
      corrections: [],
    });
  });
});
