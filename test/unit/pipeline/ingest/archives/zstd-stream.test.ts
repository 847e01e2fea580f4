import { describe, expect, test } from 'vitest';
import { zstdDecompressed } from '../../../../../pipeline/ingest/archives/zstd-stream.ts';
import { collect, inChunks } from '../../../../fixtures/damaged-bytes.ts';
import { zstdOf, zstdOfZeros } from '../../../../fixtures/zstd-content.ts';

const decompress = async (content: Uint8Array, size?: number) =>
  Buffer.concat(await collect(zstdDecompressed(inChunks(content, size)))).toString();

const TEXT = Array.from(
  { length: 400 },
  (_, i) => `{"title": "Paper ${i} on tides", "year": ${1990 + (i % 30)}}\n`,
).join('');
/** What the program zstd makes of it: compressed blocks, with and without checksum. */
const LEVEL_19 = Buffer.from(
  'KLUv/QRorAwAFpcyGHAtaA7wIwh8Qvxd/4z20tImksTv/9cTAToALQAiAJkjfrfZVRPd/s9MA3MpmYh3ZlVE7QMmU8oBgsBhQEQEgYHggTgkII' +
    'EFIzABB6JhKAgCBAFCAUlABJKZmZmZiYiIiIh4d3d3d2dmZmZmVlVVVVVFRERERFRKM4vYu5q1qkRt+52npRw1TdM0TdM0Tffee++99/7/////' +
    'P8/zPM/zPM+llFJKKaVkeZ7neY7jOI7jOI7j933f933f923btm3btm3bdV3XdV3XdYDXqBEA9mX/N6AzyhwS+E8QQBIkRIJ//21pdmhPdkdvar' +
    'tkW7NLe1pbOtObpdvaGt3R3kBneWZxZUlkcWNpYrGwhMBiX+m8Ql3JuGJb6bSCspJhxa5SWcWq0lHFphJJhUWlQUU9pTmFNaUxRVpKU8rmViSq' +
    'UlIVaalKVKWkKtJSlahKSVWkpSpRlZKqpKQkpKijJKOooiSi0FAioVBQKqAIbDKpraRrHfa6wPTKN15wJulaTdo2TcFsAscIjCBRI0Hj3S4f4F' +
    'cBxQgAttorCsDlGKxskvxDxS4nACoAJAC7u7u7u6qqqqqqoiiKoiiKohiGYRiGYRiGJ3JycnJycnJyYmJiYhLneZomCE3TNE3TDAaDwWAwGAwG' +
    'y7Isy7Isy5IkSZIkSZIkx3Ecx3EcxzHP8zzP8/////+/u7u7u7ssy7Isy7Isx3Ecx3Ecx/F5nud5ngH3fd/3fd/3bdu2bdu2bdvhcPhwOBwOh+' +
    'u6ruu6ruuapmmapmmapud5noDYqCCEH+DZjwMS+B9BIIFAECQI/v5VUapUKlU4G5W6tlKtaioVVaVUqahUJVVFqVKqVCqtkqqiqihf0pEA4J6P' +
    'rVSrmipFVSlVKilVSVVRqZQqlUqtpKqoKkkIVUxAP9parRar0E7Wnd8=',
  'base64',
);
const LEVEL_3_NO_CHECKSUM = Buffer.from(
  'KLUv/QBYnRYA9qJKGZCr0AGonGj1OAE8Xa+WtpRSpvSgSP8+OAFOAEEAPwAiIiIiIrZt22ZZlmVZlmXZrdzKrdzKrdzKrdzKrVv5j1FFNCNity' +
    'TAw34iBBILBIqGBCIgwaAoMFggEBIQQywoFAgGEgiBhOJgYbBIOASjqqqqqoqIiIiIaGZmZmZGRERERMS2bZskSZIsSZIkSZIkyW3bto3/////' +
    'GGOMMcYYVVVVVVVERERERDMzMzMzAR9jjDHGGKOqqqqqioiIiIhoZmZmZkZERERExLZt227btm3btm1blmVZlmVZll3XdV3XdV3X////f4wxxh' +
    'hjBP////8YY4wxxhhVVVVVVUREREREMzMzMzMiIiIiIrZt23Zd13Vd13Vd0zRN0zRN0/Q8z/M8z/M8////P4HWqGHUbf/PUWckjdYBEvhPEGBg' +
    'WBAOESQEf39tURVaotiVSLMqsU5XJJ2uyhZVlk2yKLak0iyp532v97zne9/7Pe/x3vd97/O+533eiuVSpNqkyDVJpWqySrckmW7LEq2WSnIpss' +
    'xSOS0WYxmDMSzLWIZlDMswlmEZm7GMwVK3VbKpKiXTlMqsSLVZk2qyStclhW6LItk0xeT4rMnsNioPnaqmbZR5/qmtDTXL37e0oeb4+3Y21Ax/' +
    '38qGmt/v29hQs/t9Cxtqbr9vX0PN7Peta6h5/b5tDTWrXzfGKB0dnRoyMk3xPDcvGmr5vssWf4T3n7X4I7r/nMUfwf1nLP6I7T9f8Udo/9mKPy' +
    'L7z1X8Edh/puKPuP7zFD9af1XTNso2SdRLoqrXRNGu0apZorU0iVJt0s6k0DncFUihc7grjkLncFcYhc7hrigKncNdQRQ6h7tiKAOgVqiJD/dd' +
    'UKgc7gugyMiVO1favHLlTZttLh1S8TX2ES9js+EwdhK+xr7gZWwGHMZOv9fY57uMzdqbYBNeuJGzYWRqjJwNI0PjDMnzAfgq',
  'base64',
);
/** A frame for other programs, as pzstd writes one before every other frame. */
const SKIPPABLE = Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0]), Buffer.from('skip')]);

describe('a stream', () => {
  test.each([1, 7, 1000, undefined])('of the program zstd is decompressed from chunks of %j bytes', async (size) => {
    expect(await decompress(LEVEL_19, size)).toBe(TEXT);
    expect(await decompress(LEVEL_3_NO_CHECKSUM, size)).toBe(TEXT);
  });

  test('may have many frames, and some that are to be skipped', async () => {
    const frames = [SKIPPABLE, LEVEL_19, SKIPPABLE, SKIPPABLE, zstdOf(''), LEVEL_3_NO_CHECKSUM, zstdOf('end')];
    expect(await decompress(Buffer.concat(frames))).toBe(`${TEXT}${TEXT}end`);
    expect(await decompress(SKIPPABLE)).toBe('');
  });
});

describe('an error', () => {
  test('is a stream that ends anywhere within a frame', async () => {
    for (let end = 1; end < LEVEL_19.length; end += 13) {
      await expect(decompress(LEVEL_19.subarray(0, end))).rejects.toThrow('unexpected end of file');
    }
  });

  test.each([
    ['what is no frame', Buffer.concat([LEVEL_19, Buffer.from('rest')]), 'not Zstandard'],
    [
      'a block of a kind that does not exist',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 80, 7, 0, 0]),
      'damaged Zstandard data',
    ],
    [
      'a dictionary',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 80, 9]),
      'it needs a dictionary; unpack it with zstd -d -D',
    ],
    [
      'a large window',
      zstdOfZeros(1, 2 ** 27),
      'it was compressed with --long or --ultra; unpack it with zstd -d --long=31',
    ],
  ])('is %s', async (_, content, message) => {
    await expect(decompress(content)).rejects.toThrow(message);
  });

  test('is a stream whose blocks are so small that it would take hours', async () => {
    const block = Buffer.from([(1 << 3) | 2, 0, 0, 0]);
    const start = zstdOfZeros(1, 2 ** 25).subarray(0, 6);
    const content = Buffer.concat([start, ...Array.from({ length: 10_000 }, () => block)]);
    const begin = performance.now();
    await expect(decompress(content)).rejects.toThrow(
      'its blocks are too small for its window; unpack it with zstd -d',
    );
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});
