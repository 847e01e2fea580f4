/** Whole numbers of 32 bits, one behind the other, in an array that doubles as it fills. */
export class Int32List {
  #values = new Int32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  get(at: number): number {
    return this.#values[at];
  }

  set(at: number, value: number): void {
    this.#values[at] = value;
  }

  /** The values so far, a view and no copy: good until the next `push`. */
  view(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }
}
