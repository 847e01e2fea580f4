import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Paper } from '../../../../../pipeline/core/paper.ts';
import { parseQuery } from '../../../../../pipeline/core/query/parser.ts';
import { createQueryCompleter } from '../../../../../pipeline/search/suggest/complete.ts';
import { queryTexts } from '../../../../fixtures/arbitrary-queries.ts';
import { completionSource } from '../../../../fixtures/completion-source.ts';

const nvidia = { slug: 'nvidia', name: 'NVIDIA' };
const deepmind = { slug: 'gdm', name: 'Google DeepMind' };
const renamed = { slug: 'gdm', name: 'DeepMind' };
const spaced = { slug: 'two words', name: 'Two  Words' };
const paper = (id: string, title: string, more: Partial<Paper> = {}): Paper => ({ id, title, abstract: 'x', ...more });
const papers: Paper[] = [
  paper('arxiv:2309.12288', 'The Reversal Curse', { date: '2023-09-21', organization: nvidia, categories: ['cs.CL'] }),
  paper('arxiv:2501.12948', 'Reversal of a Curse: Attention Is Not Enough', {
    date: '2025-01-22',
    organization: deepmind,
  }),
  paper('arxiv:2501.00007', 'Robots that grasp', {
    date: '2025-01-07',
    organization: deepmind,
    categories: ['cs.RO', 'cs.LG'],
  }),
  paper('an odd "id"', 'Robotic tides', { date: '2025', organization: spaced, categories: ['cs.LG'] }),
  paper('robots-again', 'Grasping, with robots', {
    date: '2025-02',
    categories: ['stat.ML'],
    abstract: 'robots transform transformers',
  }),
  paper('y', 'Tides', {
    organization: renamed,
    abstract: 'robots robotics transformer transforms transformers, topicality',
  }),
];
const topics = [
  { id: 0, name: 'Robot grasping', size: 3 },
  { id: 1, name: 'Tides · "odd" seas', size: 2 },
  { id: 2, name: 'none', size: 1 },
  { id: 3, name: '12', size: 1 },
  { id: 13, name: 'robot GRASPING', size: 1 },
];
const complete = createQueryCompleter(completionSource(papers, topics));

/** The completions at the cursor `|` (by default the end), and the query after taking each of them. */
function completionsOf(typed: string, limit = 8) {
  const q = typed.replace('|', '');
  const at = typed.includes('|') ? typed.indexOf('|') : q.length;
  const { from, to, items } = complete(q, at, limit);
  return { items, queries: items.map(({ text }) => q.slice(0, from) + text + q.slice(to)) };
}
const completedQueries = (typed: string, limit?: number) => completionsOf(typed, limit).queries;

describe('papers are completed to their ids, by title or id', () => {
  test.each([
    ['like:rever', ['like:arxiv:2501.12948', 'like:arxiv:2309.12288']],
    ['like:"reversal cur', ['like:arxiv:2309.12288', 'like:arxiv:2501.12948']],
    ['like:reversal cur', ['like:arxiv:2309.12288', 'like:arxiv:2501.12948']],
    ['robots not:curse attention i -survey', []],
    ['robots not:curse attention i| -survey', ['robots not:arxiv:2501.12948 -survey']],
    ['like:ROBOTIC ti', ['like:"an odd ""id"""']],
    ['like:2501', ['like:arxiv:2501.00007', 'like:arxiv:2501.12948']],
    ['like:ARXIV:2501.1', ['like:arxiv:2501.12948']],
    ['like:robots', ['like:robots-again', 'like:"an odd ""id"""', 'like:arxiv:2501.00007']],
    ['like:|2309', []],
    ['like:r', ['like:robots-again']],
    ['like:zebra', []],
    ['like:y gra', ['like:y grasp', 'like:y grasping']],
  ])('%s', (typed, expected) => {
    expect(completedQueries(typed)).toEqual(expected);
  });

  test('with the title as label and the date, or the typed id, as detail', () => {
    expect(completionsOf('like:reversal cur').items[0]).toEqual({
      text: 'arxiv:2309.12288',
      label: 'The Reversal Curse',
      detail: '2023-09-21',
      kind: 'paper',
    });
    expect(completionsOf('not:2309').items[0]).toMatchObject({
      label: 'The Reversal Curse',
      detail: 'arxiv:2309.12288',
    });
  });
});

describe('names are completed to values that the parser accepts', () => {
  test.each([
    ['topic:', ['topic:0', 'topic:"Tides · ""odd"" seas"', 'topic:2', 'topic:3', 'topic:13']],
    ['topic:gra', ['topic:0', 'topic:13']],
    ['topic:odd se', ['topic:"Tides · ""odd"" seas"']],
    ['-topic:"tid', ['-topic:"Tides · ""odd"" seas"']],
    ['topic:1', ['topic:13']],
    ['topic:NO', ['topic:2', 'topic:none']],
    ['topic:-', []],
    ['org:', ['org:gdm', 'org:nvidia', 'org:"two words"']],
    ['org:deepm', ['org:gdm']],
    ['org:google de', ['org:gdm']],
    ['org:NV', ['org:nvidia']],
    ['org:nvidia rob', ['org:nvidia robots', 'org:nvidia robotic', 'org:nvidia robotics']],
    ['category:', ['category:cs.LG', 'category:cs.CL', 'category:cs.RO', 'category:stat.ML']],
    ['-category:cs.r', ['-category:cs.RO']],
    ['since:', ['since:2025', 'since:2023']],
    ['since:2025', ['since:2025-02', 'since:2025-01']],
    ['until:2025-01', ['until:2025-01-22', 'until:2025-01-07']],
    ['until:2025-01-2', ['until:2025-01-22']],
    ['sort:D', ['sort:date']],
    ['sort:date', []],
    ['has:', ['has:code']],
    ['match:', ['match:literal']],
    ['robots match:LIT', ['robots match:literal']],
    ['match:exact', []],
    ['match:literal', []],
    ['authors:', []],
  ])('%s', (typed, expected) => {
    expect(completedQueries(typed)).toEqual(expected);
  });

  test('with the number of papers as detail', () => {
    expect(completionsOf('org:goo').items).toEqual([
      { text: 'gdm', label: 'Google DeepMind', detail: '2 papers', kind: 'org' },
    ]);
    expect(completionsOf('topic:tid').items[0]).toMatchObject({ label: 'Tides · "odd" seas', detail: '2 papers' });
    expect(completionsOf('since:2023-').items).toEqual([
      { text: '2023-09', label: '2023-09', detail: '1 paper', kind: 'value' },
    ]);
  });
});

describe('keys and words are completed', () => {
  test.each([
    ['', []],
    ['t', []],
    ['to', ['topic:', 'topicality']],
    ['-to', ['-topic:', '-topicality']],
    ['-no', []],
    ['si', ['since:']],
    ['-si', []],
    ['mat', ['match:']],
    ['-mat', []],
    ['sinc|:2025', ['since:2025']],
    ['co|mments:>5', []],
    ['rob', ['robots', 'robotic', 'robotics']],
    ['roboti', ['robotics']],
    ['robots', []],
    ['a "rob|ot" b', ['a "robots" b', 'a "robotic" b', 'a "robotics" b']],
    ['self-TRANSF', ['self-transform', 'self-transformer']],
    ['th', []],
  ])('%j', (typed, expected) => {
    expect(completedQueries(typed)).toEqual(expected);
  });

  test('with their kinds, up to the limit', () => {
    expect(completionsOf('to').items).toEqual([
      { text: 'topic:', label: 'topic:', detail: 'papers of a topic', kind: 'operator' },
      { text: 'topicality', label: 'topicality', detail: '1 paper', kind: 'word' },
    ]);
    expect(completedQueries('rob', 1)).toEqual(['robots']);
    expect(completedQueries('like:ro', 2)).toHaveLength(2);
  });
});

test('at any cursor in any text, completions replace a range around the cursor and change the text', () => {
  fc.assert(
    fc.property(queryTexts, fc.nat(400), fc.integer({ min: 1, max: 20 }), (q, cursor, limit) => {
      const { from, to, items } = complete(q, cursor, limit);
      const at = Math.min(cursor, q.length);
      expect([0 <= from, from <= at, at <= to, to <= q.length]).toEqual([true, true, true, true]);
      expect(items.length).toBeLessThanOrEqual(limit);
      for (const { text, label } of items) {
        expect(text).not.toBe(q.slice(from, to));
        expect(label).not.toBe('');
      }
    }),
    { seed: 5, numRuns: 3000 },
  );
});

describe('a completion taken is parsed as the value shown, whatever its characters', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
    fc.constantFrom('a b', '"', '“x', 'a"b c', '-x', 'none', '7', 'like:a', ' a', 'a  b', 'É t', ':', 'a:'),
  );
  const names = fc.record({ id: name, slug: name, org: name, category: name, topic: name });

  test('for papers, topics, organizations and categories', () => {
    let seen = 0;
    fc.assert(
      fc.property(fc.uniqueArray(names, { maxLength: 5, selector: ({ id }) => id }), fc.nat(3), (all, length) => {
        const namedPapers = all.map(({ id, slug, org, category }) =>
          paper(id, 'T', { organization: { slug, name: org }, categories: [category] }),
        );
        const source = completionSource(
          namedPapers,
          all.map(({ topic }, i) => ({ id: i, name: topic, size: 1 })),
        );
        const completeNames = createQueryCompleter(source);
        for (const [i, { id, org, category, topic }] of all.entries()) {
          for (const [key, value] of [
            ['like', id],
            ['org', org],
            ['category', category],
            ['topic', topic],
          ] as const) {
            const q = `${key}:"${value.slice(0, length).replaceAll('"', '""')}`;
            const { from, to, items } = completeNames(q, q.length, 20);
            for (const { text, label } of items) {
              seen++;
              const query = parseQuery(`${q.slice(0, from)}${text}${q.slice(to)} robots`);
              expect(query.text).toBe('robots');
              const [filter] = query.filters;
              if (key === 'like') expect(source.ids).toContain(query.like[0]);
              else if (filter.kind === 'org')
                expect(source.columns.organizations.flat()).toContain(filter.org.toLowerCase());
              else if (filter.kind === 'category')
                expect(source.columns.categories.flat()).toContain(filter.category.toLowerCase());
              else if (filter.kind === 'topic' && typeof filter.topic === 'number')
                expect(all[filter.topic].topic).toBe(label);
              else if (filter.kind === 'topic' && filter.topic !== 'none') expect(filter.topic).toBe(label);
              else expect([filter, i]).toEqual([{ kind: 'topic', topic: 'none', excluded: false }, i]);
            }
          }
        }
      }),
      { seed: 11, numRuns: 400 },
    );
    expect(seen).toBeGreaterThan(1000);
  });
});
