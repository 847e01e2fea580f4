/** What a file is, by its first bytes: names lie, and browsers decompress without renaming. Pure functions. */

export type ContentKind = 'gzip' | 'zstd' | 'xz' | 'zip' | 'tar' | 'bzip2' | '7z' | 'rar' | 'plain';

/** Length of the beginning of a file from which its kind is known: that of the first header of a tar file. */
export const HEAD_BYTES = 512;

/** The first bytes of each kind, one character for each. */
const MAGIC: readonly (readonly [kind: ContentKind, start: string])[] = [
  ['gzip', '\x1f\x8b\x08'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  // The first file, no file at all, the first of several parts.
  ['zip', 'PK\x03\x04'],
  ['zip', 'PK\x05\x06'],
  ['zip', 'PK\x07\x08'],
  ['xz', '\xfd7zXZ\x00'],
  ['bzip2', 'BZh91AY&SY'],
  ['7z', '7z\xbc\xaf\x27\x1c'],
  ['rar', 'Rar!\x1a\x07'],
];

/**
 * The kind of a file.
 *
 * @param head its first `HEAD_BYTES` bytes, or all of it if it is shorter
 */
export function contentKind(head: Uint8Array): ContentKind {
  const text = Buffer.from(head).toString('latin1');
  const known = MAGIC.find(([, start]) => text.startsWith(start))?.[0];
  if (known) return known;
  if (text.startsWith('ustar', 257)) return 'tar';
  // A frame of Zstandard that is to be skipped may be the first one.
  return text.startsWith('\x2a\x4d\x18', 1) && text[0] >= '\x50' && text[0] <= '\x5f' ? 'zstd' : 'plain';
}

/** Whether a zip file with this name is a document or a package, whose files are not sources. */
export function isDocumentName(name: string): boolean {
  return /\.(?:docx|xlsx|xlsm|pptx|od[pst]|epub|jar|npz|whl|apk|key|numbers|pages)$/i.test(name);
}

/** The name without the ending of the compression: `papers.csv` of `papers.csv.gz`, `papers.tar` of `papers.tgz`. */
export function decompressedName(name: string): string {
  return name.replace(/(?<=.)\.(?:gz|gzip|zst|zstd|xz)$/i, '').replace(/(?<=.)\.t(?:gz|zst|xz)$/i, '.tar');
}
