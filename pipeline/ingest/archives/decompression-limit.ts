/** Stops decompression bombs: small files that grow to what no machine can take. */
import { PaperfieldError } from '../../core/errors.ts';

/** Decompression stops when it exceeds both. Together, so that small files of few words are not suspected. */
export interface DecompressionLimits {
  /** How many times its compressed size a source may have after decompression. Default: 200, five times what text reaches. */
  readonly maxRatio?: number;
  /** How many bytes may be decompressed at all. Default: 128 MiB. */
  readonly maxBytes?: number;
}

/** Counts what is decompressed of one source: of a zip file all of its files together, at every level of compression. */
export class DecompressionBudget {
  readonly #name: string;
  readonly #limits: Required<DecompressionLimits>;
  /** Size of the source in bytes: of a stream what was read of it. */
  #compressed: number;
  #decompressed = 0;

  constructor(name: string, compressed: number, { maxRatio = 200, maxBytes = 128 * 2 ** 20 }: DecompressionLimits) {
    this.#name = name;
    this.#compressed = compressed;
    this.#limits = { maxRatio, maxBytes };
  }

  get isExceeded(): boolean {
    return this.#decompressed > this.#limits.maxBytes && this.#decompressed > this.#limits.maxRatio * this.#compressed;
  }

  /** The bytes of a source whose size is not known in advance. */
  async *countCompressed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.#compressed += chunk.length;
      yield chunk;
    }
  }

  /**
   * The decompressed bytes, as long as they are within the limits.
   *
   * @param kind the name of the compression, for the message
   * @throws PaperfieldError bad_input, if they are not; what `bytes` throws
   */
  async *limit(bytes: AsyncIterable<Uint8Array>, kind: string): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.#decompressed += chunk.length;
      if (this.isExceeded) {
        const growth = `${inMebibytes(this.#compressed)} of ${kind} grow beyond ${inMebibytes(this.#decompressed)}`;
        throw new PaperfieldError(
          'bad_input',
          `${this.#name}: looks like a decompression bomb (${growth}); unpack it yourself if it is none`,
        );
      }
      yield chunk;
    }
  }
}

function inMebibytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return `${mebibytes >= 10 ? Math.round(mebibytes) : Math.max(0.01, mebibytes).toFixed(2)} MiB`;
}
