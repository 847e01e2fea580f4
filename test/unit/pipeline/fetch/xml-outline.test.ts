import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shownUrl } from '../../../../pipeline/fetch/http/fetch-error.ts';
import { outlineXml } from '../../../../pipeline/fetch/sources/xml-outline.ts';

const outline = (text: string, ...watched: string[]) => outlineXml(Buffer.from(text), watched);

const FEED = `<?xml version="1.0"?>
<!-- from a server -->
<atom:feed xmlns:atom="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">
  <o:totalResults> 12 </o:totalResults>
  <atom:entry><atom:id>a &amp; b</atom:id><atom:author><atom:id>no</atom:id></atom:author></atom:entry>
  <atom:entry status="deleted"><atom:id><![CDATA[<c>]]></atom:id></atom:entry>
</atom:feed>
`;

describe('an outline', () => {
  test('names elements by their path, without prefixes', async () => {
    const { root, isComplete, texts, elements } = await outline(FEED, 'entry', 'id', 'totalResults');
    expect([root, isComplete]).toEqual(['feed', true]);
    expect(texts('feed/totalResults')).toEqual(['12']);
    expect(texts('feed/entry/id')).toEqual(['a & b', '<c>']);
    expect(texts('feed/entry/author/id')).toEqual(['no']);
    expect(elements.filter(({ path }) => path === 'feed/entry').map(({ attributes }) => attributes)).toEqual([
      {},
      { status: 'deleted' },
    ]);
  });

  test('knows that it is cut off, wherever it is cut', async () => {
    const whole = FEED.trimEnd();
    for (let length = 0; length < whole.length; length += 3) {
      expect([length, (await outline(whole.slice(0, length), 'id')).isComplete]).toEqual([length, false]);
    }
  });

  test('is complete with comments at its end, and if it is a single empty element', async () => {
    expect((await outline(`${FEED}<!-- served in 3 ms -->\n`)).isComplete).toBe(true);
    expect((await outline('<?xml version="1.0"?><rss version="2.0"/>')).isComplete).toBe(true);
  });

  test('goes on after faults within a record', async () => {
    const text =
      '<rss><channel><item><title>a & b <br> c</title></item><item><title>&nbsp;</title></item></channel></rss>';
    const { isComplete, elements } = await outline(text, 'item');
    expect(isComplete).toBe(true);
    expect(elements.length).toBeGreaterThan(0);
  });

  test('expands no entities of its own: a billion laughs stay one', async () => {
    const bomb =
      '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>';
    const { texts } = await outline(bomb, 'title');
    expect(texts('rss/channel/title').join('').length).toBeLessThan(10);
  });

  test('throws for no input', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', '&', '!', '-', '"', '?') })),
        async (text) => {
          expect(typeof (await outline(text, 'a')).isComplete).toBe('boolean');
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('a URL is shown without passwords and keys, but with its resumption token', () => {
  const url = new URL('https://me:pw@api.example/works?filter=a:b&api_key=s3cret&mailto=me@x.org&resumptionToken=42|7');
  expect(shownUrl(url)).toBe('https://api.example/works?filter=a%3Ab&api_key=…&mailto=…&resumptionToken=42%7C7');
});
