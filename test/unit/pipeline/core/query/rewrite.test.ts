import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../../../pipeline/core/query/parser.ts';
import { printExcluded, printFilter, printQuery } from '../../../../../pipeline/core/query/printer.ts';
import {
  dropQuotes,
  extractExclusion,
  extractFiltersFromText,
  stripRequestPhrase,
} from '../../../../../pipeline/core/query/rewrite.ts';

const TODAY = new Date('2026-06-10T12:00:00Z');

describe('dates and an author in plain words', () => {
  const isAuthor = (name: string) => name === 'Grace Hopper';
  const extract = (q: string) => extractFiltersFromText(parseQuery(q), isAuthor, TODAY);

  test.each([
    ['world models since October 2025', 'since:2025-10 world models', 'since:2025-10'],
    ['World models published after 2024', 'since:2025 World models', 'since:2025'],
    ['robot grasping last month', 'since:2026-05-10 robot grasping', 'since:2026-05-10'],
    ['papers about tool use in 2026', 'since:2026 until:2026 tool use', 'since:2026 until:2026'],
    ['new works on tool use from June', 'since:2026-06 until:2026-06 tool use', 'since:2026-06 until:2026-06'],
    ['papers by Grace Hopper', 'author:"Grace Hopper"', 'author:"Grace Hopper"'],
    ['compilers written by Grace Hopper', 'author:"Grace Hopper" compilers', 'author:"Grace Hopper"'],
    [
      'compilers by Grace Hopper since 2025',
      'since:2025 author:"Grace Hopper" compilers',
      'since:2025 author:"Grace Hopper"',
    ],
    ['has:code world models since 2025', 'has:code since:2025 world models', 'since:2025'],
    ['since:2025 compilers by Grace Hopper', 'since:2025 author:"Grace Hopper" compilers', 'author:"Grace Hopper"'],
    [
      '-survey like:a sort:date maps in 2025',
      'like:a since:2025 until:2025 sort:date -survey maps',
      'since:2025 until:2025',
    ],
    ['workshop reports since 2025', 'since:2025 workshop reports', 'since:2025'],
    ['paper-based diagnostics since 2025', 'since:2025 paper-based diagnostics', 'since:2025'],
  ])('become filters: %j is %j', (q, query, added) => {
    const found = extract(q);
    expect(found && printQuery(found.query)).toBe(query);
    expect(found?.added.map(printFilter).join(' ')).toBe(added);
  });

  test.each([
    'the 2025 BEHAVIOR challenge',
    'robots that learn by watching people',
    'by Grace',
    'Grace Hopper',
    'compilers by Grace Hopper and others',
    'since:2025 world models in 2026',
    'until:2025 world models in 2026',
    'author:Li compilers by Grace Hopper',
    'since October 2025',
    'papers from last month',
    '"since October 2025" world models',
    'world mod* since October 2025',
    `${'a long abstract that was pasted '.repeat(6)}since October 2025`,
  ])('stay words in %j', (q) => expect(extract(q)).toBeNull());

  test('stay words in any text longer than 160 characters', () => {
    const withLength = (length: number) => `${'x'.repeat(length - ' since 2025'.length)} since 2025`;
    expect(extract(withLength(160))?.added).toEqual([{ kind: 'since', date: '2025' }]);
    expect(extract(withLength(161))).toBeNull();
  });
});

describe('words that leave something out', () => {
  const extract = (text: string, ...idioms: string[]) => extractExclusion(text, (words) => idioms.includes(words));

  test.each([
    ['segmentation other than medical imaging', 'segmentation', '-"medical imaging"'],
    ['Segmentation Other Than Medical', 'Segmentation', '-Medical'],
    ['generative models except diffusion', 'generative models', '-diffusion'],
    ['generative models, except for GANs, of images', 'generative models, , of images', '-GANs'],
    ['segmentation excluding medical imaging for robots', 'segmentation for robots', '-"medical imaging"'],
    ['language models apart from transformers', 'language models', '-transformers'],
    ['grasping but not with suction cups', 'grasping', '-"suction cups"'],
    ['navigation and not about driving', 'navigation', '-driving'],
    ['grasping not using force-torque sensors', 'grasping', '-"force-torque sensors"'],
    ['planning rather than learning', 'planning', '-learning'],
    ['navigation without maps', 'navigation', '-maps'],
    ['navigation without any maps that are recent', 'navigation that are recent', '-maps'],
    ['navigation without a map', 'navigation', '-map'],
    ['without the maps, navigation', ', navigation', '-maps'],
    ['robots without 3D cameras?', 'robots ?', '-"3D cameras"'],
  ])('are taken from %j', (text, rest, excluded) => {
    const found = extract(text);
    expect(found && [found.text, printExcluded(found.excluded)]).toEqual([rest, excluded]);
  });

  test.each([
    'grasping',
    'apart from transformers: sequence models',
    'more than robots',
    'attention is all you need',
    'robots that are not able to grasp',
    'without maps',
    'other than robots!',
    // Nothing of up to three words ends where words end.
    'navigation without very large indoor maps',
    // What is left out goes on after 'of'.
    'navigation without maps of cities',
    'learning rather than by watching',
    'learning except from demonstrations',
    'patients with or without diabetes',
    'assistants that refuse without giving a reason',
    'patients with and without diabetes',
    'whether or not using tools helps',
    'navigation without --',
    'navigation without a',
    'navigation without the',
  ])('are not in %j', (text) => expect(extract(text)).toBeNull());

  test.each([
    ['learning without labels', 'without labels'],
    ['learning without any labels', 'without labels'],
    ['learning without a teacher', 'without a teacher'],
    ['planning rather than learning', 'rather than learning'],
  ])('say what is searched for if papers use the expression: %j', (text, idiom) => {
    expect(extract(text, idiom)).toBeNull();
    expect(extract(text, 'without something else')).not.toBeNull();
  });

  test('leave out one to three words, which are an exclusion in the query language, and add nothing to the rest', () => {
    const word = fc.constantFrom(
      ...'without other than rather except for excluding not about and or a the of in robots big self-driving - 3D , maps'.split(
        ' ',
      ),
    );
    let found = 0;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 9 }), (words) => {
        const result = extractExclusion(words.join(' '), () => false);
        if (result === null) return;
        found++;
        const excluded = result.excluded.text.split(' ');
        expect([1, 2, 3]).toContain(excluded.length);
        const left = result.text.split(' ');
        expect(left.length + excluded.length).toBeLessThan(words.length);
        for (const one of left) expect(words).toContain(one);
        const query = { ...parseQuery(''), excluded: [result.excluded] };
        expect(parseQuery(printQuery(query))).toEqual(query);
      }),
      { seed: 1, numRuns: 5000 },
    );
    expect(found).toBeGreaterThan(300);
  });
});

test('stripRequestPhrase removes phrases such as "papers about"', () => {
  const strip = (q: string) => stripRequestPhrase(parseQuery(q)).freeText;
  expect(strip('papers about robots "that grasp"')).toBe('robots that grasp');
  expect(strip('find me some recent articles on maps')).toBe('maps');
  for (const q of ['papers', 'recommending papers about maps', 'Paper reproduction', 'works on my machine']) {
    expect(strip(q)).toBe(q);
  }
});

test.each([
  ['"robots that grasp" quickly', 'robots that grasp quickly'],
  ['since:2025 -survey the “robots that grasp”', 'since:2025 -survey the robots that grasp'],
  ['match:literal "robots that grasp"', 'match:literal robots that grasp'],
  ['"robots" that grasp', null],
  ['robots that grasp', null],
  ['"since:2025 robots"', null],
  ['"-robots grasp"', null],
])('dropQuotes makes %j to %j: without the quotes of phrases, if the words mean the same', (q, expected) => {
  expect(dropQuotes(parseQuery(q))).toBe(expected);
});
