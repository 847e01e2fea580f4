import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../../../pipeline/core/errors.ts';
import {
  type DecompressedFile,
  type DecompressionOptions,
  decompressedFile,
  decompressedStream,
} from '../../../../../pipeline/ingest/archives/archives.ts';
import { cutAt, damagedCopies, inChunks } from '../../../../fixtures/damaged-bytes.ts';
import { tempFolders } from '../../../../fixtures/temp-folder.ts';
import { zipOf } from '../../../../fixtures/zip-content.ts';
import { zstdOf, zstdOfZeros } from '../../../../fixtures/zstd-content.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();

function writeFile(name: string, content: string | Uint8Array): string {
  const path = join(newFolder(), name);
  writeFileSync(path, content);
  return path;
}

const xzOf = (content: string | Uint8Array) => spawnSync('xz', ['-0', '-c'], { input: content }).stdout;

/** Each file with its text, or with its problem, or with the error that reading it gives. */
async function read(files: AsyncIterable<DecompressedFile>): Promise<[string, string][]> {
  const list: [string, string][] = [];
  for await (const file of files) {
    if ('problem' in file) {
      list.push([file.name, `problem: ${file.problem}`]);
      continue;
    }
    const parts: Uint8Array[] = [];
    try {
      for await (const chunk of file.bytes) parts.push(chunk);
      list.push([file.name, Buffer.concat(parts).toString()]);
    } catch (error) {
      if (!(error instanceof PaperfieldError)) throw error;
      list.push([file.name, `${Buffer.concat(parts).toString()} error: ${error.message}`]);
    }
  }
  return list;
}
const readFile = (name: string, content: string | Uint8Array, options?: DecompressionOptions) =>
  read(decompressedFile(writeFile(name, content), options));
const readStream = (content: string | Uint8Array, size?: number) =>
  read(decompressedStream('standard input', inChunks(content, size)));

const TEXT = 'naïve text\n'.repeat(20_000);

describe('a file', () => {
  test.each([
    ['papers.csv', TEXT, 'papers.csv'],
    ['papers.csv.gz', gzipSync(TEXT), 'papers.csv'],
    ['papers.csv.zst', zstdOf(TEXT), 'papers.csv'],
    ['papers.csv.xz', xzOf(TEXT), 'papers.csv'],
    // The content counts, not the name.
    ['papers.csv.gz', TEXT, 'papers.csv'],
    ['papers.csv', xzOf(TEXT), 'papers.csv'],
    ['papers.csv.gz', zstdOf(TEXT), 'papers.csv'],
    ['papers.csv.xz.gz', gzipSync(xzOf(TEXT)), 'papers.csv'],
    ['.gz', gzipSync(TEXT), '.gz'],
  ])('%s is read, decompressed', async (name, content, innerName) => {
    expect(await readFile(name, content)).toEqual([[innerName, TEXT]]);
  });

  test.each([
    ['gzip', (text: string) => gzipSync(text)],
    ['xz', xzOf],
    ['zstd', zstdOf],
  ])('of %s may have several members one after the other', async (_, compress) => {
    const content = Buffer.concat(['one, ', '', 'two, ', 'three'].map(compress));
    expect(await readFile('a.txt', content)).toEqual([['a.txt', 'one, two, three']]);
    expect(await readStream(content, 1)).toEqual([['standard input', 'one, two, three']]);
  });

  test('that is empty is read, and one that does not exist is an error', async () => {
    expect(await readFile('a.csv.gz', '')).toEqual([['a.csv', '']]);
    await expect(read(decompressedFile(join(newFolder(), 'missing.csv')))).rejects.toThrow(/missing\.csv: cannot be/);
  });

  test.each([
    [
      'a.tar',
      Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(250)]),
      'a tar archive; unpack it (tar -xf)',
    ],
    [
      'a.tgz',
      gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(250)])),
      'a tar archive; unpack it (tar -xf)',
    ],
    ['a.bz2', 'BZh91AY&SY...', 'compressed with bzip2; unpack it (bunzip2)'],
    ['a.7z', Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), 'a 7z archive; unpack it'],
    ['a.rar', 'Rar!\x1a\x07\x00', 'a RAR archive; unpack it'],
    [
      'a.docx',
      zipOf([{ name: 'word/document.xml', content: '<w/>' }]),
      'a document or package that cannot be read; export its papers as CSV, RIS or the like',
    ],
  ])('%s, which cannot be read, is a problem that says what to do', async (name, content, problem) => {
    expect(await readFile(name, content)).toEqual([[name.replace('.tgz', '.tar'), `problem: ${problem}`]]);
  });

  test('that is compressed four times is a problem', async () => {
    const [[name, problem]] = await readFile('a.gz', gzipSync(gzipSync(gzipSync(gzipSync('a')))));
    expect([name, problem]).toEqual(['a', 'problem: compressed more than 3 times; unpack it']);
  });
});

describe('damage', () => {
  test.each([
    ['gzip', gzipSync(TEXT), 'unexpected end of file'],
    ['xz', xzOf(TEXT), 'Unexpected end of input'],
    ['zstd', zstdOf(TEXT), 'unexpected end of file'],
  ])('by a missing end gives what is before it, and an error: %s', async (_, content, reason) => {
    const [[, text]] = await readFile('a.txt', content.subarray(0, content.length - 10));
    expect(text).toMatch(/^naïve text\n/);
    expect(text).toMatch(new RegExp(` error: a\\.txt: is damaged \\(${reason}\\); get the file again$`));
  });

  test.each([
    ['a.gz', Buffer.concat([gzipSync(TEXT).subarray(0, 10), Buffer.alloc(20, 255)])],
    ['a.xz', Buffer.concat([xzOf(TEXT).subarray(0, 12), Buffer.alloc(20, 255)])],
    ['a.zst', Buffer.concat([zstdOf(TEXT).subarray(0, 6), Buffer.alloc(20, 255)])],
  ])('at the beginning is a problem: %s', async (name, content) => {
    const [[, problem]] = await readFile(name, content);
    expect(problem).toMatch(/^problem: is damaged \(.+\); get the file again$/);
  });

  test('of a zip file is a problem, and its other files are read', async () => {
    const files = [
      { name: 'a.txt', content: TEXT },
      { name: 'b.txt', content: 'b', checksum: 1 },
      { name: 'c.txt', content: 'c', compressed: Buffer.from([255, 255]) },
      { name: 'd.txt', content: 'd' },
    ];
    expect(await readFile('a.zip', zipOf(files))).toEqual([
      ['a.txt', TEXT],
      ['b.txt', 'problem: is damaged (its checksum is another one); get the file again'],
      ['c.txt', expect.stringMatching(/^problem: is damaged \(.+\); get the file again$/)],
      ['d.txt', 'd'],
    ]);
    const [[name, problem]] = await readFile('a.zip', zipOf(files).subarray(0, 500));
    expect([name, problem]).toEqual([
      'a.zip',
      expect.stringMatching(/^problem: a zip file that cannot be read \(.+\); get/),
    ]);
  });
});

describe('a zip file', () => {
  const zip = zipOf([
    { name: 'z.csv', content: 'z' },
    { name: 'papers/b.csv.gz', content: gzipSync('b') },
    { name: 'papers/a.csv', content: 'a', isStored: true },
    { name: 'papers/', content: '' },
    { name: 'papers/.DS_Store', content: 'x' },
    { name: '__MACOSX/papers/._a.csv', content: 'x' },
    { name: '../../etc/x.csv', content: 'out' },
    { name: 'c.csv.xz', content: xzOf('c') },
    { name: 'link.csv', content: '/etc/passwd', mode: 0o120777 },
    { name: 'secret.csv', content: 's', flags: 1 },
    { name: 'new.csv', content: 'n', method: 93 },
    { name: 'inner.zip', content: zipOf([{ name: 'd.csv', content: 'd' }]) },
    { name: 'table.xlsx', content: zipOf([{ name: 'e.xml', content: 'e' }]) },
  ]);
  const files = [
    ['../../etc/x.csv', 'out'],
    ['c.csv', 'c'],
    ['inner.zip/d.csv', 'd'],
    ['link.csv', 'problem: a link to another file'],
    ['new.csv', 'problem: compressed with Zstandard, which is rare in zip files and cannot be read; unpack it'],
    ['papers/a.csv', 'a'],
    ['papers/b.csv', 'b'],
    ['secret.csv', 'problem: encrypted; unpack it with its password'],
    ['table.xlsx', 'problem: a document or package that cannot be read; export its papers as CSV, RIS or the like'],
    ['z.csv', 'z'],
  ];

  test('gives its files in the order of their names, without folders and hidden ones', async () => {
    expect(await readFile('a.zip', zip)).toEqual(files);
  });

  test('may come as a stream, or compressed once more', async () => {
    expect(await readStream(zip, 100)).toEqual(files);
    const inner = files.map(([name, text]) => [`a.zip/${name}`, text]);
    expect(await readFile('a.zip.gz', gzipSync(zip))).toEqual(inner);
  });

  test('may be left before all of its files are read', async () => {
    for await (const file of decompressedFile(writeFile('a.zip', zip))) {
      if ('bytes' in file) for await (const _ of file.bytes) break;
      break;
    }
    const names: string[] = [];
    for await (const { name } of decompressedFile(writeFile('a.zip', zip))) names.push(name);
    expect(names).toEqual(files.map(([name]) => name));
  });

  test('of more than 64 MiB is not read from a stream', async () => {
    const large = zipOf([{ name: 'a.bin', content: Buffer.alloc(65 * 2 ** 20), isStored: true }]);
    expect(await readStream(large, 2 ** 20)).toEqual([
      ['standard input', 'problem: a zip file of more than 64 MiB that is read from a stream; save it as a file'],
    ]);
  });
});

const GIB = 2 ** 30;
/** A gibibyte of zeros in a megabyte: deflate blocks that are repeated. The checksum is never reached. */
const deflatedZeros = (() => {
  const piece = deflateRawSync(Buffer.alloc(2 ** 24), { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([...Array.from({ length: GIB / 2 ** 24 }, () => piece), Buffer.of(3, 0)]);
})();
const xzOfZeros = () => {
  const piece = xzOf(Buffer.alloc(2 ** 24));
  return Buffer.concat(Array.from({ length: GIB / 2 ** 24 }, () => piece));
};

describe('a decompression bomb', () => {
  const bombs: readonly (readonly [ending: string, make: () => Buffer])[] = [
    ['gz', () => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), deflatedZeros])],
    ['zip', () => zipOf([{ name: 'zeros.csv', content: 'x', compressed: deflatedZeros }])],
    ['xz', xzOfZeros],
    // The windows of zstd -3 and -19.
    ['zst', () => zstdOfZeros(GIB, 2 ** 21)],
    ['zst', () => zstdOfZeros(GIB, 2 ** 23)],
    // The largest window that is accepted.
    ['zst', () => zstdOfZeros(GIB, 2 ** 25)],
  ];
  test.each(bombs)('of 1 GiB of zeros in %s is stopped early, with little memory', async (ending, make) => {
    const path = writeFile(`zeros.csv.${ending}`, make());
    const before = process.memoryUsage.rss();
    const begin = performance.now();
    let bytes = 0;
    let peak = before;
    const readAll = async () => {
      for await (const file of decompressedFile(path)) {
        if ('problem' in file) throw new Error(file.problem);
        for await (const chunk of file.bytes) {
          bytes += chunk.length;
          if (bytes % 2 ** 20 < chunk.length) peak = Math.max(peak, process.memoryUsage.rss());
        }
      }
    };
    await expect(readAll()).rejects.toThrow(/looks like a decompression bomb|its blocks are too small for its window/);
    // 200 times the size of the file.
    expect(bytes).toBeLessThanOrEqual(220 * 2 ** 20);
    expect(performance.now() - begin).toBeLessThan(15_000);
    expect((peak - before) / 2 ** 20).toBeLessThan(100);
  });

  test('says how large it is and what to do', async () => {
    const limits = { maxRatio: 10, maxBytes: 2 ** 20 };
    const [[, text]] = await readFile('zeros.gz', gzipSync(Buffer.alloc(2 ** 22)), limits);
    expect(text.slice(-200).replace(/^\0*/, '')).toBe(
      ' error: zeros.gz: looks like a decompression bomb (0.01 MiB of gzip grow beyond 1.06 MiB); unpack it yourself if it is none',
    );
  });

  test('of many files in a zip file is stopped at one of them, and the others are said', async () => {
    const files = Array.from({ length: 10 }, (_, i) => ({ name: `${i}.txt`, content: Buffer.alloc(2 ** 19) }));
    const list = await readFile('many.zip', zipOf(files), { maxRatio: 10, maxBytes: 2 ** 20 });
    expect(list.map(([name, text]) => [name, text.replace(/^\0+/, '').slice(0, 70)])).toEqual([
      ['0.txt', ''],
      ['1.txt', ''],
      ['2.txt', 'problem: many.zip: looks like a decompression bomb (0.01 MiB of zip gr'],
      ['many.zip', 'problem: its other files were not read, because it looks like a decomp'],
    ]);
  });

  test('is not suspected where text is merely repeated', async () => {
    const [[, text]] = await readFile('a.gz', gzipSync(Buffer.alloc(2 ** 23, 'a')), { maxBytes: 2 ** 24 });
    expect(text).toHaveLength(2 ** 23);
    const [[, other]] = await readFile('a.gz', gzipSync(TEXT), { maxBytes: 10, maxRatio: 1100 });
    expect(other).toBe(TEXT);
  });
});

describe('a signal', () => {
  test('stops a stream from which nothing comes, at once', async () => {
    const controller = new AbortController();
    const stream = new PassThrough();
    const reading = read(decompressedStream('standard input', stream, { signal: controller.signal }));
    stream.write('some bytes');
    setTimeout(() => controller.abort(new Error('stopped')), 20);
    await expect(reading).rejects.toThrow('stopped');
    expect(stream.destroyed).toBe(true);
  });

  test.each([
    ['gz', gzipSync(Buffer.alloc(2 ** 26))],
    ['xz', xzOf(Buffer.alloc(2 ** 26))],
    ['zst', zstdOfZeros(2 ** 26, 2 ** 21)],
    ['zip', zipOf([{ name: 'a', content: Buffer.alloc(2 ** 26) }])],
  ])('stops decompression in the middle: %s', async (ending, content) => {
    const controller = new AbortController();
    const path = writeFile(`a.${ending}`, content);
    let bytes = 0;
    const readAll = async () => {
      for await (const file of decompressedFile(path, { signal: controller.signal })) {
        if ('problem' in file) continue;
        for await (const chunk of file.bytes) {
          bytes += chunk.length;
          controller.abort(new Error('stopped'));
        }
      }
    };
    await expect(readAll()).rejects.toThrow('stopped');
    expect(bytes).toBeLessThanOrEqual(2 ** 20);
  });

  test('that is aborted already stops before the file is opened', async () => {
    const files = decompressedFile('/missing', { signal: AbortSignal.abort(new Error('stopped')) });
    await expect(read(files)).rejects.toThrow('stopped');
  });
});

test('any bytes are files, problems or errors that a person can act on, the same for chunks cut anywhere', async () => {
  const originals = [
    gzipSync('a text, a text, a text'),
    zstdOf('a text, a text, a text'),
    zipOf([
      { name: 'a.csv', content: 'a text, a text' },
      { name: 'b.csv.gz', content: gzipSync('b') },
    ]),
  ];
  const tokens = ['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', '\x1f\x8b\x08', '\x00\x00'];
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom(...originals).chain((original) => damagedCopies(original, tokens)),
  );
  await fc.assert(
    fc.asyncProperty(anything, fc.array(fc.nat(), { maxLength: 5 }), async (bytes, cuts) => {
      const begin = performance.now();
      const whole = await readStream(bytes);
      expect(performance.now() - begin).toBeLessThan(5000);
      expect(await read(decompressedStream('standard input', cutAt(bytes, cuts)))).toEqual(whole);
      expect((await readFile('standard input', bytes)).map(([name]) => name)).toEqual(whole.map(([name]) => name));
    }),
    { numRuns: 200 },
  );
});
