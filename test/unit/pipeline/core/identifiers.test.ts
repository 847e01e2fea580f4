import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as identifiers from '../../../../pipeline/core/identifiers.ts';

fc.configureGlobal({ seed: 8017 });

describe('a DOI', () => {
  test.each([
    ['10.5555/ABC.Def', '10.5555/abc.def'],
    ['doi:10.5555/abc.', '10.5555/abc'],
    ['DOI: 10.5555/abc', '10.5555/abc'],
    ['https://doi.org/10.5555/ABC', '10.5555/abc'],
    ['http://dx.doi.org/10.5555%2Fabc', '10.5555/abc'],
    ['https://doi.org/10.5555/a%3Cb%3E', '10.5555/a'],
    ['https://publisher.example.org/doi/abs/10.5555/abc?journal=x', '10.5555/abc'],
    ['https://publisher.example.org/doi/10.5555/abc/full', '10.5555/abc'],
    ['https://publisher.example.org/doi/10.5555/abc.pdf', '10.5555/abc'],
    ['https://www.biorxiv.org/content/10.5555/2021.01.02.999999v2.full.pdf', '10.5555/2021.01.02.999999'],
    ['https://doi.org/10.5555/abc.pdf', '10.5555/abc.pdf'],
    ['(see 10.5555/abc)', '10.5555/abc'],
    ['10.5555/s0022-0000(97)00001-1', '10.5555/s0022-0000(97)00001-1'],
    ['10.5555/a<b>c</b>', '10.5555/a'],
    [
      '10.5555/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O',
      '10.5555/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o',
    ],
    ['10.5555/a&lt;1::b&gt;c', '10.5555/a<1::b>c'],
    ['10.5555/abc; 10.5555/def', '10.5555/abc'],
    ['10.5555/abc,10.5555/def', '10.5555/abc'],
    ['10.5555/\u200Babc', '10.5555/abc'],
    ['10.1000.10/abc', '10.1000.10/abc'],
  ])('in %j is %s', (text, doi) => {
    expect(identifiers.doiOf(text)).toBe(doi);
  });

  test.each(['', '10.5555', '10.5555/', '10.55/abc', 'version 110.5555/abc', '1.10.5555/abc', 'abc'])(
    'is not in %j',
    (text) => {
      expect(identifiers.doiOf(text)).toBeUndefined();
    },
  );
});

describe('an arXiv id', () => {
  test.each([
    ['2301.01234', '2301.01234'],
    ['0704.0001v2', '0704.0001'],
    ['arXiv:2301.01234v12 [cs.CL]', '2301.01234'],
    ['abs/2301.01234', '2301.01234'],
    ['https://arxiv.org/abs/2301.01234v1', '2301.01234'],
    ['http://arxiv.org/pdf/2301.01234.pdf', '2301.01234'],
    ['https://arxiv.org/html/2301.01234', '2301.01234'],
    ['https://ar5iv.labs.arxiv.org/html/2301.01234', '2301.01234'],
    ['https://huggingface.co/papers/2301.01234', '2301.01234'],
    ['10.48550/arXiv.2301.01234', '2301.01234'],
    ['oai:arXiv.org:hep-th/9901001', 'hep-th/9901001'],
    ['math.GT/0309136', 'math/0309136'],
    ['cond-mat/0703470v2', 'cond-mat/0703470'],
  ])('in the field %j is %s', (text, id) => {
    expect(identifiers.arxivIdOf(text)).toBe(id);
  });

  test.each([
    '',
    '2313.01234',
    '2301.012',
    '2301.0123456',
    'nature/9901001',
    'hep-th/9913001',
    '10.5555/2301.01234',
    'pp. 2301.01234',
  ])('is not in %j', (text) => {
    expect(identifiers.arxivIdOf(text)).toBeUndefined();
  });

  test('in a text has to say that it is one', () => {
    expect(identifiers.findArxivId('version 2301.01234')).toBeUndefined();
    expect(identifiers.findArxivId('see arXiv: 2301.01234, page 3')).toBe('2301.01234');
  });

  test('may be followed by a subject class', () => {
    expect(identifiers.arxivClassIn('arXiv:2301.01234 [cs.CL]')).toBe('cs.CL');
    expect(identifiers.arxivClassIn('arXiv:2301.01234v2 [astro-ph.EP]')).toBe('astro-ph.EP');
    expect(identifiers.arxivClassIn('arXiv:2301.01234')).toBeUndefined();
  });
});

describe('identifiers of databases', () => {
  test.each([
    [identifiers.pmidOf, ' 012345 ', '12345'],
    [identifiers.pmidOf, 'PMID: 12345', '12345'],
    [identifiers.pmidOf, 'https://pubmed.ncbi.nlm.nih.gov/12345/', '12345'],
    [identifiers.pmidOf, 'http://www.ncbi.nlm.nih.gov/pubmed/?term=12345', '12345'],
    [identifiers.pmidOf, '123456789', undefined],
    [identifiers.pmidOf, '12345 pages', undefined],
    [identifiers.findPmid, '12345', undefined],
    [identifiers.pmcidOf, '9990001', 'PMC9990001'],
    [identifiers.pmcidOf, 'https://www.ncbi.nlm.nih.gov/pmc/articles/PMC9990001/', 'PMC9990001'],
    [identifiers.pmcidOf, 'abcpmc9990001', undefined],
    [identifiers.findOpenAlexId, 'https://openalex.org/w2741809807', 'W2741809807'],
    [identifiers.findOpenAlexId, 'https://api.openalex.org/works/W1', 'W1'],
    [identifiers.findOpenAlexId, 'W2741809807', undefined],
    [
      identifiers.findSemanticScholarId,
      `https://www.semanticscholar.org/paper/A-Title/${'0aF1'.repeat(10)}`,
      '0af1'.repeat(10),
    ],
    [identifiers.findSemanticScholarId, 'CorpusID:12345', '12345'],
    [identifiers.findSemanticScholarId, '0af1'.repeat(10), undefined],
  ])('%o of %j is %s', (find, text, id) => {
    expect(find(text)).toBe(id);
  });
});

test('every kind of identifier is found in one text', () => {
  expect(
    identifiers.identifiersIn('doi:10.5555/a arXiv:2301.01234 PMID: 1 PMC9990001 openalex.org/W1 S2CID: 2'),
  ).toEqual({
    doi: '10.5555/a',
    arxivId: '2301.01234',
    pmid: '1',
    pmcid: 'PMC9990001',
    openAlexId: 'W1',
    semanticScholarId: '2',
  });
});

describe('of a note', () => {
  test.each([
    ['PMID: 1\nPMCID: PMC9990001', { pmid: '1', pmcid: 'PMC9990001' }],
    ['{:DOI: 10.5555/a}', { doi: '10.5555/a' }],
    ['Read twice.\narXiv:2301.01234 [cs]', { arxivId: '2301.01234' }],
    ['Cited by: 1; doi: 10.5555/a', { doi: '10.5555/a' }],
    ['A reply to arXiv:2301.01234', {}],
    ['See https://doi.org/10.5555/a', {}],
  ])('only lines that begin with one have identifiers: %j', (note, expected) => {
    expect(identifiers.identifiersInNote(note)).toEqual(expected);
  });
});

test('of several sources the first has the say; an arXiv id may come from a DOI', () => {
  expect(identifiers.mergeIdentifiers([{ doi: '10.5555/a' }, { doi: '10.5555/b', pmid: '1' }])).toEqual({
    doi: '10.5555/a',
    pmid: '1',
  });
  expect(identifiers.mergeIdentifiers([{ doi: '10.48550/arxiv.2301.01234' }])).toMatchObject({ arxivId: '2301.01234' });
  expect(identifiers.mergeIdentifiers([])).toEqual({});
});

test('names that are identifiers are told from names of sources', () => {
  for (const name of ['2301.01234', 'arXiv:2301.01234', '10.5555/a', 'doi: 10.5555/a', 'PMC9990001', 'PMID:1']) {
    expect(identifiers.isIdentifier(name)).toBe(true);
  }
  for (const name of ['lovelace1843', 'DBLP:conf/slow/HartO20', '27', 'WOS:000999', '']) {
    expect(identifiers.isIdentifier(name)).toBe(false);
  }
});

describe('any text', () => {
  const word = fc.constantFrom(
    '10.5555/',
    'https://',
    'doi.org/',
    'arXiv:',
    '2301.01234',
    'hep-th/9901001',
    'PMID: ',
    'PMC',
  );
  const text = fc
    .array(fc.oneof(word, fc.string({ maxLength: 10 }), fc.string({ unit: 'binary', maxLength: 4 })))
    .map((parts) => parts.join(''));

  test('gives identifiers of the stated forms', () => {
    fc.assert(
      fc.property(text, (written) => {
        const { doi, arxivId, pmid, pmcid } = identifiers.identifiersIn(written);
        if (doi !== undefined) {
          expect(doi).toMatch(/^10\.\d{4,9}[\d.]*\/\S+$/);
          expect(doi).toBe(doi.toLowerCase());
        }
        if (arxivId !== undefined) expect(arxivId).toMatch(/^(?:\d{4}\.\d{4,5}|[a-z-]+\/\d{7})$/);
        if (pmid !== undefined) expect(pmid).toMatch(/^[1-9]\d{0,7}$/);
        if (pmcid !== undefined) expect(pmcid).toMatch(/^PMC\d{4,9}$/);
        identifiers.identifiersInNote(written);
        identifiers.isIdentifier(written);
      }),
      { numRuns: 1000 },
    );
  });

  test('gives the same identifier again from what was found in it', () => {
    fc.assert(
      fc.property(text, (written) => {
        const { doi, arxivId } = identifiers.identifiersIn(written);
        if (doi !== undefined) expect(identifiers.doiOf(doi)).toBe(doi);
        if (arxivId !== undefined) expect(identifiers.arxivIdOf(arxivId)).toBe(arxivId);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['10.1000/', ' ', '0', 'https://x/', 'arxiv.', '(', ')', '10.1000/(((', ';doi:', '&lt;', 'PMID '])(
    'of a million times %j takes little time',
    (part) => {
      const long = part.repeat(1_000_000);
      const begin = performance.now();
      identifiers.identifiersIn(long);
      identifiers.identifiersInNote(long);
      identifiers.arxivIdOf(long);
      identifiers.pmidOf(long);
      identifiers.pmcidOf(long);
      identifiers.isIdentifier(long);
      expect(performance.now() - begin).toBeLessThan(2000);
    },
  );
});
