/**
 * Reads the format of PubMed, also called MEDLINE and nbib, as PubMed, PubMed Central, ERIC and KoreaMed write it. Our own
 * code, because the format is lines with a tag, and all the work is in what the tags mean. See docs/formats/medline.md.
 */
import { normalizeWhitespace } from '../parsed-paper.ts';
import { nameOfInitials, nameReadAloud } from './bibliographic/person-names.ts';
import { publicationDate } from './bibliographic/publication-dates.ts';
import { distinct, firstUrl, oneOrList, plainText, recordFields, sourceIdOf } from './bibliographic/record-fields.ts';
import {
  RemainingValues,
  readTaggedRecords,
  type TaggedFormat,
  type TaggedValue,
} from './bibliographic/tagged-records.ts';
import * as identifiers from './identifiers.ts';
import type { RecordReader } from './source-record.ts';

/** Tags have up to four characters, are filled up with spaces, and are followed by a hyphen: `PMID- 1`, `TI  - A`. */
const LINE = /^([A-Z][A-Z0-9]{1,4}) {0,2}-(?: (.*))?$/s;

/** A format whose records begin with a tag of their own: PubMed's with `PMID`, those of ERIC with `OWN`. */
function medlineFormat(): TaggedFormat {
  let firstTag: string | undefined;
  return {
    parseLine: (text) => {
      const match = LINE.exec(text);
      // A hyphen is at the fifth place; a line of an abstract that begins 'DNA- ' is indented.
      if (!match || text.indexOf('-') > 4) return undefined;
      firstTag ??= match[1];
      return { tag: match[1], value: (match[2] ?? '').trim() };
    },
    beginsRecord: ({ tag, isAfterBlankLine }) => tag === 'PMID' || (isAfterBlankLine && tag === firstTag),
    example: 'PMID- 12345678',
  };
}

/** Reads a file in the format of PubMed. */
export const readMedline: RecordReader = async function* (bytes) {
  for await (const record of readTaggedRecords(bytes, medlineFormat())) {
    if ('problem' in record) yield record;
    else yield { line: record.line, fields: fieldsOf(record.values), excerpt: record.excerpt };
  }
};

function fieldsOf(values: readonly TaggedValue[]): Record<string, unknown> {
  const rest = new RemainingValues(values);
  const title = rest.takeFirst('TI', 'BTI', 'CTI', 'TT');
  const abstract = rest.takeFirst('AB', 'OAB');
  const authors = authorsOf(values);
  rest.take('FAU', 'AU', 'CN');
  const found = identifiersOf(rest);
  const date = ['DP', 'DEP', 'EDAT'].find((tag) => publicationDate(rest.first(tag)) !== undefined);
  const types = rest.all('PT');
  const known = {
    ...found,
    // ERIC numbers its records itself: 'EJ1234567'.
    id: sourceIdOf(/^E[DJ]\d+/.exec(rest.first('OID'))?.[0]),
    title: title === undefined ? undefined : titleOf(title),
    abstract: abstract === undefined ? undefined : plainText(abstract),
    authors,
    date: date === undefined ? undefined : publicationDate(rest.takeFirst(date) ?? ''),
    categories: distinct(rest.take('MH').map(meshTermOf)),
    keywords: distinct(rest.take('OT', 'KW').map((keyword) => plainText(keyword).replace(/^\*/, ''))),
    url: firstUrl([...rest.all('LID'), ...rest.all('URL')]),
    venue: plainText(rest.takeFirst('JT', 'BTI', 'TA') ?? ''),
    language: rest.takeFirst('LA'),
    type: types[0],
  };
  if (types.length === 1) rest.take('PT');
  const left = [...rest.entries()].map(([tag, texts]) => {
    const isTaken = (text: string) => Object.values(found).some((identifier) => identifier === bareIdentifier(text));
    return [tag, oneOrList(texts.filter((text) => !isTaken(text)).map(normalizeWhitespace))] as const;
  });
  return recordFields(known, left);
}

/**
 * Full names where the record has them, in the order of the record. PubMed writes every person twice, in full and then
 * abbreviated; organizations only once.
 */
function authorsOf(values: readonly TaggedValue[]): string[] {
  const names: string[] = [];
  let isFullNameOpen = false;
  for (const { tag, value } of values) {
    const text = plainText(value);
    if (tag === 'FAU') names.push(nameReadAloud(text));
    else if (tag === 'CN') names.push(text);
    else if (tag === 'AU' && !isFullNameOpen)
      names.push(text.includes(',') ? nameReadAloud(text) : nameOfInitials(text));
    if (tag === 'FAU') isFullNameOpen = true;
    else if (tag === 'AU' || tag === 'CN') isFullNameOpen = false;
  }
  return distinct(names);
}

/** PubMed ends every title with a full stop, and puts the title of a translated paper into brackets. */
function titleOf(title: string): string {
  const text = plainText(title).replace(/(?<!\.)\.$/, '');
  return /^\[[^[\]]*\]$/.test(text) ? text.slice(1, -1).replace(/(?<!\.)\.$/, '') : text;
}

/** The heading without qualifiers and without the asterisk of a main topic: 'Aging' of '*Aging/*genetics'. */
function meshTermOf(term: string): string {
  return plainText(term).replace(/^\*/, '').replace(/\/.*$/, '');
}

function identifiersOf(rest: RemainingValues): identifiers.Identifiers {
  const pmid = identifiers.pmidOf(rest.first('PMID'));
  const pmcid = identifiers.pmcidOf(rest.first('PMC'));
  const numbered = [...rest.all('LID'), ...rest.all('AID')];
  const doi = numbered
    .filter((value) => /\[doi\]/i.test(value))
    .map(identifiers.doiOf)
    .find((one) => one !== undefined);
  if (pmid !== undefined) rest.take('PMID');
  if (pmcid !== undefined) rest.take('PMC');
  return identifiers.mergeIdentifiers([
    {
      ...(pmid !== undefined && { pmid }),
      ...(pmcid !== undefined && { pmcid }),
      ...(doi !== undefined && { doi }),
    },
    ...rest.all('OID').map((value) => {
      const found = identifiers.findPmcid(value);
      return found === undefined ? {} : { pmcid: found };
    }),
    ...[...numbered, ...rest.all('SI'), ...rest.all('GN')]
      .filter((value) => /^https?:|arxiv/i.test(value))
      .map(identifiers.identifiersIn),
  ]);
}

/** The DOI of a value such as '10.1000/xyz [doi]'. */
function bareIdentifier(value: string): string | undefined {
  return /\[doi\]$/i.test(value) ? identifiers.doiOf(value) : undefined;
}
