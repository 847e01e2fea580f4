import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isDailyPapersPage, parseDailyPapersPage } from '../../../../pipeline/ingest/daily-papers-page.ts';
import type { ParsedPaper } from '../../../../pipeline/ingest/parsed-paper.ts';
import { titleKey } from '../../../../pipeline/ingest/title-id.ts';
import { linesOfText } from '../../../fixtures/lines-of-text.ts';

const parse = (text: string, file: string) => parseDailyPapersPage(linesOfText(text), file);
const isPage = (text: string) => isDailyPapersPage(linesOfText(text));

const sampleFolder = new URL('../../../../data/sample/', import.meta.url);
const goldenFolder = new URL('../../../golden/daily-papers-page/', import.meta.url);

const samples = readdirSync(sampleFolder)
  .filter((name) => name.endsWith('.txt'))
  .sort()
  .map((name) => {
    const text = readFileSync(new URL(name, sampleFolder), 'utf8');
    return { name, text, ...parse(text, name) };
  });
const papers = samples.flatMap((page) => page.rows.map((row) => row.paper));

/** Lines of the sample that match, counted without the parser: what grep would say. */
function linesThatMatch(pattern: RegExp): number {
  return samples.flatMap((page) => page.text.split('\n')).filter((line) => pattern.test(line)).length;
}

describe('the four sample pages', () => {
  test('contain 45, 92, 119 and 76 papers, and nothing that cannot be read', () => {
    expect(samples.map((page) => page.rows.length)).toEqual([45, 92, 119, 76]);
    expect(samples.flatMap((page) => page.issues)).toEqual([]);
  });

  test('contain 326 distinct papers, six of them on two pages', () => {
    expect(new Set(papers.map((paper) => titleKey(paper.title))).size).toBe(326);
  });

  test('have 188 author counts, 194 dates and 65 comment counts, one for each line of that form', () => {
    expect(papers.filter((paper) => paper.authorCount !== undefined)).toHaveLength(188);
    expect(linesThatMatch(/^ {2}• \d+ authors$/)).toBe(188);
    expect(papers.filter((paper) => paper.date !== undefined)).toHaveLength(194);
    const headDates = 3;
    expect(linesThatMatch(/^[A-Z][a-z]{2} \d{1,2}(, \d{4})?( \d+)?$/)).toBe(194 + headDates);
    expect(papers.filter((paper) => paper.comments !== undefined)).toHaveLength(65);
    expect(linesThatMatch(/^[A-Z][a-z]{2} \d{1,2}(, \d{4})? \d+$/)).toBe(65);
  });

  test('name six organizations', () => {
    expect(papers.flatMap((paper) => paper.organization ?? [])).toEqual([
      { slug: 'ByteDance-Seed', name: 'ByteDance Seed' },
      { slug: 'AI-at-Meta', name: 'Meta AI' },
      { slug: 'Berkeley', name: 'UC Berkeley' },
      { slug: 'simular-ai', name: 'Simular' },
      { slug: 'meituan-longcat', name: 'LongCat' },
      { slug: 'nvidia', name: 'NVIDIA' },
    ]);
  });

  test('have titles of at most 175 characters and abstracts of more than 400', () => {
    for (const { title, abstract } of papers) {
      expect(title.length).toBeLessThanOrEqual(175);
      expect(abstract.length, title).toBeGreaterThan(400);
    }
  });

  test('give for every paper the line of its title', () => {
    for (const page of samples) {
      const lines = page.text.split('\n');
      for (const { paper, line } of page.rows) expect(lines[line - 1].endsWith(paper.title), paper.title).toBe(true);
    }
  });

  const spots: Spot[] = [
    {
      what: 'first, with a date in an earlier year',
      ...at(0, 13, 'Learning Synergies between Pushing and Grasping with Self-supervised Deep Reinforcement Learning'),
      abstract: ['Skilled robotic manipulation', 'http://vpg.cs.princeton.edu'],
      rest: { authorCount: 6, date: '2018-03-27' },
    },
    {
      what: 'a paper of an organization, with comments',
      ...at(0, 173, 'SpatialTree: How Spatial Abilities Branch Out in MLLMs'),
      abstract: ['Cognitive science', 'scaling spatial abilities in MLLMs.'],
      rest: { organization: { slug: 'ByteDance-Seed', name: 'ByteDance Seed' }, date: '2025-12-23', comments: 3 },
    },
    {
      what: 'last, with a comment count at the end of the file',
      ...at(0, 365, 'MusicRL: Aligning Music Generation to Human Preferences'),
      abstract: ['We propose MusicRL', 'finetuning of music generation models.'],
      rest: { authorCount: 14, date: '2024-02-06', comments: 1 },
    },
    {
      what: 'first, below the date of the page and without metadata',
      ...at(1, 13, 'Building a Foundational Guardrail for General Agentic Systems via Synthetic Data'),
      abstract: ['While LLM agents', 'safer agentic systems.'],
      rest: {},
    },
    {
      what: 'a paper from the year of saving',
      ...at(1, 41, 'ProtoReasoning: Prototypes as the Foundation for Generalizable Reasoning in LLMs'),
      abstract: ['Recent advances in Large', 'generalizable reasoning in large language models.'],
      rest: { authorCount: 7, date: '2025-06-18', comments: 3 },
    },
    {
      what: 'a paper of an organization whose name has two words',
      ...at(1, 369, 'Learning to Grasp Anything by Playing with Random Toys'),
      abstract: ['Robotic manipulation', ''],
      rest: { organization: { slug: 'Berkeley', name: 'UC Berkeley' }, date: '2025-10-14', comments: 2 },
    },
    {
      what: 'last, with a date without a year at the end of the file',
      ...at(1, 709, 'Steering the Herd: A Framework for LLM-based Control of Social Learning'),
      abstract: ['Algorithms increasingly', 'LLM information mediators.'],
      rest: { authorCount: 4, date: '2025-04-03' },
    },
    {
      what: 'first, glued to the header',
      ...at(2, 3, 'MMR1: Enhancing Multimodal Reasoning with Variance-Aware Sampling and Open Resources'),
      abstract: ['Large multimodal reasoning', 'https://github.com/LengSicong/MMR1.'],
      rest: {},
    },
    {
      what: 'last',
      ...at(2, 239, 'TRAD: Enhancing LLM Agents with Step-Wise Thought Retrieval and Aligned Decision'),
      abstract: ['Numerous large language', 'robotic process automation.'],
      rest: {},
    },
    {
      what: 'a paper in the middle with an organization',
      ...at(3, 241, 'LongLive: Real-time Interactive Long Video Generation'),
      abstract: ['We present LongLive', ''],
      rest: { organization: { slug: 'nvidia', name: 'NVIDIA' }, date: '2025-09-26', comments: 2 },
    },
    {
      what: 'a paper with a short title and no metadata',
      ...at(3, 385, 'The Markovian Thinker'),
      abstract: ['Reinforcement learning', ''],
      rest: {},
    },
    {
      what: 'last',
      ...at(3, 569, 'Long-Horizon Visual Imitation Learning via Plan and Code Reflection'),
      abstract: ['Learning from long-horizon', 'long-horizon visual imitation learning.'],
      rest: { authorCount: 9, date: '2025-09-04' },
    },
  ];
  test.each(spots)('page $page: the $what', ({ page, line, title, abstract: [begin, end], rest }) => {
    const { abstract, ...paper } = samples[page].rows.find((row) => row.line === line)!.paper;
    expect(paper).toEqual({ title, ...rest });
    expect(abstract.slice(0, begin.length)).toBe(begin);
    expect(abstract.slice(abstract.length - end.length)).toBe(end);
  });
});

interface Spot {
  readonly what: string;
  readonly page: number;
  readonly line: number;
  readonly title: string;
  /** The beginning and the end of the abstract. */
  readonly abstract: readonly [string, string];
  readonly rest: Partial<ParsedPaper>;
}

function at(page: number, line: number, title: string): Pick<Spot, 'page' | 'line' | 'title'> {
  return { page, line, title };
}

describe('synthetic pages', () => {
  const goldens = readdirSync(goldenFolder).filter((name) => name.endsWith('.txt'));

  test.each(goldens)('%s is parsed as the JSON file of that name says', (name) => {
    const text = readFileSync(new URL(name, goldenFolder), 'utf8');
    const expected = readFileSync(new URL(name.replace('.txt', '.json'), goldenFolder), 'utf8');
    expect(isPage(text)).toBe(true);
    expect(parse(text, name)).toEqual(JSON.parse(expected));
  });

  test.each(goldens)('%s is parsed the same with a byte order mark, CR LF, CR and indented lines', (name) => {
    const text = readFileSync(new URL(name, goldenFolder), 'utf8');
    const plain = parse(text, name);
    expect(parse(`\uFEFF${text.replaceAll('\n', '\r\n')}`, name)).toEqual(plain);
    expect(parse(text.replaceAll('\n', '\r'), name)).toEqual(plain);
    expect(parse(text.replace(/^(?=.)/gm, '\u00a0 '), name)).toEqual(plain);
  });
});

describe('isDailyPapersPage', () => {
  test('recognizes the four sample pages, and a page below the navigation of a site', () => {
    for (const { text } of samples) expect(isPage(text)).toBe(true);
    expect(isPage(`Hugging Face\nModels\nDatasets\n${samples[0].text}`)).toBe(true);
  });

  test('does not recognize a text that merely mentions a page', () => {
    expect(isPage('')).toBe(false);
    expect(isPage('Daily Papers\n\nA list of them.\n')).toBe(false);
    expect(isPage('Click on: Get trending papers in your email inbox!\n')).toBe(false);
    expect(isPage(JSON.stringify({ title: 'Get trending papers in your email inbox!', abstract: '' }))).toBe(false);
  });
});

test('a page with nothing but a header has no papers and no issues', () => {
  const head = samples[0].text.slice(0, samples[0].text.indexOf('Learning Synergies'));
  expect(parse(head, 'head.txt')).toEqual({ rows: [], issues: [] });
});

test('a comment count without a space before it is not read as part of the year', () => {
  const page = samples[0].text.replace('Feb 6, 2024 1', 'Feb 6, 20241');
  expect(parse(page, samples[0].name).rows).toEqual(samples[0].rows);
});
