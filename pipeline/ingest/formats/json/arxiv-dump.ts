/**
 * The fields of the objects in arXiv's metadata dump (`arxiv-metadata-oai-snapshot.json` on Kaggle: despite its name one
 * object in each line, 5 GB, 3 million papers). Pure functions.
 *
 * Quirks: titles and abstracts have line breaks and indentation as arXiv typesets them; accents are TeX; `authors` is
 * one text with affiliations in parentheses, `authors_parsed` lists of family name, given names, suffix and perhaps
 * affiliations, in which a collaboration has only the first; `update_date` is the day of the last change of the
 * record, often years after the paper: the date of the paper is that of version v1; `categories` is one text with
 * spaces; `doi` may have several, with spaces; withdrawn papers say so in `comments` or `abstract`.
 */
import { z } from 'zod';
import { arxivIdOf, doiOf } from '../../../core/identifiers.ts';
import { arxivAuthors, arxivText, firstVersionDate, isWithdrawn } from '../arxiv-records.ts';
import { nameOfParts } from '../bibliographic/person-names.ts';
import { publicationDate } from '../bibliographic/publication-dates.ts';
import { fieldsOfItem, type Item } from './items.ts';

const text = z.string().nullish().catch(undefined);
const schema = z.object({
  id: text,
  title: text,
  abstract: text,
  authors: text,
  authors_parsed: z
    .array(z.array(z.string().nullish().catch(undefined)))
    .nullish()
    .catch(undefined),
  categories: text,
  comments: text,
  'journal-ref': text,
  doi: text,
  update_date: text,
  versions: z
    .array(z.object({ version: z.string(), created: z.string() }))
    .nullish()
    .catch(undefined),
});

/** Whether an object is one of the dump: only arXiv has its versions or parsed authors beside an arXiv id. */
export function isArxivItem(item: Item): boolean {
  const isNamed = 'authors_parsed' in item || 'versions' in item || ('update_date' in item && 'categories' in item);
  return isNamed && typeof item.id === 'string' && arxivIdOf(item.id) !== undefined;
}

/** The fields of an object of the dump. */
export function fieldsOfArxivItem(item: Item): Item {
  const paper = schema.parse(item);
  const arxivId = arxivIdOf(paper.id ?? '');
  const first = paper.versions?.find(({ version }) => version === 'v1') ?? paper.versions?.[0];
  const created = publicationDate(first?.created ?? '') ?? publicationDate(paper.update_date ?? '');
  const parsed = (paper.authors_parsed ?? []).map(([family, given, suffix]) =>
    arxivText(nameOfParts({ given: given ?? '', family: family ?? '', suffix: suffix ?? '' })),
  );
  const authors = parsed.filter((name) => name !== '');
  return fieldsOfItem(
    item,
    {
      arxivId,
      title: arxivText(paper.title ?? ''),
      abstract: arxivText(paper.abstract ?? ''),
      authors: authors.length > 0 ? authors : arxivAuthors(paper.authors ?? ''),
      date: firstVersionDate(arxivId, created),
      categories: [...new Set((paper.categories ?? '').split(/\s+/).filter(Boolean))],
      venue: arxivText(paper['journal-ref'] ?? ''),
      doi: doiOf(paper.doi ?? ''),
    },
    ['id', 'title', 'abstract', 'authors', 'authors_parsed', 'categories', 'journal-ref', 'doi', 'comments'],
    {
      comment: arxivText(paper.comments ?? ''),
      ...(isWithdrawn(paper.comments ?? undefined, paper.abstract ?? undefined) && { withdrawn: true }),
    },
  );
}
