/** Queries as people might write them, and query texts that no one would. */
import fc from 'fast-check';
import {
  comparisons,
  type Filter,
  keys,
  type ParsedQuery,
  sorts,
  type Term,
} from '../../../pipeline/core/query/ast.ts';
import { readRunningText } from '../../../pipeline/core/query/parser.ts';

const word = fc.stringMatching(/^[a-zA-Zäé]{1,9}(?:-[a-z0-9]{1,4})?$/);
const piece = fc.oneof(
  { weight: 6, arbitrary: word },
  fc.constantFrom('-', '--', '-0.5', '5"', 'K\\"ahler', 'Note:', 'A*', '(a,b)', '$x_i$', '10:30', 'since:', '→', '😀'),
  fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `"${words.join(' ')}"`),
  word.map((text) => `${text}*`),
);
const words = fc.array(word, { minLength: 1, maxLength: 3 }).map((all) => all.join(' '));
const value = fc.oneof(
  word,
  words,
  fc.stringMatching(/^[ -~“”é]{1,12}$/).map((text) => text.replace(/\s+/g, ' ').trim() || 'x'),
);
const id = fc.oneof(
  word,
  fc.constantFrom('2401.00001', 'odd id  with spaces', ' "', 'a"b', '"a" "b"', '-x', '“a', 'like:a'),
);

const term: fc.Arbitrary<Term> = fc.oneof(
  words.map((text): Term => ({ kind: 'phrase', text })),
  word.map((text): Term => ({ kind: 'word', text })),
  fc.stringMatching(/^[a-z]{3,6}$/).map((text): Term => ({ kind: 'prefix', text })),
);

const excluded = fc.boolean();
/** Objects as the parser makes them: `toStrictEqual` tells prototypes apart. */
const PLAIN = { noNullPrototype: true } as const;
const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('topic' as const),
      topic: fc.oneof(fc.nat(999), fc.constant('none'), words),
      excluded,
    },
    PLAIN,
  ),
  fc.record({ kind: fc.constant('org' as const), org: value, excluded }, PLAIN),
  fc.record(
    {
      kind: fc.constant('author' as const),
      author: value.filter((text) => /[\p{L}\p{N}]{2}/u.test(text)),
      excluded,
    },
    PLAIN,
  ),
  fc.record({ kind: fc.constant('category' as const), category: value, excluded }, PLAIN),
  fc.record({ kind: fc.constant('has' as const), what: fc.constant('code' as const), excluded }, PLAIN),
  fc.record(
    {
      kind: fc.constant('within' as const),
      shape: fc.constantFrom('r:0,0,1,1', 'r:-1.5,0,2,3;-l:0,0,1,0,1,1;*t:3', 't:0;p:2401.1,a%20b,“c'),
      excluded,
    },
    PLAIN,
  ),
  fc.record(
    {
      kind: fc.constantFrom('since' as const, 'until' as const),
      date: fc.constantFrom('2025', '2024-02', '2024-02-29', '1999-12-31'),
    },
    PLAIN,
  ),
  fc.record(
    {
      kind: fc.constantFrom('authors' as const, 'comments' as const),
      compare: fc.constantFrom(...comparisons),
      count: fc.nat(999_999_999),
    },
    PLAIN,
  ),
);

/** Queries of every kind, with short running texts and with ones as long as an abstract. */
export const queries: fc.Arbitrary<ParsedQuery> = fc
  .record({
    text: fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((all) => all.join(' ')),
      fc.array(piece, { minLength: 120, maxLength: 200 }).map((all) => all.join(' ')),
    ),
    excluded: fc.uniqueArray(term, { maxLength: 3, selector: (one) => `${one.kind} ${one.text}` }),
    like: fc.uniqueArray(id, { maxLength: 3 }),
    not: fc.uniqueArray(id, { maxLength: 3 }),
    filters: fc.uniqueArray(filter, { maxLength: 5, selector: (one) => JSON.stringify(one) }),
    sort: fc.constantFrom(null, ...sorts),
  })
  .map(({ text, ...rest }) => ({ ...readRunningText(text), ...rest }));

const scrap = fc.oneof(
  fc.constantFrom(
    '"',
    '“',
    '”',
    '„',
    '""',
    ' ',
    ' ',
    '  ',
    '\n',
    '-',
    '-"',
    ':',
    '*',
    '(',
    '\\',
    '.',
    ',',
    '5"',
    '>',
    '=',
  ),
  fc.constantFrom(
    ...keys.map((key) => `${key}:`),
    '-topic:',
    ' -x',
    ' since:2025',
    ' org:"x y"',
    'like:"',
    'Sort:date',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.string({ maxLength: 5 }),
  word,
);

/** Texts made of what the grammar is made of, in no order. Some are longer than anyone types. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.array(scrap, { maxLength: 14 }).map((all) => all.join('')),
  fc.array(scrap, { maxLength: 14 }).map((all) => all.join(' ')),
  fc.array(scrap, { minLength: 60, maxLength: 200 }).map((all) => all.join(' ')),
  fc
    .tuple(fc.array(scrap, { maxLength: 8 }), fc.array(scrap, { maxLength: 8 }), fc.array(scrap, { maxLength: 8 }))
    .map(
      ([a, b, c]) =>
        `${a.join(' ')} ${'lorem -ipsum "dolor '.repeat(17)} ${b.join('')} ${'sit amet '.repeat(20)}${c.join(' ')}`,
    ),
);
