import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeEntities,
  plainTextOfHtml,
  withoutC1Controls,
} from '../../../../../pipeline/ingest/formats/html-text.ts';

fc.configureGlobal({ seed: 8017 });

describe('plain text of HTML', () => {
  test.each([
    ['<p>One.</p><p>Two&nbsp;&amp; 3.</p>', 'One. Two & 3.'],
    ['H<sub>2</sub>O at 10<sup>-3</sup> <i>lux</i>', 'H2O at 10-3 lux'],
    ['for x<y and a > b, p<0.05', 'for x<y and a > b, p<0.05'],
    ['a<br>b<BR/>c', 'a b c'],
    ['<a href="x>y" title=\'"\'>link</a>', 'link'],
    ['<a href="never closed>text</a> and <b>more</b>', 'text and more'],
    ['before<script>var a = "<b>";</script>after<style>p {}</style>.', 'beforeafter.'],
    ['a<!-- b > c -->d<![CDATA[ e < f ]]>g', 'ad e < f g'],
    ['a<![if !vml]>b<!-- never closed <b>', 'ab'],
    ['<mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>2</mml:mn></mml:math>', 'x=2'],
    ['<math><semantics><mi>x</mi><annotation encoding="TeX">\\x</annotation></semantics></math>', 'x'],
    ['<jats:p>A</jats:p><jats:sec>B</jats:sec>', 'A B'],
    ['a vector<float> of List<T>', 'a vector<float> of List<T>'],
    ['', ''],
    ['<', '<'],
    ['a <b', 'a <b'],
  ])('of %j is %j', (html, text) => {
    expect(plainTextOfHtml(html)).toBe(text);
  });

  test('takes linear time, whatever the text', () => {
    for (const part of ['<', '<b ', '<b "', '<!--', '<![CDATA[', '&', '<script>', '</', '<a href="', '<b>"']) {
      const begin = performance.now();
      plainTextOfHtml(part.repeat(2 ** 20 / part.length));
      expect([part, performance.now() - begin < 2000]).toEqual([part, true]);
    }
  });

  test('is text for any string', () => {
    const soup = fc.array(
      fc.oneof(fc.constantFrom('<b>', '</p', '<!--', '-->', '"', '&lt;', '>', '<script'), fc.string()),
    );
    fc.assert(
      fc.property(soup, (parts) => {
        const text = plainTextOfHtml(parts.join(''));
        expect(text).toBe(text.trim());
      }),
    );
  });
});

describe('character references', () => {
  test.each([
    ['&eacute;&Eacute;&NBSP;&#x3b2;&#946;', 'éÉ\u00a0ββ'],
    ['&amp;lt;', '&lt;'],
    ['&#146;&#x80;', '’€'],
    ['&unknown; &#0; &#xd800; &#1114112; & &;', '&unknown; &#0; &#xd800; &#1114112; & &;'],
    ['&constructor;&__proto__;&toString;', '&constructor;&__proto__;&toString;'],
  ])('%j are decoded once: %j', (text, decoded) => {
    expect(decodeEntities(text)).toBe(decoded);
  });
});

test('control characters of ISO-8859-1 are what Windows-1252 has in their place', () => {
  expect(withoutC1Controls('\u0093a\u0094 \u0085 \u0081é')).toBe('“a” … \u0081é');
});
