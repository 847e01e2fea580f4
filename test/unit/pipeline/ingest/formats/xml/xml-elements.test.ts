import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  childOf,
  childrenOf,
  type XmlElement,
  type XmlOptions,
  type XmlPart,
} from '../../../../../../pipeline/ingest/formats/xml/xml-element.ts';
import { readXmlElements } from '../../../../../../pipeline/ingest/formats/xml/xml-elements.ts';
import { collect, cutAt, damagedCopies, inChunks } from '../../../../../fixtures/damaged-bytes.ts';

fc.configureGlobal({ seed: 8017 });

const read = (content: string | Uint8Array, limits?: XmlOptions) =>
  collect(readXmlElements(inChunks(content), ['entry', 'item'], limits));
const elements = (parts: readonly XmlPart[]) => parts.flatMap((part) => (part.kind === 'element' ? [part] : []));
const problems = (parts: readonly XmlPart[]) => parts.flatMap((part) => (part.kind === 'problem' ? [part] : []));
const texts = (parts: readonly XmlPart[]) => elements(parts).map(({ element }) => element.text);
/** The element that is the only part beside the root. */
async function single(content: string | Uint8Array): Promise<XmlElement> {
  const parts = await read(content);
  expect(parts.map(({ kind }) => kind)).toEqual(['root', 'element']);
  return elements(parts)[0].element;
}

describe('elements', () => {
  test('are trees with names without prefix, namespaces, attributes, children and text', async () => {
    const parts = await read(
      '<?xml version="1.0"?>\n<f:feed xmlns:f="urn:f" xmlns="urn:d">\n  <entry id="1" xml:lang="en">a<f:b x=\'&lt;\'>c</f:b><d/>e</entry>\n</f:feed>\n',
    );
    const b = { name: 'b', namespace: 'urn:f', attributes: { x: '<' }, children: [], content: ['c'], text: 'c' };
    const d = { name: 'd', namespace: 'urn:d', attributes: {}, children: [], content: [], text: '' };
    expect(parts).toEqual([
      {
        kind: 'root',
        line: 2,
        name: 'feed',
        namespace: 'urn:f',
        excerpt: expect.stringMatching(/^<f:feed xmlns:f="urn:f"/),
      },
      {
        kind: 'element',
        line: 3,
        parent: 'feed',
        element: {
          name: 'entry',
          namespace: 'urn:d',
          attributes: { id: '1', lang: 'en' },
          children: [b, d],
          content: ['a', b, d, 'e'],
          text: 'ace',
        },
        excerpt: '<entry id="1" xml:lang="en">a<f:b x=\'&lt;\'>c</f:b><d/>e</entry>',
      },
    ]);
    const [{ element }] = elements(parts);
    expect(childOf(element, 'b')).toEqual(b);
    expect(childOf(element, 'b', /^urn:d$/)).toBeUndefined();
    expect(childrenOf(element, 'd', /^urn:[dx]$/)).toEqual([d]);
    expect(childrenOf(undefined, 'd')).toEqual([]);
  });

  test('are read wherever they are, but not within each other', async () => {
    const parts = await read('<r><item>a<item>b</item></item><x><y><entry>c</entry></y></x></r>');
    expect(elements(parts).map(({ parent, element }) => [parent, element.text])).toEqual([
      ['r', 'ab'],
      ['y', 'c'],
    ]);
  });

  test('of a head are read before the first of the others only', async () => {
    const content = '<r><title>a</title><x><title>b</title></x><item><title>c</title></item><title>d</title></r>';
    const parts = await collect(readXmlElements(inChunks(content), ['item'], { headNames: ['title'] }));
    expect(elements(parts).map(({ parent, element }) => [parent, element.name, element.text])).toEqual([
      ['r', 'title', 'a'],
      ['x', 'title', 'b'],
      ['r', 'item', 'c'],
    ]);
  });

  test('may be the outermost element, and there may be several documents one after the other', async () => {
    const parts = await read(
      '<item>a</item>\n<?xml version="1.0"?><r><item>b</item></r><!-- end -->\n<item>c</item>\n',
    );
    expect(texts(parts)).toEqual(['a', 'b', 'c']);
    expect(parts.map(({ line }) => line)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(problems(parts)).toEqual([]);
  });

  test('begin in the line of their start tag, whatever ends lines', async () => {
    const lines = async (end: string) => {
      const content = ['<r', 'a="1"', '>', '<item', 'b="2"', '/>', '', '<entry/></r>'].join(end);
      return (await read(content)).map(({ line }) => line);
    };
    expect(await lines('\n')).toEqual([1, 4, 8]);
    expect(await lines('\r\n')).toEqual([1, 4, 8]);
    expect(await lines('\r')).toEqual([1, 4, 8]);
  });

  test('have prefixes as namespaces where a document does not declare them', async () => {
    expect((await single('<r><item><dc:title>t</dc:title></item></r>')).children).toMatchObject([
      { name: 'title', namespace: 'dc', text: 't' },
    ]);
  });

  test('are read from a document of 2 MiB in pieces without a trace of where the pieces end', async () => {
    const content = `<r>${Array.from({ length: 20_000 }, (_, i) => `<item n="${i}">text &amp; ${i}<![CDATA[ <${i}> ]]></item>\n`).join('')}</r>`;
    const parts = await read(content);
    expect(texts(parts)).toEqual(Array.from({ length: 20_000 }, (_, i) => `text & ${i} <${i}> `));
    expect(elements(parts).map(({ line, element }) => [line, element.attributes.n])).toEqual(
      Array.from({ length: 20_000 }, (_, i) => [i + 1, String(i)]),
    );
    expect(elements(parts)[1234].excerpt).toBe('<item n="1234">text &amp; 1234<![CDATA[ <1234> ]]></item>');
  });
});

describe('character references', () => {
  test('of HTML are decoded though XML does not know them, unknown ones stay as written', async () => {
    const element = await single(
      '<r><item t="&Eacute;&nbsp;&#x41;">caf&eacute;&nbsp;&mdash; &#946;&foo; &#146;</item></r>',
    );
    expect(element.text).toBe('café\u00a0— β&foo; ’');
    expect(element.attributes.t).toBe('É\u00a0A');
  });

  test('may be missing: a bare ampersand is text, before a tag and at the end of a value, too', async () => {
    const element = await single('<r><item u="?a=1&b=2" v="R&D" w=\'&\'>AT&T & R&D<b>&</b>&amp;&</item></r>');
    expect(element.text).toBe('AT&T & R&D&&&');
    expect(element.attributes).toEqual({ u: '?a=1&b=2', v: 'R&D', w: '&' });
  });

  test('to entities that the document declares are not expanded', async () => {
    const levels = Array.from({ length: 9 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i};`.repeat(10)}">`).join('\n');
    const doctype = `<!DOCTYPE r [<!ENTITY lol0 "lol">\n${levels}\n<!ENTITY file SYSTEM "file:///etc/passwd">]>`;
    expect((await single(`${doctype}<r><item>&lol9;&file;</item></r>`)).text).toBe('&lol9;&file;');
  });

  test('stay as written in CDATA', async () => {
    expect((await single('<r><item><![CDATA[a &amp; <b> ]] ]>]]></item></r>')).text).toBe('a &amp; <b> ]] ]>');
  });
});

describe('the encoding', () => {
  const xml = (declaration: string) => `${declaration}<r><item>naïve “β”</item></r>`;
  test.each([
    ['UTF-8', Buffer.from(xml(''))],
    ['UTF-8 with byte order mark', Buffer.from(`\ufeff${xml('<?xml version="1.0" encoding="utf-8"?>')}`)],
    [
      'UTF-16 little-endian with byte order mark',
      Buffer.from(`\ufeff${xml('<?xml version="1.0" encoding="UTF-16"?>')}`, 'utf16le'),
    ],
    ['UTF-16 big-endian with byte order mark', Buffer.from(`\ufeff${xml('')}`, 'utf16le').swap16()],
    ['UTF-16 without byte order mark', Buffer.from(xml('<?xml version="1.0"?>'), 'utf16le')],
    ['UTF-8 that says UTF-16', Buffer.from(xml('<?xml version="1.0" encoding="UTF-16"?>'))],
  ])('may be %s', async (_, bytes) => {
    expect((await single(bytes)).text).toBe('naïve “β”');
  });

  test.each(['ISO-8859-1', 'windows-1252', 'latin1', 'US-ASCII'])(
    'may be %s by declaration, and is Windows-1252 then',
    async (name) => {
      const bytes = Buffer.concat([
        Buffer.from(`<?xml version='1.0' encoding='${name}'?><r><item>na`),
        Buffer.of(0xef),
        Buffer.from('ve '),
        Buffer.of(0x93, 0x80, 0x94),
        Buffer.from('</item></r>'),
      ]);
      expect((await single(bytes)).text).toBe('naïve “€”');
    },
  );

  test('that is unknown is one problem', async () => {
    expect(await read('<?xml version="1.0" encoding="EBCDIC-7"?><r><item/></r>')).toEqual([
      {
        kind: 'problem',
        line: 1,
        problem: "the encoding 'EBCDIC-7' is not known; convert the file to UTF-8",
        excerpt: '',
      },
    ]);
  });

  test('may be violated: invalid bytes become U+FFFD', async () => {
    const bytes = Buffer.concat([Buffer.from('<r><item>a'), Buffer.of(0xff), Buffer.from('b</item></r>')]);
    expect((await single(bytes)).text).toBe('a\ufffdb');
  });
});

describe('damage', () => {
  test('in a record is a problem with its line, and the records around it are read', async () => {
    const parts = await read('<r>\n<item>a</item>\n<item><b>c</d></item>\n\n<item>e</item>\n</r>');
    expect(texts(parts)).toEqual(['a', 'e']);
    expect(problems(parts)).toEqual([
      {
        kind: 'problem',
        line: 3,
        problem: 'not well-formed XML (line 3: Unexpected close tag); the record was skipped',
        excerpt: '<item><b>c</d></item> <item>e</item> </r>',
      },
    ]);
    expect(elements(parts)[1]).toMatchObject({ line: 5, parent: 'r' });
  });

  test('outside of records is reported once', async () => {
    const parts = await read('<r><head></x></head><item>a</item><y></z><item>b</item></r></r>');
    expect(texts(parts)).toEqual(['a', 'b']);
    expect(problems(parts).map(({ problem }) => problem)).toEqual([
      'not well-formed XML (line 1: Unexpected close tag)',
    ]);
  });

  test.each([
    ['<item>p < 0.05 and a <= b</item>', 'p < 0.05 and a <= b'],
    ['<item a b=1 c="2"d="3">t</item>', 't'],
    ['<item><!-- a -- b -->t</item>', 't'],
    ['<item>a\u0000\u0008b</item>', 'a\u0000\u0008b'],
    ['<item hasOwnProperty="1" __proto__="2" constructor="3" a="4">t</item>', 't'],
  ])('that is harmless is tolerated: %j', async (record, text) => {
    expect(texts(await read(`<r>${record}<item>next</item></r>`))).toEqual([text, 'next']);
    expect(problems(await read(`<r>${record}<item>next</item></r>`))).toEqual([]);
  });

  test('by a missing end gives all complete records, and one problem with the line', async () => {
    const whole = '<r>\n<item>a</item>\n<item>b</item>\n</r>\n';
    expect(problems(await read(whole))).toEqual([]);
    expect(problems(await read(whole.slice(0, 26)))).toEqual([
      { kind: 'problem', line: 3, problem: 'the file ends within this record; get the file again', excerpt: '<item>b' },
    ]);
    expect(problems(await read(whole.slice(0, 36)))).toMatchObject([
      { line: 4, problem: 'the file ends before </r>; get the file again' },
    ]);
    for (let end = 1; end < 38; end++) {
      const parts = await read(whole.slice(0, end));
      expect([end, problems(parts).length]).toEqual([end, 1]);
      expect([end, texts(parts)]).toEqual([end, end >= 33 ? ['a', 'b'] : end >= 18 ? ['a'] : []]);
    }
  });

  test('by text around the XML is tolerated before it, and a problem after it', async () => {
    expect(problems(await read('Warning: x in y.php\n<?xml version="1.0"?><r><item>a</item></r>'))).toEqual([]);
    expect(await read('<r/>\nrest')).toEqual([
      { kind: 'root', line: 1, name: 'r', namespace: '', excerpt: '<r/> rest' },
      { kind: 'problem', line: 2, problem: 'text outside of the XML', excerpt: 'rest' },
    ]);
  });

  test.each(['Rate exceeded.', '{"title": "a"}', '<?xml version="1.0"?>', '\u0000\u0001\u0002', 'PK\u0003\u0004 <'])(
    'by being no XML at all is one problem: %j',
    async (content) => {
      expect(await read(content)).toMatchObject([
        { kind: 'problem', line: 1, problem: 'not XML: no element was found' },
      ]);
    },
  );

  test('does not include being empty', async () => {
    expect(await read('')).toEqual([]);
    expect(await read(' \n\t\n')).toEqual([]);
  });
});

describe('limits', () => {
  test('a record that is too long is a problem, and the next one is read', async () => {
    const parts = await read(`<r><item>${'<a>text</a>'.repeat(20)}</item><item>b</item></r>`, { maxLength: 100 });
    expect(texts(parts)).toEqual(['b']);
    expect(problems(parts)).toMatchObject([
      { line: 1, problem: 'the record is longer than 100 characters, the limit; it was skipped' },
    ]);
  });

  test('of 16 Mi characters and 200 levels hold by default', async () => {
    const long = await read(`<r><item>${'x'.repeat(16 * 2 ** 20)}</item><item>b</item></r>`);
    expect(texts(long)).toEqual(['b']);
    expect(problems(long)).toHaveLength(1);
    const nested = (depth: number) => `<item>${'<a>'.repeat(depth)}t${'</a>'.repeat(depth)}</item>`;
    const deep = await read(`<r>${nested(200)}${nested(201)}${nested(3)}</r>`);
    expect(texts(deep)).toEqual(['t', 't']);
    expect(problems(deep).map(({ problem }) => problem)).toEqual([
      'the record has elements nested more than 200 deep, the limit; it was skipped',
    ]);
  });

  test('a record with very many elements is a problem', async () => {
    const parts = await read(`<r><item>${'<a/>'.repeat(300)}</item><item>b</item></r>`, { maxNodes: 200 });
    expect(texts(parts)).toEqual(['b']);
    expect(problems(parts)[0].problem).toContain('more than 200 elements and attributes');
  });

  test('hold for a comment that never ends', async () => {
    const parts = await read(`<r><!-- ${'x'.repeat(10_000)}<item>lost</item>${'<item>a</item>'.repeat(3)}`, {
      maxLength: 9000,
    });
    expect(problems(parts)[0].problem).toContain('longer than 9000 characters');
  });
});

const MIB = 2 ** 20;
const repeated = (text: string) => text.repeat(MIB / text.length);
test.each([
  ['<feed><entry>', '<'],
  ['<feed><entry>', '&'],
  ['<feed><entry>', '&<'],
  ['<feed><entry>', '<!a'],
  ['<feed><entry><!', 'a'],
  ['<feed>', '<item>'],
  ['<feed>', '<item><<'],
  ['<feed>', '<item></x>'],
  ['<feed>', '<a>'],
  ['<feed><item a="', '&'],
  ['<feed><item>', '<a b="" '],
  ['<feed><item>', '<a xmlns:b="c">'],
  ['<feed><!-- ', '- '],
  ['<feed><item><![CDATA[', ']]'],
  ['<!DOCTYPE r [', '<!ENTITY a "b">'],
  ['<!DOCTYPE r [', '['],
  ['', '<a/>'],
  ['', '<a "'],
  ['', '<?'],
  ['', 'a<b '],
  ['<r>&', 'a'],
  ['<r>', '&#x41;'],
])('a mebibyte of %j and then %j takes less than a few seconds', { timeout: 60_000 }, async (start, text) => {
  const begin = performance.now();
  await read(start + repeated(text));
  // Generous: the machine may be busy. Quadratic time would take minutes.
  expect(performance.now() - begin).toBeLessThan(40_000);
});

const sample = Buffer.from(
  `\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<!DOCTYPE feed [<!ENTITY x "y">]>\r\n<feed xmlns="urn:a" xmlns:b="urn:b">
  <title>Déjà vu &nbsp; R&D</title>
  <entry b:id="1"><b:t>π &lt; 4 &x; 😀</b:t><c><![CDATA[<i>x</i>]]></c><!-- no --></entry>
  <item>&bad <d e="f&g"/></item><?pi x?><entry>last</entry>
</feed>\n`.repeat(20),
);
const TOKENS = [
  '<entry>',
  '</entry>',
  '<item',
  '>',
  '<',
  '&',
  '&amp',
  '"',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '<!',
  '<?',
  '</',
  'xmlns:b="',
];

test('chunks cut at any byte give the same', async () => {
  const whole = await read(sample);
  expect(elements(whole)).toHaveLength(60);
  for (const size of [1, 2, 3, 7, 1000]) {
    expect(await collect(readXmlElements(inChunks(sample, size), ['entry', 'item']))).toEqual(whole);
  }
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(damagedCopies(sample, TOKENS), fc.uint8Array({ maxLength: 300 })),
      fc.array(fc.nat(), { maxLength: 10 }),
      async (bytes, cuts) => {
        const parts = await collect(readXmlElements(cutAt(bytes, cuts), ['entry', 'item']));
        expect(parts).toEqual(await read(bytes));
      },
    ),
    { numRuns: 150 },
  );
});

test('any bytes are read without an error', async () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc
      .array(fc.oneof(fc.constantFrom(...TOKENS), fc.string()), { maxLength: 60 })
      .map((list) => Buffer.from(list.join(''))),
    damagedCopies(sample, TOKENS),
  );
  await fc.assert(
    fc.asyncProperty(anything, async (bytes) => {
      const lines = (await read(bytes)).map(({ line }) => line);
      expect(lines.every((line) => Number.isInteger(line) && line >= 1)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
