import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arxivPdfUrl, findLinks, safeUrl } from '../../../../web/text/links.ts';
import { splitIntoLinkedPieces } from '../../../../web/text/pieces.ts';

const links = (text: string) =>
  splitIntoLinkedPieces(text).flatMap(({ href, pieces }) =>
    href ? [[pieces.map(({ shown }) => shown).join(''), href]] : [],
  );
const addresses = (text: string) => findLinks(text).map(({ from, to }) => text.slice(from, to));

describe('web addresses in a text', () => {
  test.each([
    ['Code: https://github.com/a/b.', ['https://github.com/a/b']],
    ['(see https://a.org/x_(y)), and https://b.org/?q=1&r=2!', ['https://a.org/x_(y)', 'https://b.org/?q=1&r=2']],
    ['[here](http://a.org/b) or **https://c.org**', ['http://a.org/b', 'https://c.org']],
    ['datahttps://a.org,https://b.org/(', ['https://a.org', 'https://b.org/']],
    [
      '“https://a.org/東京”。 <https://b.org>, HTTPS://C.org’s',
      ['https://a.org/東京', 'https://b.org', 'HTTPS://C.org'],
    ],
  ])('end before punctuation and closing brackets: %s', (text, expected) => {
    expect(addresses(text)).toEqual(expected);
  });

  test.each([
    'javascript:alert(1) data:text/html,x ftp://a.org file:///etc/passwd a.org mailto:a@b.org',
    'https:// https://localhost:80/x http://10.0.0.1/reboot https://intranet/x',
    'https://bank.org@evil.org/ https://u:p@evil.org',
    'http://http://a.org https://a.github.io/\\allowbreak b',
    'the loss $\\href{https://a.org}{x} + https://b.org$',
    '\\cite{https://a.org} \\href{javascript:alert(1)}{here} \\href{https://a.org}{}',
  ])('are not found where a link would be unsafe or misleading: %s', (text) => {
    expect(links(text)).toEqual([]);
  });

  test('of TeX commands lead where the command says', () => {
    expect(links('\\url{https://a.org/b\\_c} and \\href{https://a.org/100\\%}{the \\emph{code}}')).toEqual([
      ['https://a.org/b_c', 'https://a.org/b_c'],
      ['the code', 'https://a.org/100%'],
    ]);
    // The label is an address itself: it leads where it says.
    expect(links('\\href{https://a.org}{https://b.org}')).toEqual([['https://b.org', 'https://b.org/']]);
  });

  test('stay one link if a word in them is highlighted', () => {
    const [, link] = splitIntoLinkedPieces('at https://a.org/robot.', {
      highlights: [[17, 22]],
      semanticHighlights: [],
    });
    expect(link?.pieces.map(({ text, highlight }) => [text, highlight])).toEqual([
      ['https://a.org/', null],
      ['robot', 'match'],
    ]);
  });

  const bits = [
    'https://',
    'http://',
    'javascript:',
    'HTTPS:',
    '//',
    'a.org',
    '@',
    '/',
    '.',
    '(',
    ')',
    '$',
    '\\(',
    '\\)',
    ' ',
  ];
  const commands = [
    '\\href{',
    '}{',
    '}',
    '\\url{',
    '\\cite{',
    '\\_',
    '\\',
    '<',
    '"',
    '\u202e',
    '東',
    '🤖',
    '%',
    ':',
    ',',
  ];
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...bits, ...commands), { maxLength: 14 }).map((parts) => parts.join('')),
    fc.string(),
  );
  const range = fc.tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: -5, max: 60 }));

  test('never change the text and lead only to public web hosts, for arbitrary texts', () => {
    fc.assert(
      fc.property(texts, fc.array(range, { maxLength: 4 }), (text, highlights) => {
        const groups = splitIntoLinkedPieces(text, { highlights, semanticHighlights: [] });
        expect(groups.flatMap(({ pieces }) => pieces.map((piece) => piece.text)).join('')).toBe(text);
        for (const { href } of groups) if (href !== null) expect(href).toMatch(/^https?:\/\/[^/@.]+\.[^/@]+\//);
      }),
      { numRuns: 1000 },
    );
  });

  test('that run into each other are one link, in linear time', () => {
    expect(addresses('https://a.org/('.repeat(20_000))).toEqual(['https://a.org/']);
  });
});

test.each([
  ['arxiv:2504.15921', 'https://arxiv.org/abs/2504.15921', '2504.15921'],
  ['a', 'http://www.arxiv.org/abs/1412.6980v9?context=cs', '1412.6980v9'],
  ['a', 'https://doi.org/10.48550/arXiv.2501.12948', '2501.12948'],
  ['a', 'https://huggingface.co/papers/2501.12948', '2501.12948'],
  ['arXiv:math.GT/0309136', null, 'math.GT/0309136'],
  ['2501.12948v2', 'https://openreview.net/forum?id=x', '2501.12948v2'],
])('the arXiv PDF of %s at %s is that of %s', (id, url, number) => {
  expect(arxivPdfUrl({ id, url })).toBe(`https://arxiv.org/pdf/${number}`);
});

test.each([
  ['a-slug-c3425759', null],
  ['2513.12345', null],
  ['2504.1592', null],
  ['cs/0112017', null],
  ['arxiv:2504.15921', 'https://arxiv.org/pdf/2504.15921'],
  ['a', 'https://evil.org/?https://arxiv.org/abs/2504.15921'],
  ['a', 'https://arxiv.org/abs/../login'],
  ['arxiv:"><script>', 'javascript:arxiv.org/abs/2504.15921'],
])('no arXiv PDF is made up for %s at %s', (id, url) => {
  expect(arxivPdfUrl({ id, url })).toBeNull();
});

test('only http and https addresses are safe to link to', () => {
  expect(safeUrl('https://arxiv.org/abs/1803.09956')).toBe('https://arxiv.org/abs/1803.09956');
  const unsafe = [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'x',
    '',
    null,
  ];
  for (const url of unsafe) expect(safeUrl(url)).toBeNull();
});
