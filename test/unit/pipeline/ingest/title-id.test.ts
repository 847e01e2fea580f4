import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idFromTitle, titleKey } from '../../../../pipeline/ingest/title-id.ts';

fc.configureGlobal({ seed: 8017 });

const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));

describe('titleKey', () => {
  test.each([
    ['accents', 'Schrödinger’s Naïve Café', "Schrodinger's Naive Cafe"],
    ['letter case and white space', 'Deep  Learning\tfor TEXT', 'deep learning for text'],
    ['hyphens and punctuation', 'State-of-the-Art: Models!', 'state of the art models'],
    ['typographic forms', '“ﬁne-tuning” 𝒪(n²) — ①', '"fine-tuning" O(n2) 1'],
    ['composed and decomposed letters', 'Erd\u0151s 한국어', 'Erd\u006f\u030bs 한국어'.normalize('NFD')],
  ])('is the same for two spellings that differ in %s', (_, a, b) => {
    expect(titleKey(a)).toBe(titleKey(b));
  });

  test.each([
    ['numbers', 'Llama 2: Open Models', 'Llama 3: Open Models'],
    ['the script of their letters', '深度学习', '强化学习'],
    ['one letter', 'Learning to Act', 'Learning to Art'],
  ])('differs for two titles that differ in %s', (_, a, b) => {
    expect(titleKey(a)).not.toBe(titleKey(b));
  });

  test('is empty only if there is no letter and no digit', () => {
    expect(titleKey('🦜🦜 — ?!')).toBe('');
    fc.assert(
      fc.property(anyText, (title) => {
        expect(titleKey(title) === '').toBe(!/[\p{Letter}\p{Number}]/u.test(title.normalize('NFKD')));
      }),
      { numRuns: 1000 },
    );
  });

  test('consists of letters and digits, and is its own key', () => {
    fc.assert(
      fc.property(anyText, (title) => {
        const key = titleKey(title);
        expect(key).toMatch(/^[\p{Letter}\p{Number}]*$/u);
        expect(titleKey(key)).toBe(key);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('idFromTitle', () => {
  test('is readable: the first words of the title, then eight hexadecimal digits', () => {
    expect(idFromTitle('Attention Is All You Need')).toMatch(/^attention-is-all-you-need-[0-9a-f]{8}$/);
    expect(idFromTitle('Schrödinger’s Naïve Café!')).toMatch(/^schrodinger-s-naive-cafe-[0-9a-f]{8}$/);
    expect(idFromTitle('深度学习')).toMatch(/^[0-9a-f]{8}$/);
  });

  test('does not change between versions: ids made by an earlier version still identify their papers', () => {
    expect(idFromTitle('Attention Is All You Need')).toBe('attention-is-all-you-need-4b4bbf8f');
    expect(idFromTitle('深度学习 with Transformers')).toBe('with-transformers-b3b03dd8');
  });

  test('is the same for two spellings of a title', () => {
    expect(idFromTitle('Naïve  Bayes, again')).toBe(idFromTitle('Naive Bayes: Again'));
  });

  test('differs for long titles that begin alike, and stays short', () => {
    const beginning = 'A Comprehensive Study of Learned Representations for Robots That Push and Grasp Objects';
    const a = idFromTitle(`${beginning} in Kitchens`);
    const b = idFromTitle(`${beginning} in Gardens`);
    expect(a).not.toBe(b);
    expect(a.slice(0, -8)).toBe(b.slice(0, -8));
    expect(a.length).toBeLessThanOrEqual(68);
    expect(idFromTitle('x'.repeat(5000))).toMatch(/^[0-9a-f]{8}$/);
  });

  test('differs for titles whose letters a slug cannot contain', () => {
    const titles = ['深度学习', '强化学习', 'Глубокое обучение', 'تعلم عميق', 'ディープラーニング'];
    expect(new Set(titles.map(idFromTitle)).size).toBe(titles.length);
  });

  test('differs for titles of symbols alone', () => {
    const titles = ['🦜🦜🦜', '🔥', '?!', '∀∃'];
    expect(new Set(titles.map(idFromTitle)).size).toBe(titles.length);
  });

  test('is safe in a URL, a file name and a shell', () => {
    fc.assert(
      fc.property(anyText, (title) => {
        expect(idFromTitle(title)).toMatch(/^(?:[a-z0-9]+-)*[0-9a-f]{8}$/);
        expect(idFromTitle(title).length).toBeLessThanOrEqual(68);
      }),
      { numRuns: 1000 },
    );
  });
});
