/** Reads the training corpus: papers from files, their words, and their tokens once a vocabulary is chosen. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { cannotReadError, PaperfieldError } from '../core/errors.ts';
import { splitIntoWordPieces, splitWords } from '../embedding/wordpiece.ts';
import { readFileLines } from '../ingest/source-files.ts';
import { type CategorizedPaper, CategoryNeighbors } from './category-neighbors.ts';

const rowSchema = z.object({
  id: z.string().min(1),
  title: z.string(),
  abstract: z.string(),
  date: z.string().optional(),
  categories: z.array(z.string()).optional(),
});
/** A paper of the corpus. */
export type CorpusRow = z.output<typeof rowSchema>;

/** What the model card says about one file of the corpus. */
export interface CorpusFileSummary {
  /** The file's name without its folder: the model card is published and must not contain paths of this machine. */
  readonly name: string;
  /** The checksum of the file on disk, compressed or not; hexadecimal. */
  readonly sha256: string;
  readonly rows: number;
  /** Lines that are not papers: not JSON, without a required field, or too long. */
  readonly skipped: number;
}

/**
 * Reads the papers of a JSONL file, which is decompressed if its name ends with `.gz` or `.xz`.
 *
 * @param onRow receives each paper
 * @throws PaperfieldError bad_input, if the file cannot be read or contains no paper
 */
export async function readCorpusFile(
  path: string,
  onRow: (row: CorpusRow) => void,
  signal?: AbortSignal,
): Promise<CorpusFileSummary> {
  const sha256 = await checksumOf(path, signal);
  let rows = 0;
  let skipped = 0;
  for await (const { text, isTooLong } of readFileLines(path, signal)) {
    if (text.trim() === '') continue;
    const row = isTooLong ? undefined : parseRow(text);
    if (row === undefined) {
      skipped++;
      continue;
    }
    rows++;
    onRow(row);
  }
  if (rows === 0) {
    throw new PaperfieldError(
      'bad_input',
      `corpus ${path} contains no paper: expected one JSON object with id, title and abstract per line`,
    );
  }
  return { name: basename(path), sha256, rows, skipped };
}

function parseRow(line: string): CorpusRow | undefined {
  try {
    return rowSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

async function checksumOf(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw cannotReadError(path, error);
  }
  return hash.digest('hex');
}

/**
 * The tokens of all papers: paper p has its title in `tokens[starts[2p] … starts[2p+1])` and its abstract in
 * `tokens[starts[2p+1] … starts[2p+2])`.
 */
export interface TokenizedPapers {
  readonly tokens: Int32Array;
  readonly starts: Int32Array;
  /** Indices of the papers to train on, ascending. */
  readonly training: Int32Array;
  /** Indices of the papers that are held out for evaluation, ascending. */
  readonly heldOut: Int32Array;
  /** Pairs of training papers with the same categories and a similar date. */
  readonly categoryNeighbors: CategoryNeighbors;
}

/** Papers whose abstract has fewer words are left out: such abstracts are announcements, errata or empty fields. */
const MIN_ABSTRACT_WORDS = 20;

/**
 * Collects the papers of the corpus while they are read. Each word is stored as a number, so that the files are read
 * only once although the vocabulary depends on the whole corpus. 430,000 papers take about 0.6 GB of memory.
 */
export class TrainingCorpus {
  /** The distinct words of all papers. */
  readonly words: string[] = [];
  /** How often each of `words` occurs. */
  readonly counts: number[] = [];
  /** Papers left out because their id or abstract was seen before. */
  duplicates = 0;
  /** Papers left out because they have no title or too short an abstract. */
  tooShort = 0;
  readonly #numberOfWord = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #heldOut: boolean[] = [];
  readonly #metadata: CategorizedPaper[] = [];
  readonly #heldOutShare: number;
  /**
   * The numbers of the words of all texts, one text after the other. `#starts` has the position at which each text
   * begins.
   */
  #textWords = new Int32Array(1 << 16);
  #length = 0;
  readonly #starts: number[] = [0];

  /**
   * Creates an empty corpus.
   *
   * @param heldOutShare share of papers to hold out. They are chosen by a hash of the id, whatever the order and the
   *   seed
   */
  constructor(heldOutShare: number) {
    this.#heldOutShare = heldOutShare;
  }

  get papers(): number {
    return this.#heldOut.length;
  }

  add(row: CorpusRow): void {
    const title = splitWords(row.title);
    const abstract = splitWords(row.abstract);
    if (title.length === 0 || abstract.length < MIN_ABSTRACT_WORDS) {
      this.tooShort++;
      return;
    }
    // 128 bits of a hash tell half a million papers apart, and need less memory than the text.
    const textKey = sha256(abstract.join(' ')).toString('base64', 0, 16);
    const idHash = sha256(row.id);
    const idKey = idHash.toString('base64', 0, 16);
    if (this.#seen.has(textKey) || this.#seen.has(idKey)) {
      this.duplicates++;
      return;
    }
    this.#seen.add(textKey).add(idKey);
    this.#heldOut.push(idHash.readUInt32LE(16) / 2 ** 32 < this.#heldOutShare);
    this.#metadata.push({ categories: row.categories, date: row.date });
    this.#addText(title);
    this.#addText(abstract);
  }

  /**
   * Turns the words of all papers into tokens of a vocabulary. Titles and abstracts are truncated to `maxTokens` each,
   * because the model truncates texts, too.
   */
  tokenize(vocabulary: readonly string[], maxTokens: number): TokenizedPapers {
    const ids = new Map(vocabulary.map((token, row) => [token, row]));
    const pieces = this.words.map((word) => splitIntoWordPieces(word, ids));
    const starts = new Int32Array(this.#starts.length);
    let total = 0;
    for (let text = 0; text + 1 < starts.length; text++) {
      let length = 0;
      for (let at = this.#starts[text]; at < this.#starts[text + 1]; at++) length += pieces[this.#textWords[at]].length;
      total += Math.min(length, maxTokens);
      starts[text + 1] = total;
    }
    const tokens = new Int32Array(total);
    for (let text = 0; text + 1 < starts.length; text++) {
      let to = starts[text];
      const end = starts[text + 1];
      for (let at = this.#starts[text]; to < end; at++) {
        for (const piece of pieces[this.#textWords[at]]) if (to < end) tokens[to++] = piece;
      }
    }
    const papers = this.#heldOut.map((_, paper) => paper);
    const training = Int32Array.from(papers.filter((paper) => !this.#heldOut[paper]));
    return {
      tokens,
      starts,
      training,
      heldOut: Int32Array.from(papers.filter((paper) => this.#heldOut[paper])),
      categoryNeighbors: new CategoryNeighbors(this.#metadata, training),
    };
  }

  #addText(words: readonly string[]): void {
    if (this.#length + words.length > this.#textWords.length) {
      const larger = new Int32Array(Math.max(this.#textWords.length * 2, this.#length + words.length));
      larger.set(this.#textWords);
      this.#textWords = larger;
    }
    for (const word of words) {
      let number = this.#numberOfWord.get(word);
      if (number === undefined) {
        number = this.words.length;
        // The word is copied, because a slice of a string keeps the whole string in memory.
        const copy = Buffer.from(word, 'utf8').toString('utf8');
        this.#numberOfWord.set(copy, number);
        this.words.push(copy);
        this.counts.push(0);
      }
      this.counts[number]++;
      this.#textWords[this.#length++] = number;
    }
    this.#starts.push(this.#length);
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
