/** Numbers with keys, the one with the smallest key first; of equal keys the smaller number. */
export interface MinHeap {
  readonly size: number;
  /** The smallest key; Infinity where nothing is left. */
  readonly least: number;
  push(key: number, value: number): void;
  /** Takes the first out. @throws RangeError where nothing is left */
  pop(): number;
  clear(): void;
}

/** A binary heap (Williams, Algorithm 232, 1964). */
export function minHeap(): MinHeap {
  let keys = new Float64Array(1024);
  let values = new Int32Array(1024);
  let size = 0;
  const grow = () => {
    const [moreKeys, moreValues] = [new Float64Array(2 * keys.length), new Int32Array(2 * keys.length)];
    moreKeys.set(keys);
    moreValues.set(values);
    [keys, values] = [moreKeys, moreValues];
  };
  return {
    get size() {
      return size;
    },
    get least() {
      return size === 0 ? Number.POSITIVE_INFINITY : keys[0];
    },
    clear() {
      size = 0;
    },
    push(key, value) {
      if (size === keys.length) grow();
      let at = size++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (keys[parent] < key || (keys[parent] === key && values[parent] <= value)) break;
        keys[at] = keys[parent];
        values[at] = values[parent];
        at = parent;
      }
      keys[at] = key;
      values[at] = value;
    },
    pop() {
      if (size === 0) throw new RangeError('the heap is empty');
      const first = values[0];
      size--;
      const key = keys[size];
      const value = values[size];
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= size) break;
        const other = child + 1;
        if (
          other < size &&
          (keys[other] < keys[child] || (keys[other] === keys[child] && values[other] < values[child]))
        )
          child = other;
        if (key < keys[child] || (key === keys[child] && value <= values[child])) break;
        keys[at] = keys[child];
        values[at] = values[child];
        at = child;
      }
      keys[at] = key;
      values[at] = value;
      return first;
    },
  };
}
