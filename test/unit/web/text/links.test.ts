import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkedPieces } from '../../../../web/text/highlighted-text.ts';
import { addressesIn } from '../../../../web/text/links.ts';

const links = (text: string) =>
  linkedPieces(text).flatMap(({ href, pieces }) => (href ? [[pieces.map(({ shown }) => shown).join(''), href]] : []));
const written = (text: string) => addressesIn(text).map(({ from, to }) => text.slice(from, to));

describe('web addresses in a text', () => {
  it.each([
    ['Code: https://github.com/a/b.', ['https://github.com/a/b']],
    ['(see https://a.org/x_(y)), and https://b.org/?q=1&r=2!', ['https://a.org/x_(y)', 'https://b.org/?q=1&r=2']],
    ['[here](http://a.org/b) or **https://c.org**', ['http://a.org/b', 'https://c.org']],
    ['datahttps://a.org,https://b.org/(', ['https://a.org', 'https://b.org/']],
    [
      '“https://a.org/東京”。 <https://b.org>, HTTPS://C.org’s',
      ['https://a.org/東京', 'https://b.org', 'HTTPS://C.org'],
    ],
  ])('end before what is no part of them: %s', (text, expected) => {
    expect(written(text)).toEqual(expected);
  });

  it.each([
    'javascript:alert(1) data:text/html,x ftp://a.org file:///etc/passwd a.org mailto:a@b.org',
    'https:// https://localhost:80/x http://10.0.0.1/reboot https://intranet/x',
    'https://bank.org@evil.org/ https://u:p@evil.org',
    'http://http://a.org https://a.github.io/\\allowbreak b',
    'the loss $\\href{https://a.org}{x} + https://b.org$',
    '\\cite{https://a.org} \\href{javascript:alert(1)}{here} \\href{https://a.org}{}',
  ])('are none in: %s', (text) => {
    expect(links(text)).toEqual([]);
  });

  it('lead where TeX means them, by what is shown', () => {
    expect(links('\\url{https://a.org/b\\_c} and \\href{https://a.org/100\\%}{the \\emph{code}}')).toEqual([
      ['https://a.org/b_c', 'https://a.org/b_c'],
      ['the code', 'https://a.org/100%'],
    ]);
    // Whatever it leads to by itself.
    expect(links('\\href{https://a.org}{https://b.org}')).toEqual([['https://b.org', 'https://b.org/']]);
  });

  it('stay whole where words of them are marked', () => {
    const [, link] = linkedPieces('at https://a.org/robot.', { highlights: [[17, 22]], semanticHighlights: [] });
    expect(link?.pieces.map(({ text, mark }) => [text, mark])).toEqual([
      ['https://a.org/', null],
      ['robot', 'asked'],
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

  it('change no text, whatever stands in it, and lead to the web alone', () => {
    fc.assert(
      fc.property(texts, fc.array(range, { maxLength: 4 }), (text, marks) => {
        const groups = linkedPieces(text, { highlights: marks, semanticHighlights: [] });
        expect(groups.flatMap(({ pieces }) => pieces.map((piece) => piece.text)).join('')).toBe(text);
        for (const { href } of groups) if (href !== null) expect(href).toMatch(/^https?:\/\/[^/@.]+\.[^/@]+\//);
      }),
      { numRuns: 1000 },
    );
  });

  it('are one where they run into each other, however often', () => {
    expect(written('https://a.org/('.repeat(20_000))).toEqual(['https://a.org/']);
  });
});
