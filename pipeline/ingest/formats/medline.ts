/**
 * Reads the tagged format of PubMed, also called MEDLINE, MEDLARS and nbib. Our own code, because the format is lines with
 * a tag, and all the work is in what the tags mean. No library of npm reads it in a stream and says where something is
 * wrong.
 *
 * - Lines: a tag of up to four characters, spaces up to the hyphen, one space. CINAHL writes one space before the hyphen,
 *   some programs none behind that of `PMID-1`. Long values go on in indented lines; PubMed keeps the space at the end
 *   of the line before, older files do not.
 * - Records begin with `PMID` (PubMed), with `PMC` and then `PMID` (PubMed Central), or with `OWN` (ERIC). A blank line
 *   is before each but the first, if the file was not edited.
 * - Titles end with a full stop, and those of translated papers are in brackets; `TT` is the original one. Chapters have
 *   their book in `BTI`.
 * - Names: `FAU` in full, then the same person in `AU` ('Lovelace AB'); old records have only `AU`. Groups are in `CN`.
 *   Suffixes are behind the given names. ERIC writes 'Family, Given' into `AU`. Investigators (`FIR`, `IR`) and editors
 *   (`FED`, `ED`) are no authors.
 * - Dates: `DP` as '2021 Jul-Aug', '1974 Spring' or '2012'; `DEP` and `EDAT` where there is none.
 * - Identifiers: `LID` and `AID` with '[doi]' behind them; others such as '[pii]' are none of ours. `CIN`, `RIN` and the
 *   like name other papers.
 * - `OAB` may say no more than that the publisher has an abstract; `OT` may begin with an asterisk, `MH` has qualifiers
 *   behind slashes.
 */

import * as identifiers from '../../core/identifiers.ts';
import type { PaperIdentifiers } from '../../core/paper.ts';
import { normalizeWhitespace } from '../parsed-paper.ts';
import { nameOfInitials, nameOfParts, nameReadAloud } from './bibliographic/person-names.ts';
import { publicationDate } from './bibliographic/publication-dates.ts';
import { distinct, firstUrl, oneOrList, plainText, recordFields, sourceIdOf } from './bibliographic/record-fields.ts';
import { RemainingValues } from './bibliographic/remaining-values.ts';
import { readTaggedRecords, type TaggedFormat, type TaggedValue } from './bibliographic/tagged-records.ts';
import type { RecordReader } from './source-record.ts';

/** Tags have up to four characters, are filled up with spaces, and are followed by a hyphen: `PMID- 1`, `TI  - A`. */
const LINE = /^([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*))?$/s;
const PMID_WITHOUT_SPACE = /^(PMID)-(\d+)\s*$/;

/** Tags with which records begin, in the order of the databases that do so. Each is in a record once. */
const FIRST_TAGS = new Set(['PMID', 'PMC', 'OWN']);

/** A format whose records begin with a tag of their own: PubMed's with `PMID`, those of ERIC with `OWN`. */
function medlineFormat(): TaggedFormat {
  let firstTag: string | undefined;
  return {
    parseLine: (text) => {
      const match = LINE.exec(text) ?? PMID_WITHOUT_SPACE.exec(text);
      // A line of an abstract that begins 'DNA- ' is indented.
      if (!match) return undefined;
      firstTag ??= match[1];
      return { tag: match[1], value: (match[2] ?? '').trim() };
    },
    beginsRecord: ({ tag, isAfterBlankLine, hasTag }) => {
      if (tag !== firstTag && tag !== 'PMID') return false;
      return isAfterBlankLine || (FIRST_TAGS.has(tag) && hasTag(tag));
    },
    example: 'PMID- 12345678',
  };
}

/**
 * Reads a file in the format of PubMed. Lines in front of the first tag are a problem, and so is a file without any.
 *
 * @throws only what `bytes` throws
 */
export const readMedline: RecordReader = async function* (bytes) {
  for await (const record of readTaggedRecords(bytes, medlineFormat())) {
    if ('problem' in record) yield record;
    else yield { line: record.line, fields: fieldsOf(record.values), excerpt: record.excerpt };
  }
};

/** What stands in for an abstract that PubMed Central does not have. */
const NO_ABSTRACT = /^(?:publisher:\s?)?abstract available from the publisher\.?$/i;

function fieldsOf(values: readonly TaggedValue[]): Record<string, unknown> {
  const rest = new RemainingValues(values);
  const title = rest.takeFirst('TI', 'BTI', 'CTI', 'TT');
  const abstract = rest.takeFirst('AB') ?? rest.takeFirst('OAB');
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
    abstract: abstract === undefined || NO_ABSTRACT.test(abstract) ? undefined : plainText(abstract),
    authors,
    date: date === undefined ? undefined : publicationDate(rest.takeFirst(date) ?? ''),
    categories: distinct(rest.take('MH').map(meshTermOf)),
    keywords: distinct(rest.take('OT', 'KW').map((keyword) => plainText(keyword).replace(/^\*/, ''))),
    url:
      firstUrl([...rest.all('LID'), ...rest.all('URL')]) ??
      (found.pmid === undefined ? undefined : `https://pubmed.ncbi.nlm.nih.gov/${found.pmid}/`),
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
    if (tag === 'FAU') names.push(fullName(text));
    else if (tag === 'CN') names.push(text);
    else if (tag === 'AU' && !isFullNameOpen)
      names.push(text.includes(',') ? nameReadAloud(text) : nameOfInitials(text));
    if (tag === 'FAU') isFullNameOpen = true;
    else if (tag === 'AU' || tag === 'CN') isFullNameOpen = false;
  }
  return distinct(names);
}

/** PubMed writes suffixes behind given names: 'Wolf, Karl 3rd'. */
function fullName(name: string): string {
  const [, family, given, suffix] = /^([^,]*), ([^,]*) (Jr|Sr|\d(?:st|nd|rd|th)|I{2,3}|IV)\.?$/.exec(name) ?? [];
  return family === undefined ? nameReadAloud(name) : nameOfParts({ given, family, suffix });
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

function identifiersOf(rest: RemainingValues): PaperIdentifiers {
  // A line behind them that was not indented is no part of them; it stays in the field.
  const [pmidLine, ...belowPmid] = rest.first('PMID').split('\n');
  const [pmcidLine, ...belowPmcid] = rest.first('PMC').split('\n');
  const pmid = identifiers.pmidOf(pmidLine);
  const pmcid = identifiers.pmcidOf(pmcidLine);
  const numbered = [...rest.all('LID'), ...rest.all('AID')];
  const doi = numbered
    .filter((value) => /\[doi\]/i.test(value))
    .map(identifiers.doiOf)
    .find((one) => one !== undefined);
  if (pmid !== undefined && belowPmid.length === 0) rest.take('PMID');
  if (pmcid !== undefined && belowPmcid.length === 0) rest.take('PMC');
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
