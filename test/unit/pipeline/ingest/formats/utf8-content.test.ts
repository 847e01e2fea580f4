import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8Content } from '../../../../../pipeline/ingest/formats/utf8-content.ts';
import { collect, cutAt, inChunks } from '../../../../fixtures/damaged-bytes.ts';

fc.configureGlobal({ seed: 8017 });

const read = async (bytes: AsyncIterable<Uint8Array>) => {
  const { pieces, damage } = utf8Content(bytes);
  return { text: Buffer.concat(await collect(pieces)).toString(), damage: damage() };
};
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

describe('encodings', () => {
  test('UTF-8 passes, without its byte-order mark', async () => {
    expect(await read(inChunks('Łódź 葵 😀'))).toEqual({ text: 'Łódź 葵 😀', damage: undefined });
    expect(await read(inChunks('\uFEFFŁódź'))).toEqual({ text: 'Łódź', damage: undefined });
  });

  test('UTF-16 with a byte-order mark is decoded', async () => {
    expect(await read(inChunks(utf16('Łódź 😀')))).toEqual({ text: 'Łódź 😀', damage: undefined });
    expect(await read(inChunks(utf16('Łódź 😀').swap16()))).toEqual({ text: 'Łódź 😀', damage: undefined });
  });

  test('half a character at the end of UTF-16 becomes U+FFFD', async () => {
    expect((await read(inChunks(utf16('ab').subarray(0, -1)))).text).toBe('a\uFFFD');
  });

  test('Windows-1252 is decoded, with a problem at the first character beyond ASCII', async () => {
    const { text, damage } = await read(inChunks(Buffer.from('Caf\xe9 \x80 \x93x\x94', 'latin1')));
    expect(text).toBe('Café € “x”');
    expect(damage).toEqual({ offset: 3, problem: expect.stringContaining('it was read as Windows-1252') });
  });

  test('one damaged byte in UTF-8 does not make it Windows-1252', async () => {
    const { text, damage } = await read(
      inChunks(Buffer.concat([Buffer.from('ŁódźŁódź '), Buffer.from([0xe9]), Buffer.from(' x')])),
    );
    expect(text).toBe('ŁódźŁódź \uFFFD x');
    expect(damage).toEqual({ offset: 15, problem: expect.stringContaining('not UTF-8') });
  });

  test('an empty content is empty', async () => {
    expect(await read(inChunks(''))).toEqual({ text: '', damage: undefined });
  });
});

test('the same bytes in other chunks give the same pieces', async () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 100 }).map((text) => Buffer.from(text)),
    fc.string({ unit: 'binary', maxLength: 100 }).map(utf16),
    fc
      .tuple(fc.nat({ max: 70_000 }), fc.uint8Array({ maxLength: 20 }))
      .map(([length, end]) => Buffer.concat([Buffer.alloc(length, 'a'), end])),
  );
  await fc.assert(
    fc.asyncProperty(content, fc.array(fc.nat(), { maxLength: 6 }), async (bytes, cuts) => {
      expect(await collect(utf8Content(cutAt(bytes, cuts)).pieces)).toEqual(
        await collect(utf8Content(inChunks(bytes)).pieces),
      );
    }),
  );
});
