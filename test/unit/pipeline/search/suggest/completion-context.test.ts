import { expect, test } from 'vitest';
import { printValue } from '../../../../../pipeline/core/query/printer.ts';
import { completionTargetAt } from '../../../../../pipeline/search/suggest/complete.ts';

/** `|` is the cursor; `[…]` is the range that the completion replaces. */
test.each([
  ['|', 'word', '', '[]'],
  ['diff|', 'word', 'diff', '[diff]'],
  ['diff|usion models', 'word', 'diff', '[diffusion] models'],
  ['diffusion |', 'word', '', 'diffusion []'],
  ['state-of-th|', 'word', 'state-of-th', '[state-of-th]'],
  ['-diff|', 'word', 'diff', '-[diff]'],
  ['diffusion s|', 'key', 's', 'diffusion [s]'],
  ['diffusion S|', 'key', 'S', 'diffusion [S]'],
  ['-to|', 'key', 'to', '-[to]'],
  ['"a to|pic b"', 'word', 'to', '"a [topic] b"'],
  ['"a phr|', 'word', 'phr', '"a [phr]'],
  ['like:|', 'like', '', 'like:[]'],
  ['like:| robots', 'like', '', 'like:[] robots'],
  ['robots -TOPIC:|', 'topic', '', 'robots -TOPIC:[]'],
  ['like:2401|', 'like', '2401', 'like:[2401]'],
  ['like:24|01.1 robots', 'like', '24', 'like:[2401.1] robots'],
  ['not:a|', 'not', 'a', 'not:[a]'],
  ['-topic:3|', 'topic', '3', '-topic:[3]'],
  ['within:r:0,0|', 'within', 'r:0,0', 'within:[r:0,0]'],
  ['category:cs.|', 'category', 'cs.', 'category:[cs.]'],
  ['sort:d|', 'sort', 'd', 'sort:[d]'],
  ['since:20x|', 'since', '20x', 'since:[20x]'],
  ['robots org:"Google De|', 'org', 'Google De', 'robots org:["Google De]'],
  ['org:"Goo| robots', 'org', 'Goo', 'org:["Goo] robots'],
  ['org:"Google De|epMind" robots', 'org', 'Google De', 'org:["Google DeepMind"] robots'],
  ['org:"Google DeepMind"| robots', 'org', 'Google DeepMind', 'org:["Google DeepMind"] robots'],
  ['author:Geoffrey Hin|', 'word', 'Hin', 'author:Geoffrey [Hin]'],
  ['org:“Google De|', 'org', 'Google De', 'org:[“Google De]'],
  ['like:"a ""b|', 'like', 'a "b', 'like:["a ""b]'],
  ['org:"|', 'org', '', 'org:["]'],
  ['org:"Google since:2|', 'since', '2', 'org:"Google since:[2]'],
  ['sin|ce:2025', 'key', 'sin', '[since:]2025'],
  ['-to|pic:3', 'key', 'to', '-[topic:]3'],
  ['https://ex|', 'word', 'ex', 'https://[ex]'],
  ['note:to|', 'word', 'to', 'note:[to]'],
])('%s completes a %s from %j, replacing %s', (typed, kind, prefix, marked) => {
  const text = typed.replace('|', '');
  const completion = completionTargetAt(text, typed.indexOf('|'));
  const { from, to } = completion;
  expect([completion.kind, completion.prefix]).toEqual([kind, prefix]);
  expect(`${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`).toBe(marked);
});

test('a cursor outside the text is clamped to it', () => {
  expect(completionTargetAt('abc', 99)).toEqual({ kind: 'word', prefix: 'abc', from: 0, to: 3 });
  expect(completionTargetAt('abc', -1)).toEqual({ kind: 'word', prefix: '', from: 0, to: 3 });
  expect(completionTargetAt('abc', Number.NaN)).toEqual({ kind: 'word', prefix: '', from: 0, to: 3 });
});

test('a value is printed with quotes only if it needs them', () => {
  expect(['cs.CL', 'Google DeepMind', 'a"b', '"a', 'say "hi"', ''].map(printValue)).toEqual([
    'cs.CL',
    '"Google DeepMind"',
    'a"b',
    '"""a"',
    '"say ""hi"""',
    '""',
  ]);
});
