/** Reads the binary map as data/README.md, 'Map columns', describes it, and from nothing else. */
export function decodeMap(bytes: ArrayBuffer) {
  const view = new DataView(bytes);
  const magic = new TextDecoder().decode(bytes.slice(0, 4));
  const version = view.getUint32(4, true);
  const n = view.getUint32(8, true);
  const idBytes = view.getUint32(12, true);
  const ids = new TextDecoder('utf-8', { fatal: true }).decode(bytes.slice(16 + 29 * n, 16 + 29 * n + idBytes));
  return {
    magic,
    version,
    n,
    x: new Float32Array(bytes, 16, n),
    y: new Float32Array(bytes, 16 + 4 * n, n),
    topic: new Int32Array(bytes, 16 + 8 * n, n),
    leafTopic: new Int32Array(bytes, 16 + 12 * n, n),
    nearestTopic: new Int32Array(bytes, 16 + 16 * n, n),
    date: new Int32Array(bytes, 16 + 20 * n, n),
    comments: new Int32Array(bytes, 16 + 24 * n, n),
    neighborRecall: new Uint8Array(bytes, 16 + 28 * n, n),
    ids: ids.split('\n').slice(0, -1),
    /** What the last id is followed by: a line feed and nothing else. */
    isEnded: ids.endsWith('\n') && bytes.byteLength === 16 + 29 * n + idBytes,
  };
}
