/** The part of a long text that is at hand while it is read piece by piece, and the numbers of its lines. */

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The current piece of a text and the one before it. Positions are in UTF-16 code units from the start of the text. */
export class TextWindow {
  #piece = '';
  #previousPiece = '';
  /** Both pieces. */
  #text = '';
  #pieceStart = 0;
  /** Lines are counted up to this position. */
  #countedTo = 0;
  #line = 1;
  #endsWithCarriageReturn = false;

  /** The current piece. */
  get piece(): string {
    return this.#piece;
  }

  /** Position at which the current piece begins. */
  get pieceStart(): number {
    return this.#pieceStart;
  }

  /** Position at which the current piece ends. */
  get end(): number {
    return this.#pieceStart + this.#piece.length;
  }

  /** Moves on: the current piece becomes the one before. */
  add(piece: string): void {
    this.#countLines(this.#pieceStart);
    this.#pieceStart += this.#piece.length;
    this.#previousPiece = this.#piece;
    this.#piece = piece;
    this.#text = this.#previousPiece + piece;
  }

  /** The text between two positions, as far as it is in the window. */
  textBetween(from: number, to: number): string {
    const start = this.#pieceStart - this.#previousPiece.length;
    return this.#text.slice(Math.max(0, from - start), Math.max(0, to - start));
  }

  /** The 1-based line of a position in the window, not before those that were asked for earlier. */
  lineAt(position: number): number {
    this.#countLines(position);
    return this.#line;
  }

  #countLines(to: number): void {
    const text = to > this.#countedTo ? this.textBetween(this.#countedTo, to) : '';
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === CARRIAGE_RETURN || (code === LINE_FEED && !this.#endsWithCarriageReturn)) this.#line++;
      this.#endsWithCarriageReturn = code === CARRIAGE_RETURN;
    }
    this.#countedTo = Math.max(this.#countedTo, to);
  }
}
