/** Recognizes files that are no text by their first bytes, and says what to do about them. Pure functions. */

/** Bytes at a position, as a text of Latin-1, and what a file is that has them there. */
const SIGNATURES: readonly (readonly [at: number, bytes: string, kind: string])[] = [
  [
    0,
    '%PDF-',
    'a PDF: paperfield reads lists of papers, not papers; export the list of a reference manager or database',
  ],
  [0, '\x89PNG', 'an image (PNG)'],
  [0, '\xff\xd8\xff', 'an image (JPEG)'],
  [0, 'GIF8', 'an image (GIF)'],
  [0, 'II*\0', 'an image (TIFF)'],
  [0, 'MM\0*', 'an image (TIFF)'],
  [8, 'WEBP', 'an image (WebP)'],
  [4, 'ftyp', 'a video or an image (MP4, HEIC)'],
  [0, 'ID3', 'an audio file (MP3)'],
  [0, '\xd0\xcf\x11\xe0', 'an old Office file (.xls, .doc); in Excel, save the table as CSV UTF-8'],
  [0, '{\\rtf', 'a text with formatting (RTF); save it as plain text'],
  [0, '%!PS', 'a PostScript file'],
  [0, '\x1f\x8b', 'compressed with gzip; decompress it, or name the file itself'],
  [0, '\xfd7zXZ\0', 'compressed with xz; decompress it, or name the file itself'],
  [0, '\x28\xb5\x2f\xfd', 'compressed with Zstandard; decompress it, or name the file itself'],
  [0, 'BZh', 'compressed with bzip2; decompress it with bunzip2'],
  [0, '7z\xbc\xaf\x27\x1c', 'an archive (7z); unpack it'],
  [0, 'Rar!', 'an archive (RAR); unpack it'],
  [257, 'ustar', 'an archive (tar); unpack it'],
  [0, 'ARROW1', 'an Arrow (Feather) file; write it as Parquet: pandas.read_feather(path).to_parquet(…)'],
  [0, 'PARE', 'an encrypted Parquet file; write it again without encryption'],
  [0, 'ORC', 'an ORC file; write it as Parquet'],
  [0, 'Obj\x01', 'an Avro file; write it as Parquet or JSON Lines'],
  [0, '\x89HDF', 'an HDF5 file; write the table as Parquet: pandas.read_hdf(path).to_parquet(…)'],
  [0, '\x93NUMPY', 'a NumPy array, not a table of papers'],
  [0, '\x80\x04\x95', 'a pickle of Python; write the table as Parquet: DataFrame.to_parquet(…)'],
  [0, '\x80\x05\x95', 'a pickle of Python; write the table as Parquet: DataFrame.to_parquet(…)'],
  [0, '\x7fELF', 'a program'],
];

/** What is in a zip file, by a name that only such a file has. */
const ZIP_KINDS: readonly (readonly [name: string, kind: string])[] = [
  ['xl/', 'an Excel workbook; save the table as CSV UTF-8'],
  ['word/', 'a Word document'],
  ['ppt/', 'a PowerPoint presentation'],
  ['opendocument.spreadsheet', 'a spreadsheet (.ods); save the table as CSV'],
  ['opendocument', 'a document of LibreOffice'],
  ['epub', 'an e-book (EPUB)'],
];

/** What a file is that is neither text nor in a format that paperfield reads; undefined if no signature is known. */
export function foreignKindOf(head: Buffer): string | undefined {
  const bytes = head.toString('latin1', 0, 8192);
  const found = SIGNATURES.find(([at, signature]) => bytes.startsWith(signature, at));
  if (found) return found[2];
  if (!bytes.startsWith('PK\x03\x04') && !bytes.startsWith('PK\x05\x06')) return undefined;
  const kind = ZIP_KINDS.find(([name]) => bytes.includes(name))?.[1];
  return kind ?? 'an archive (zip); unpack it, or name the file itself';
}

/** Why bytes are no text that can be read; undefined if they are text. */
export function notTextReason(head: Buffer): string | undefined {
  if (hasUtf16Mark(head)) return undefined;
  const sample = head.subarray(0, 8192);
  const zeros = [0, 0];
  let controls = 0;
  for (const [at, byte] of sample.entries()) {
    if (byte === 0) zeros[at % 2]++;
    else if (byte < 0x20 && ![0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b, 0x1e].includes(byte)) controls++;
  }
  const half = sample.length / 2;
  if (zeros[0] + zeros[1] === sample.length && sample.length > 0) {
    return 'nothing but zero bytes: the disk or the download failed; get the file again';
  }
  // Of text in the Latin alphabet every second byte is zero.
  if (half >= 2 && Math.max(...zeros) > 0.6 * half && Math.min(...zeros) < 0.1 * half) {
    return 'text in UTF-16 without a byte-order mark; save it as UTF-8';
  }
  return (zeros[0] + zeros[1] + controls) / Math.max(1, sample.length) > 0.02
    ? 'not text, and in no format that is known'
    : undefined;
}

function hasUtf16Mark(head: Buffer): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}
