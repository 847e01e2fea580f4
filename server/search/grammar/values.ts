/** What the value after a known key means. */
import { dateSpan } from './dates.ts';
import { type Comparison, comparisons, type Filter, type Key, type Sort, sorts } from './query.ts';
import { readShape } from './shape.ts';

/** What one `key:value` says, or what is wrong with it and what to write. */
export type Meaning =
  | { readonly kind: 'like' | 'not'; readonly id: string }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'sort'; readonly sort: Sort }
  | { readonly kind: 'problem'; readonly problem: string };

const problem = (text: string): Meaning => ({ kind: 'problem', problem: text });
const filterOf = (filter: Filter): Meaning => ({ kind: 'filter', filter });

/** What to write in place of a key that cannot be excluded. */
const instead: Partial<Readonly<Record<Key, string>>> = {
  like: 'cannot be excluded; write not: and the id',
  not: 'cannot be excluded; write like: and the id',
  since: 'cannot be excluded; write until: and the last day that fits',
  until: 'cannot be excluded; write since: and the first day that fits',
  authors: 'cannot be excluded; turn the comparison round, as in authors:<=10',
  comments: 'cannot be excluded; turn the comparison round, as in comments:<=5',
  sort: 'cannot be excluded; leave it out',
};

/** Whether `-key:` means something. */
export function canBeExcluded(key: Key): boolean {
  return instead[key] === undefined;
}

/** @param value without quotes */
export function meaningOf(key: Key, value: string, excluded: boolean): Meaning {
  if (excluded && instead[key] !== undefined) return problem(instead[key]);
  if (!/\S/.test(value)) return problem('is empty; write a value directly after the colon, or leave it out');
  // Ids are taken to the letter: two of them may differ in their spaces.
  if (key === 'like' || key === 'not') return { kind: key, id: value };

  const line = value.replace(/\s+/g, ' ').trim();
  const lower = line.toLowerCase();
  switch (key) {
    case 'topic':
      return filterOf({ kind: key, topic: topicOf(line), excluded });
    case 'org':
      return filterOf({ kind: key, org: line, excluded });
    case 'author':
      return /[\p{L}\p{N}]{2}/u.test(line)
        ? filterOf({ kind: key, author: line, excluded })
        : problem('is no name; write author:Hinton or author:"Geoffrey Hinton"');
    case 'category':
      return filterOf({ kind: key, category: line, excluded });
    case 'has':
      return lower === 'code'
        ? filterOf({ kind: key, what: lower, excluded })
        : problem('is not known; write has:code');
    case 'within': {
      const shape = value.replace(/\s+/g, '');
      const parts = readShape(shape);
      return typeof parts === 'string' ? problem(parts) : filterOf({ kind: key, shape, excluded });
    }
    case 'since':
    case 'until':
      if (!dateSpan(line)) return problem(`is no date; write ${key}:2025, ${key}:2025-01 or ${key}:2025-01-07`);
      return filterOf({ kind: key, date: line });
    case 'authors':
    case 'comments':
      return comparisonOf(key, line);
    case 'sort': {
      const sort = sorts.find((known) => known === lower);
      return sort ? { kind: 'sort', sort } : problem('is no order; write sort:relevance, sort:date or sort:comments');
    }
  }
}

/** Up to nine digits are a topic's number, `None` in any capitals is none, anything else is a name. */
function topicOf(line: string): number | string {
  if (/^\d{1,9}$/.test(line)) return Number(line);
  return line.toLowerCase() === 'none' ? 'none' : line;
}

function comparisonOf(key: 'authors' | 'comments', line: string): Meaning {
  const sign = comparisons.find((known) => line.replace('≥', '>=').replace('≤', '<=').startsWith(known));
  const digits = /^(?:[<>]=?|[=≥≤])? ?(\d{1,9})$/.exec(line)?.[1];
  if (digits === undefined) {
    return problem(`is no number of ${key}; write ${key}:5, ${key}:>5, ${key}:>=5, ${key}:<5 or ${key}:<=5`);
  }
  const compare: Comparison = sign ?? '=';
  return filterOf({ kind: key, compare, count: Number(digits) });
}
