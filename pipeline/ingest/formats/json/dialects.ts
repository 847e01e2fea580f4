/** Recognizes the objects of APIs and data sets of papers, and gives their fields. Pure functions. */
import { fieldsOfCslItem, isCslItem } from '../csl-json.ts';
import { fieldsOfZoteroApiItem, isZoteroApiItem } from '../zotero/zotero-json.ts';
import { fieldsOfArxivItem, isArxivItem } from './arxiv-dump.ts';
import { fieldsOfDailyPaper, isDailyPaper } from './daily-papers-api.ts';
import type { Item } from './items.ts';
import { fieldsOfWork, isWork } from './openalex.ts';
import { fieldsOfSemanticScholarItem, isSemanticScholarItem } from './semantic-scholar.ts';

/** A format of JSON whose fields are known. */
export type JsonDialect = 'arxiv-dump' | 'openalex' | 'semantic-scholar' | 'hf-daily-api' | 'zotero-json' | 'csl-json';

interface Dialect {
  readonly name: JsonDialect;
  readonly isItem: (item: Item) => boolean;
  readonly fieldsOf: (item: Item) => Item | undefined;
}

/** The surest first. */
const DIALECTS: readonly Dialect[] = [
  { name: 'arxiv-dump', isItem: isArxivItem, fieldsOf: fieldsOfArxivItem },
  { name: 'openalex', isItem: isWork, fieldsOf: fieldsOfWork },
  { name: 'semantic-scholar', isItem: isSemanticScholarItem, fieldsOf: fieldsOfSemanticScholarItem },
  { name: 'hf-daily-api', isItem: isDailyPaper, fieldsOf: fieldsOfDailyPaper },
  { name: 'zotero-json', isItem: isZoteroApiItem, fieldsOf: fieldsOfZoteroApiItem },
  { name: 'csl-json', isItem: isCslItem, fieldsOf: fieldsOfCslItem },
];

/** The dialect that an object is written in; undefined if none of them. */
export function dialectOf(item: Item): JsonDialect | undefined {
  return DIALECTS.find(({ isItem }) => isItem(item))?.name;
}

/** The fields of an object of a known dialect; undefined if it is none, or has none. */
export function fieldsOfDialect(item: Item): Item | undefined {
  const fields = DIALECTS.find(({ isItem }) => isItem(item))?.fieldsOf(item);
  return fields && Object.keys(fields).length > 0 ? fields : undefined;
}
