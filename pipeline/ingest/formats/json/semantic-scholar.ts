/**
 * The fields of papers of Semantic Scholar: pages of its API (`{"data": […]}`, `{"recommendedPapers": […]}`), lists of
 * its batch endpoint, the lines of its bulk data sets `papers`, `abstracts` and `tldrs`, and of the former Open Research
 * Corpus. Pure functions.
 *
 * Quirks: the API writes `paperId`, `externalIds`, `s2FieldsOfStudy`, the bulk data sets `corpusid`, `externalids`,
 * `s2fieldsofstudy`; in bulk, abstracts have no title: papers and abstracts belong together by the corpus id; which
 * fields the API gives is asked for, only `paperId` is always there; papers that the batch endpoint did not find are
 * `null`; papers of citations are below `citingPaper` and `citedPaper`; `venue` is often '' where `journal.name` is
 * not; DOIs are written in upper case.
 */
import { z } from 'zod';
import { arxivIdOf, doiOf, findArxivId, pmcidOf, pmidOf } from '../../../core/identifiers.ts';
import { nameReadAloud } from '../bibliographic/person-names.ts';
import { publicationDate } from '../bibliographic/publication-dates.ts';
import { semanticScholarIdOf, urlOf } from '../values/identifiers.ts';
import { plainText } from '../values/text.ts';
import { fieldsOfItem, type Item, isObject, namesIn } from './items.ts';

const text = z.string().nullish().catch(undefined);
const scalar = z.union([z.string(), z.number()]).nullish().catch(undefined);
const named = z.object({ name: text }).nullish().catch(undefined);
const schema = z.object({
  paperid: text,
  id: text,
  corpusid: scalar,
  externalids: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  openaccessinfo: z
    .object({ externalids: z.record(z.string(), z.unknown()).nullish().catch(undefined), url: text })
    .nullish()
    .catch(undefined),
  title: text,
  abstract: text,
  paperabstract: text,
  venue: text,
  publicationvenue: named,
  journal: named,
  journalname: text,
  year: scalar,
  publicationdate: text,
  url: text,
  s2url: text,
  doi: text,
  pmid: scalar,
  citationcount: z.int().nonnegative().nullish().catch(undefined),
  incitations: z.array(z.unknown()).nullish().catch(undefined),
});

const HASH = /^[\da-f]{40}$/i;

/** Whether an object is a paper of Semantic Scholar. */
export function isSemanticScholarItem(item: Item): boolean {
  if (typeof item.paperId === 'string') return HASH.test(item.paperId);
  const hasNumber = typeof item.corpusid === 'number' || typeof item.corpusId === 'number';
  const isBulk = ['externalids', 'openaccessinfo', 'abstract', 'title', 'model'].some((name) => name in item);
  return (hasNumber && isBulk) || (typeof item.id === 'string' && HASH.test(item.id) && 'inCitations' in item);
}

/** The fields of a paper, or of an abstract alone. */
export function fieldsOfSemanticScholarItem(item: Item): Item {
  const lowerCase = new Map(Object.entries(item).map(([name, value]) => [name.toLowerCase(), value]));
  const paper = schema.parse(Object.fromEntries(lowerCase));
  const ids = new Map(
    Object.entries({ ...paper.openaccessinfo?.externalids, ...paper.externalids }).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' || typeof value === 'number' ? String(value) : '',
    ]),
  );
  const id = (...names: readonly string[]) => names.map((name) => ids.get(name)).find(Boolean) ?? '';
  const doi = doiOf(id('doi') || (paper.doi ?? ''));
  const hash = semanticScholarIdOf(paper.paperid ?? paper.id);
  const authors = lowerCase.get('authors');
  const fields = lowerCase.get('s2fieldsofstudy');
  const type = namesIn(lowerCase.get('publicationtypes'))[0];
  const used =
    'paperid externalids title abstract paperabstract venue journalname year publicationdate url s2url doi pmid ' +
    'citationcount authors fieldsofstudy s2fieldsofstudy' +
    (hash === undefined ? ' corpusid' : ' id');
  return fieldsOfItem(
    item,
    {
      semanticScholarId: hash ?? semanticScholarIdOf(paper.corpusid),
      title: plainText(paper.title ?? ''),
      abstract: plainText(paper.abstract ?? paper.paperabstract ?? ''),
      authors: namesIn(authors, 'name').map((name) => plainText(nameReadAloud(name))),
      date: publicationDate(paper.publicationdate ?? '') ?? publicationDate(String(paper.year ?? '')),
      categories: [
        ...new Set([
          ...namesIn(lowerCase.get('fieldsofstudy')),
          ...(isObject(fields) ? [] : namesIn(fields, 'category')),
        ]),
      ],
      url: urlOf(paper.url) ?? urlOf(paper.s2url),
      venue: plainText(
        [paper.venue, paper.journal?.name, paper.publicationvenue?.name, paper.journalname].find(Boolean) ?? '',
      ),
      doi,
      arxivId: arxivIdOf(id('arxiv')) ?? (doi === undefined ? undefined : findArxivId(doi)),
      pmid: pmidOf(id('pubmed') || String(paper.pmid ?? '')),
      pmcid: pmcidOf(id('pubmedcentral')),
      citations: paper.citationcount ?? paper.incitations?.length,
      type,
    },
    Object.keys(item).filter((name) => used.split(' ').includes(name.toLowerCase())),
  );
}
