/** The values of a record of tagged lines, of which fields are made one after the other. */
import type { TaggedValue } from './tagged-records.ts';

/** Takes values out of a record by tag, so that those that no field was made of are left. */
export class RemainingValues {
  readonly #byTag = new Map<string, string[]>();

  constructor(values: readonly TaggedValue[]) {
    for (const { tag, value } of values) {
      if (value === '') continue;
      const values = this.#byTag.get(tag);
      if (values) values.push(value);
      else this.#byTag.set(tag, [value]);
    }
  }

  /** All values of a tag, which stay. */
  all(tag: string): readonly string[] {
    return this.#byTag.get(tag) ?? [];
  }

  /** The first value of a tag, which stays; '' if there is none. */
  first(tag: string): string {
    return this.all(tag)[0] ?? '';
  }

  /** All values of tags, which are taken out. */
  take(...tags: readonly string[]): string[] {
    return tags.flatMap((tag) => {
      const values = this.all(tag);
      this.#byTag.delete(tag);
      return values;
    });
  }

  /** Takes the first value of the first of tags that has one; its other values stay. */
  takeFirst(...tags: readonly string[]): string | undefined {
    const tag = tags.find((one) => this.#byTag.has(one));
    if (tag === undefined) return undefined;
    const [first, ...others] = this.all(tag);
    if (others.length === 0) this.#byTag.delete(tag);
    else this.#byTag.set(tag, others);
    return first;
  }

  /** What is left, by tag. */
  entries(): Iterable<readonly [tag: string, values: readonly string[]]> {
    return this.#byTag;
  }
}
