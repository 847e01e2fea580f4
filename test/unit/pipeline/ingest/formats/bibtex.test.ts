import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBibtex } from '../../../../../pipeline/ingest/formats/bibtex.ts';
import { checkReader, collect, formatFixture, inChunks } from '../../../../fixtures/damaged-bytes.ts';
import { expectedParts, withoutExcerpts } from '../../../../fixtures/format-golden.ts';

fc.configureGlobal({ seed: 8017 });

const FILES =
  'acl ads arxiv better-bibtex damaged dblp google-scholar ieee inspire jabref mendeley scopus web-of-science zotero'
    .split(' ')
    .map((name) => `${name}.bib`);

const read = (content: string | Uint8Array) => collect(readBibtex(inChunks(content)));
/** The fields of the only entry. */
const fieldsOf = async (entry: string) => {
  const parts = await read(entry);
  expect(parts).toHaveLength(1);
  return 'fields' in parts[0] ? parts[0].fields : parts[0];
};
/** What is read of an entry with these fields. */
const fieldsOfArticle = (fields: string) => fieldsOf(`@article{key,\n${fields}\n}`);

test.each(FILES)('%s is read as expected', async (file) => {
  expect(withoutExcerpts(await read(formatFixture(file)))).toEqual(expectedParts(file));
});

test('an excerpt is the beginning of the entry in one line', async () => {
  const [{ excerpt }] = await read(formatFixture('arxiv.bib'));
  expect(excerpt).toBe('@misc{dimitrova2024slowlight, title={Slow Light, Fast Readers: A $\\mathcal{O}(\\…');
});

describe('LaTeX becomes plain text', () => {
  test.each([
    ['accents', `{\\"o} \\"{o} \\'e \\v{s} \\c c \\H{o} \\k{a} {\\aa} \\ss{} \\i`, 'ö ö é š ç ő ą å ß ı'],
    ['accents over letters without dot', "na\\\"{\\i}ve \\'{\\i} \\'\\i", 'naïve í í'],
    ['capitals in braces', '{DNA} in {S}wahili {{Kept}}', 'DNA in Swahili Kept'],
    ['quotes and dashes', "``quoted'' 1--2 a---b", '“quoted” 1–2 a—b'],
    ['escaped characters', '80\\% of \\$5 \\& R\\_D \\#1 \\{x\\}', '80% of $5 & R_D #1 {x}'],
    ['fonts', '\\emph{slow} {\\it light} \\textbf{and} \\textsc{fast}', 'slow light and fast'],
    ['symbols', '\\textmu m \\textdegree C \\copyright{} \\texttrademark', 'µm °C © ™'],
    ['spaces', 'a~b\\,c\\ d\\\\e', 'a b c d e'],
    [
      'formulas, which stay',
      '$O(\\log n)$ and \\(x_1\\) and \\ensuremath{\\beta}',
      '$O(\\log n)$ and $x_1$ and $\\beta$',
    ],
    ['money, which is no formula', '$5 and $10', '$5 and $10'],
    ['references, which are dropped', 'as shown\\cite{knuth} here\\footnote{not here}', 'as shown here'],
    ['unknown commands with an argument', '\\unknowncommand{kept}', 'kept'],
    ['unknown commands alone', '\\unknowncommand', '\\unknowncommand'],
    [
      'links',
      '\\href{https://example.org}{a page} and \\url{https://example.org/a_b}',
      'a page and https://example.org/a_b',
    ],
    ['HTML', '{\\textless}i{\\textgreater}fog{\\textless}/i{\\textgreater} &amp; mist', 'fog & mist'],
  ])('%s', async (_, latex, text) => {
    expect(await fieldsOfArticle(`title = {${latex}}`)).toMatchObject({ title: text });
  });
});

describe('names', () => {
  test.each([
    ['Lovelace, Ada B. and Babbage, Charles', ['Ada B. Lovelace', 'Charles Babbage']],
    ['Ada Lovelace and Charles Babbage and others', ['Ada Lovelace', 'Charles Babbage']],
    ['King, Jr., Martin Luther', ['Martin Luther King Jr.']],
    ['van der Beek, Cor', ['Cor van der Beek']],
    ['{Barnes and Noble} and {The ATLAS Collaboration}', ['Barnes and Noble', 'The ATLAS Collaboration']],
    ["{O'Brien}, S{\\'e}amus  and\n  {V{\\\"o}lk}, H.", ["Séamus O'Brien", 'H. Völk']],
    ['family=Gaulle, given=Charles, prefix=de', ['Charles de Gaulle']],
    ['Lovelace, Ada; Babbage, Charles', ['Ada Lovelace', 'Charles Babbage']],
    [
      'Ada Lovelace, Charles Babbage, Mary Somerville, George Boole',
      ['Ada Lovelace', 'Charles Babbage', 'Mary Somerville', 'George Boole'],
    ],
    ['and', undefined],
  ])('of %j are as read aloud', async (list, authors) => {
    expect(((await fieldsOfArticle(`title = {T}, author = {${list}}`)) as { authors?: unknown }).authors).toEqual(
      authors,
    );
  });
});

describe('dates', () => {
  test.each([
    ['year = 2021', '2021'],
    ['year = {2021}, month = jul', '2021-07'],
    ['year = 2021, month = jul, day = 3', '2021-07-03'],
    ['year = 2021, month = 7', '2021-07'],
    ['year = 2021, month = {July}', '2021-07'],
    ['year = 2021, month = jul # "~9"', '2021-07-09'],
    ['year = 2021, month = "9~" # jul', '2021-07-09'],
    ['year = 2021, month = sep # "--" # oct', '2021-09'],
    ['year = 2021, month = {AUG 15}', '2021-08-15'],
    ['year = 2021, month = spring', '2021'],
    ['year = {in press}', undefined],
    ['year = {c. 1987a}', '1987'],
    ['date = {2020-07-01/2020-08-31}', '2020-07-01'],
    ['date = {2020-21}', '2020'],
    ['date = {2020-02-30}', '2020-02'],
    ['date = {2020-07}, year = 2020', '2020-07'],
  ])('of %j are as precise as they are certain', async (fields, date) => {
    expect(((await fieldsOfArticle(`title = {T}, ${fields}`)) as { date?: unknown }).date).toBe(date);
  });

  test('of which nothing could be made stay under their own name', async () => {
    expect(await fieldsOfArticle('title = {T}, year = {in press}')).toMatchObject({ year: 'in press' });
  });
});

describe('syntax', () => {
  test.each([
    [
      'macros, joined to texts',
      '@string{jl = "J. of "} @article{k, journal = jl # {Lichen}, title = {T}}',
      { venue: 'J. of Lichen' },
    ],
    ['macros of other files, whose name stays', '@article{k, journal = nature, title = {T}}', { venue: 'nature' }],
    ['parentheses', '@article(k, title = {A (b) c}, year = 2001)', { title: 'A (b) c', date: '2001' }],
    [
      'quotes within quotes',
      '@article{k, title = "A "quoted" word", year = 2001}',
      { title: 'A "quoted" word', date: '2001' },
    ],
    ['no comma between fields', '@article{k title = {T}\n year = 2001}', { id: 'k', title: 'T', date: '2001' }],
    ['no delimiters', '@article{k,\n title = A few words,\n year = 2001\n}', { title: 'A few words', date: '2001' }],
    ['no key', '@article{title = {T}}', { title: 'T' }],
    ['a bracket on the next line', '@article\n{k, title = {T}}', { id: 'k', title: 'T' }],
    ['capitals', '@ARTICLE{Key, TITLE = {T}}', { id: 'Key', type: 'article', title: 'T' }],
    ['comments between fields', '@article{k,\n% no = {field},\n title = {T}}', { title: 'T' }],
    ['everything on one line', 'x @article{k, title = {T}} y', { title: 'T' }],
    [
      'escaped braces that are not in pairs',
      '@article{k, title = {a \\{ b}, year = {2001}}',
      { title: 'a { b', date: '2001' },
    ],
    ['a field that is there twice', '@article{k, title = {T}, note = {a}, note = {b}}', { note: ['a', 'b'] }],
    [
      'a field with the name of another format',
      '@phdthesis{k, title = {T}, type = {Habilitation}}',
      { type: 'phdthesis', 'type (field)': 'Habilitation' },
    ],
    ['the name of a prototype', '@article{k, title = {T}, __proto__ = {x}, constructor = {y}}', { constructor: 'y' }],
  ])('%s', async (_, entry, fields) => {
    expect(await fieldsOf(entry)).toMatchObject(fields);
  });

  test('comments, preambles and settings are neither records nor problems', async () => {
    const file = `
      Words. @comment{ @article{hidden, title = {T}} } @comment a line with @article{hidden, title = {T}}
      % @article{hidden, title = {T}}
      @preamble{"\\newcommand{\\noop}[1]{}"}
      @IEEEtranBSTCTL{settings, CTLuse_forced_etal = "yes"}
      @string(unused = {x})
      @article{seen, title = {T}}`;
    expect(await read(file)).toMatchObject([{ line: 7, fields: { id: 'seen' } }]);
  });
});

describe('identifiers', () => {
  test.each([
    ['doi = {https://doi.org/10.5555/ABC.1}', { doi: '10.5555/abc.1' }],
    ['doi = {10.5555/a\\_b}', { doi: '10.5555/a_b' }],
    ['url = {https://dx.doi.org/10.5555/abc}', { doi: '10.5555/abc', url: 'https://dx.doi.org/10.5555/abc' }],
    ['eprint = {2301.99001v2}, archiveprefix = {arXiv}', { arxivId: '2301.99001' }],
    ['eprint = {hep-th/9901999}, eprinttype = {arxiv}', { arxivId: 'hep-th/9901999' }],
    ['eprint = {39990001}, eprinttype = {pubmed}', { pmid: '39990001' }],
    ['journal = {arXiv preprint arXiv:2301.99001}', { arxivId: '2301.99001', venue: 'arXiv' }],
    ['journal = {CoRR}, volume = {abs/2301.99001}', { arxivId: '2301.99001' }],
    ['doi = {10.48550/arXiv.2301.99001}', { doi: '10.48550/arxiv.2301.99001', arxivId: '2301.99001' }],
    ['pmcid = {PMC9990001}', { pmcid: 'PMC9990001' }],
    ['note = {arXiv:2301.99001 [cs]}', { arxivId: '2301.99001' }],
    ['note = {PMID: 39990001\nPMCID: PMC9990001}', { pmid: '39990001', pmcid: 'PMC9990001' }],
  ])('%j', async (fields, expected) => {
    expect(await fieldsOfArticle(`title = {T}, ${fields}`)).toMatchObject(expected);
  });

  test('in sentences of a note are those of other papers', async () => {
    const fields = await fieldsOfArticle('title = {T}, note = {A reply to arXiv:2301.99001}');
    expect(fields).not.toHaveProperty('arxivId');
  });

  test('as keys are no names of papers, and neither are numbers', async () => {
    for (const key of ['2301.99001', '10.5555/abc', '27', 'PMC9990001']) {
      expect(await fieldsOf(`@article{${key}, title = {T}}`)).not.toHaveProperty('id');
    }
  });
});

describe('crossref', () => {
  const paper = '@inproceedings{p, title = {Paper}, crossref = {Vol}}\n';
  const volume = '@proceedings{vol, title = {Proceedings}, year = 2020}\n';
  const inherited = { date: '2020', venue: 'Proceedings' };

  test('gives a paper the date and the venue of proceedings behind it and before it', async () => {
    expect((await read(paper + volume))[0]).toMatchObject({ line: 1, fields: { id: 'p', ...inherited } });
    expect((await read(volume + paper))[1]).toMatchObject({ line: 2, fields: { id: 'p', ...inherited } });
  });

  test('does not change what a paper says itself', async () => {
    const own = '@inproceedings{p, title = {Paper}, year = 2021, crossref = {vol}}\n';
    expect((await read(own + volume))[0]).toMatchObject({ fields: { date: '2021', venue: 'Proceedings' } });
  });

  test('to an entry that does not exist leaves the paper as it is, and the order of records', async () => {
    const others = Array.from({ length: 6000 }, (_, i) => `@misc{m${i}, title = {M}}\n`).join('');
    const parts = await read(paper + others);
    expect(parts.map(({ line }) => line)).toEqual(Array.from({ length: 6001 }, (_, i) => i + 1));
    expect(parts[0]).toMatchObject({ fields: { title: 'Paper', crossref: 'Vol' } });
  });
});

describe('damage', () => {
  const good = '@article{good, title = {Good}}\n';

  test.each([
    [
      'an entry whose value lacks its brace',
      '@article{bad, title = {Bad,\n year = {2001}\n}\n',
      'the entry is not closed before line 4, where another begins: a } is missing; add it',
    ],
    [
      'an unclosed entry in parentheses',
      '@article(bad, title = {Bad,\n year = {2001}\n)\n',
      'the entry is not closed before line 4, where another begins: a ) is missing; add it',
    ],
    ['an entry without fields', '@article{bad}\n', "the entry has no fields; expected '@article{key, title = {…}, …}'"],
    [
      'an unclosed comment',
      '@comment{ bad\n',
      '@comment is not closed: a } is missing; the entries after it were read',
    ],
  ])('%s is a problem, and the entry after it is read', async (_, bad, problem) => {
    expect(await read(bad + good)).toMatchObject([{ line: 1, problem }, { fields: { id: 'good' } }]);
  });

  test('an entry that lacks only its last brace is a record and a problem', async () => {
    expect(await read(`@article{bad, title = {Bad}\n${good}`)).toMatchObject([
      { line: 1, fields: { id: 'bad', title: 'Bad' } },
      { line: 1, problem: 'the entry is not closed before line 2, where another begins: a } is missing; add it' },
      { fields: { id: 'good' } },
    ]);
  });

  test('fields that a brace too many puts behind their entry are a problem', async () => {
    expect(await read(`@article{bad, title = {Bad}},\n year = {2001}\n}\n${good}`)).toMatchObject([
      { fields: { id: 'bad' } },
      { line: 2, problem: 'fields outside of an entry were skipped; the entry before has a } too many, remove it' },
      { fields: { id: 'good' } },
    ]);
  });

  test('a file without entries is one problem', async () => {
    const problem = "no BibTeX entry was found; expected '@article{key, title = {…}, …}'";
    expect(await read('\n{"title": "JSON"}')).toMatchObject([{ line: 2, problem, excerpt: '{"title": "JSON"}' }]);
    expect(await read('\n \n')).toEqual([]);
  });

  test('text in Windows-1252 is read, with one problem', async () => {
    const parts = await read(Buffer.from('@article{k, title = {Déjà vu}}\n@article{l, title = {Été}}', 'latin1'));
    expect(parts).toMatchObject([
      { line: 1, problem: expect.stringContaining('Windows-1252') },
      { fields: { title: 'Déjà vu' } },
      { fields: { title: 'Été' } },
    ]);
  });

  test('an entry of more than 16 MiB is a problem, and the next one is read', async () => {
    const line = `${'x'.repeat(2 ** 16)}\n`;
    const parts = await read(`@article{bad, title = {${line.repeat(300)}}\n${good}`);
    expect(parts).toMatchObject([
      { line: 1, problem: expect.stringContaining('longer than 16 MiB') },
      { fields: { id: 'good' } },
    ]);
  });
});

test('every entry of a file is a record or a problem, whatever is wrong with the others', async () => {
  const body = fc.constantFrom(
    ['title = {T}, year = 2001}', 'record'],
    ['title = {T},\n year = {2001}\n}', 'record'],
    ['title = "T" oops, year = 2001}', 'record'],
    ['title = {T}', 'record'],
    ['title = {T \\{ U}}', 'record'],
    ['title = {T,\n year = {2001}\n}', 'problem'],
    ['title = {T', 'problem'],
    ['}', 'problem'],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 12 }), async (bodies) => {
      const parts = await read(bodies.map(([text], i) => `@article{k${i},\n ${text}\n`).join(''));
      bodies.forEach(([, kind], i) => {
        const records = parts.filter((part) => 'fields' in part && part.fields.id === `k${i}`);
        const problems = parts.filter((part) => 'problem' in part && part.excerpt.startsWith(`@article{k${i},`));
        expect(records).toHaveLength(kind === 'record' ? 1 : 0);
        if (kind === 'problem') expect(problems).toHaveLength(1);
      });
    }),
    { numRuns: 200 },
  );
});

describe('time is in proportion to length', () => {
  const LENGTH = 400_000;
  const repeated = (text: string) => text.repeat(LENGTH / text.length);
  test.each([
    ['white space in names', `@a{k, author = {x${repeated(' ')}y}}`],
    ['white space in a value without delimiters', `@a{k,\n title = x y${repeated(' ')}z\n}`],
    ['white space behind a bracket', `@a{k, title = {\n@a{${repeated(' ')}=\n}}`],
    ['escaped braces', `@a{k, ${repeated('a={\\{},')}}`],
    ['open braces', `@a{k, title = {${repeated('{')}`],
    ['quotes', `@a{k, title = "${repeated('"x ')}"}`],
    ['dollar signs', `@a{k, title = {${repeated('$ x')}}}`],
    ['commands', `@a{k, title = {${repeated('\\href{x')}}}`],
    [
      'unknown commands',
      `@a{k, title = {${Array.from({ length: 26 ** 3 }, (_, i) => `\\zz${String.fromCharCode(97 + (i % 26), 97 + (Math.floor(i / 26) % 26), 97 + Math.floor(i / 676))} `).join('')}}}`,
    ],
    ['accents within accents', `@a{k, title = {${repeated("\\'{")}}}`],
    ['starts', repeated('@a{')],
    ['lines that start an entry', repeated('@a{\n')],
    ['comments', repeated('@comment{\n')],
    [
      'macros of macros',
      `@string{a0 = "xxxxxxxx"}${Array.from({ length: 40 }, (_, i) => `@string{a${i + 1} = a${i} # a${i}}`).join('')}@a{k, title = a40}`,
    ],
    ['commas', `@a{k, ${repeated(',')}}`],
    ['semicolons and spaces in an address', `@a{k, url = {http://x${repeated('; ')}}}`],
    ['keywords', `@a{k, keywords = {${repeated('a,')}}}`],
    ['tags of HTML', `@a{k, title = {${repeated('<i>')}}}`],
  ])('%s', async (_, content) => {
    const begin = performance.now();
    await read(content);
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

test('any bytes give records and problems, the same for chunks cut anywhere', { timeout: 120_000 }, async () => {
  const tokens = [
    '@article{key,',
    '@string{',
    '@comment{',
    '@',
    '{',
    '}',
    '"',
    '#',
    ',',
    '\n',
    ' = ',
    '\\',
    "\\'",
    '\\"{',
    '$',
    '%',
    ' and ',
    'author = {',
    'title = "',
    'month = jul',
    'crossref = {key}',
    'eprint = {2301.99001}',
    '\\ensuremath{',
    '<i>',
    '&amp;',
  ];
  await checkReader(readBibtex, FILES.map(formatFixture), tokens);
});
