/**
 * The fields of papers in the API of Hugging Face: `api/daily_papers` (a list of `{"paper": {…}, …}`), `api/papers/ID`
 * (the paper alone). Pure functions.
 *
 * Quirks: title, summary and date are there twice, in the paper and around it, where the date is the day on the list and
 * not that of the paper; the id is an arXiv id without version; summaries keep the line breaks of arXiv; the number of
 * comments is around the paper, the votes are in it; `organization` calls its slug `name` and its name `fullname`;
 * keywords and summary of a model are `ai_keywords` and `ai_summary`, which are not the authors'.
 */
import { z } from 'zod';
import { arxivIdOf } from '../../../core/identifiers.ts';
import { publicationDate } from '../bibliographic/publication-dates.ts';
import { plainText } from '../values/text.ts';
import { fieldsOfItem, type Item, isObject, namesIn } from './items.ts';

const text = z.string().nullish().catch(undefined);
const schema = z.object({ id: text, title: text, summary: text, publishedAt: text });
const around = z.object({
  title: text,
  summary: text,
  publishedAt: text,
  numComments: z.int().nonnegative().nullish().catch(undefined),
});
const organizationSchema = z.object({ name: z.string(), fullname: z.string() }).nullish().catch(undefined);

/** Whether an object is an entry of the list, or a paper of this API. */
export function isDailyPaper(item: Item): boolean {
  if (isObject(item.paper))
    return typeof item.paper.id === 'string' && ('authors' in item.paper || 'title' in item.paper);
  return typeof item.id === 'string' && 'summary' in item && 'upvotes' in item && arxivIdOf(item.id) !== undefined;
}

/** The fields of an entry. The number of comments is `comments`, the organization has `slug` and `name`. */
export function fieldsOfDailyPaper(item: Item): Item {
  const inner = isObject(item.paper) ? item.paper : item;
  const outer = inner === item ? {} : item;
  const paper = schema.parse(inner);
  const entry = around.parse(outer);
  const organization = organizationSchema.parse(inner.organization ?? outer.organization);
  const arxivId = arxivIdOf(paper.id ?? '');
  const { paper: _, ...others } = outer;
  return fieldsOfItem(
    { ...others, ...inner },
    {
      id: arxivId === undefined ? paper.id : undefined,
      arxivId,
      title: plainText(paper.title ?? entry.title ?? ''),
      abstract: plainText(paper.summary ?? entry.summary ?? ''),
      authors: namesIn(inner.authors, 'name').map(plainText),
      date: publicationDate(paper.publishedAt ?? '') ?? publicationDate(entry.publishedAt ?? ''),
    },
    ['id', 'title', 'summary', 'authors', 'publishedAt', 'numComments', ...(organization ? ['organization'] : [])],
    {
      comments: entry.numComments,
      ...(organization && { organization: { slug: organization.name, name: organization.fullname } }),
    },
  );
}
