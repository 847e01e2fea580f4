/** The interface of embedding models, and the text of a paper that they embed. */
import { type PaperText, withoutLeadingName } from '../core/paper.ts';
import type { EmbedderSettings } from './model-settings.ts';
import type { TokenVectors } from './token-vectors.ts';

/**
 * A loaded embedding model. A text always has the same vector, bit for bit, whichever other texts are embedded with it.
 */
export interface Embedder {
  readonly settings: EmbedderSettings;
  /** Value of the option `--model`, from which the model was loaded. */
  readonly source: string;
  /** SHA-256 over the model's files and its settings, hexadecimal: equal fingerprints give equal vectors. */
  readonly fingerprint: string;
  /**
   * Embeds texts. A text without a known token has the zero vector.
   *
   * @param onProgress receives the number of texts that are done, and may throw to stop
   * @returns unit vectors, row-major, `texts.length` × `settings.dimensions`
   * @throws PaperfieldError model, if the model fails on a text
   */
  embed(texts: readonly string[], onProgress?: (done: number) => void): Promise<Float32Array>;
  /** Embeds queries as `embed` embeds texts, but with `queryPrefix` of the model's settings before each query. */
  embedQueries(queries: readonly string[]): Promise<Float32Array>;
  /** Whether a word, in lower case, is a token of the model as a whole: so are the usual words of its training texts. */
  hasWord(word: string): boolean;
  /**
   * The vectors of the model's tokens, if the vector of a text is a weighted sum of them; undefined for all other
   * models.
   */
  tokenVectors?(): TokenVectors | undefined;
  close(): Promise<void>;
}

/**
 * The text that the model embeds for a paper: prefix, title (without a leading name, and as many times as the settings
 * say) and abstract (without the words that the settings omit).
 */
export function embeddingInputOf(settings: EmbedderSettings, paper: PaperText): string {
  const title = settings.dropName ? withoutLeadingName(paper.title) : paper.title;
  const abstract = settings.omitWords ? withoutWords(paper.abstract, new Set(settings.omitWords)) : paper.abstract;
  return `${settings.passagePrefix}${`${title}${settings.separator}`.repeat(settings.titleTimes)}${abstract}`;
}

const outerPunctuation = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

/**
 * A text without some words, and with single spaces.
 *
 * @param words in lower case; a word of the text that begins with a capital letter is compared in lower case, but not one
 *   of capital letters only: IT is a subject
 */
function withoutWords(text: string, words: ReadonlySet<string>): string {
  return text
    .split(/\s+/)
    .filter((part) => {
      const word = part.replace(outerPunctuation, '');
      return !words.has(word.slice(0, 1).toLowerCase() + word.slice(1));
    })
    .join(' ');
}
