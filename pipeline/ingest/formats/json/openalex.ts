/**
 * The fields of works of OpenAlex: pages of its API (`{"meta": …, "results": […]}`), single works, and the lines of its
 * snapshot. Pure functions.
 *
 * Quirks: ids are addresses (`https://openalex.org/W1`), and so are DOIs, PubMed ids and PMC ids; the abstract is an
 * index from words to their positions, in parts of the snapshot as text, and in works that came from Microsoft Academic
 * below `InvertedIndex`; titles may be null and have HTML; `authorships` ends after 100 authors in lists; `select=`
 * leaves out any field; `host_venue` was `primary_location` until 2023, `concepts` became `topics` in 2024; keywords
 * were `{keyword}` and are `{display_name}`; arXiv is a venue, and its id only in the addresses of locations.
 */
import { z } from 'zod';
import {
  doiOf,
  findArxivId,
  findPmcid,
  findPmid,
  mergeIdentifiers,
  pmcidOf,
  pmidOf,
} from '../../../core/identifiers.ts';
import { nameReadAloud } from '../bibliographic/person-names.ts';
import { publicationDate } from '../bibliographic/publication-dates.ts';
import { openAlexIdOf } from '../values/identifiers.ts';
import { plainText } from '../values/text.ts';
import { fieldsOfItem, type Item, isObject, namesIn } from './items.ts';

const text = z.string().nullish().catch(undefined);
const count = z.int().nonnegative().nullish().catch(undefined);
const location = z
  .object({ landing_page_url: text, source: z.object({ display_name: text }).nullish().catch(undefined) })
  .nullish()
  .catch(undefined);
const schema = z.object({
  id: text,
  doi: text,
  title: text,
  display_name: text,
  abstract: text,
  publication_date: text,
  publication_year: count,
  authorships: z
    .array(
      z
        .object({ author: z.object({ display_name: text }).nullish().catch(undefined), raw_author_name: text })
        .catch({}),
    )
    .nullish()
    .catch(undefined),
  ids: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .nullish()
    .catch(undefined),
  primary_location: location,
  locations: z.array(location).nullish().catch(undefined),
  host_venue: z.object({ display_name: text, url: text }).nullish().catch(undefined),
  cited_by_count: count,
  language: text,
  type: text,
});

/** Whether an object is a work of OpenAlex. */
export function isWork(item: Item): boolean {
  const hasId = typeof item.id === 'string' && /^https:\/\/openalex\.org\/W\d/i.test(item.id);
  return hasId || 'abstract_inverted_index' in item || (Array.isArray(item.authorships) && 'title' in item);
}

/** The fields of a work. */
export function fieldsOfWork(item: Item): Item {
  const work = schema.parse(item);
  const ids = work.ids ?? {};
  const addresses = [work.primary_location, ...(work.locations ?? [])].map((one) => one?.landing_page_url ?? '');
  const found = mergeIdentifiers(
    addresses.map((address) => {
      const [arxivId, pmid, pmcid] = [findArxivId(address), findPmid(address), findPmcid(address)];
      return { ...(arxivId && { arxivId }), ...(pmid && { pmid }), ...(pmcid && { pmcid }) };
    }),
  );
  const doi = doiOf(work.doi ?? String(ids.doi ?? ''));
  const authors = (work.authorships ?? []).map(({ author, raw_author_name }) =>
    plainText(nameReadAloud(author?.display_name ?? raw_author_name ?? '')),
  );
  const topics = namesIn(item.topics, 'display_name');
  const mesh = namesIn(item.mesh, 'descriptor_name');
  return fieldsOfItem(
    item,
    {
      openAlexId: openAlexIdOf(work.id ?? ids.openalex),
      title: plainText(work.title ?? work.display_name ?? ''),
      abstract: abstractOf(item.abstract_inverted_index) ?? plainText(work.abstract ?? ''),
      authors: authors.filter((name) => name !== ''),
      date: publicationDate(work.publication_date ?? String(work.publication_year ?? '')),
      categories: [...new Set([...(topics.length > 0 ? topics : namesIn(item.concepts, 'display_name')), ...mesh])],
      keywords: namesIn(item.keywords, 'display_name', 'keyword').map(plainText),
      url: addresses.find((address) => /^https?:\/\//.test(address)) ?? work.host_venue?.url,
      venue: plainText(work.primary_location?.source?.display_name ?? work.host_venue?.display_name ?? ''),
      doi,
      arxivId: (doi === undefined ? undefined : findArxivId(doi)) ?? found.arxivId,
      pmid: pmidOf(String(ids.pmid ?? '')) ?? found.pmid,
      pmcid: pmcidOf(String(ids.pmcid ?? '').replace(/^.*\/(?:PMC)?(?=\d+\/?$)|\/$/gi, '')) ?? found.pmcid,
      citations: work.cited_by_count,
      language: work.language,
      type: work.type,
    },
    (
      'id doi title display_name abstract abstract_inverted_index authorships publication_date publication_year topics ' +
      'keywords primary_location ids cited_by_count language type'
    ).split(' '),
  );
}

/** The longest abstract that an index is read as, in words. Positions beyond are damage. */
const MAX_WORDS = 50_000;

/** The text of an abstract that is given as an index from each word to its positions, counted from 0. */
export function abstractOf(index: unknown): string | undefined {
  if (typeof index === 'string') {
    try {
      return abstractOf(JSON.parse(index));
    } catch {
      return undefined;
    }
  }
  if (!isObject(index)) return undefined;
  if (isObject(index.InvertedIndex)) return abstractOf(index.InvertedIndex);
  const words = new Map<number, string>();
  for (const [word, positions] of Object.entries(index)) {
    for (const position of Array.isArray(positions) ? positions : []) {
      if (Number.isInteger(position) && position >= 0 && position < MAX_WORDS) words.set(position, word);
    }
  }
  const inOrder = [...words].sort(([a], [b]) => a - b).map(([, word]) => word);
  return plainText(inOrder.join(' ')) || undefined;
}
