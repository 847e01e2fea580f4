/** Words up to this many letters can be compared. */
export const MOST_LETTERS = 64;

// Three rows of the matrix, one behind the other.
const WIDTH = MOST_LETTERS + 2;
const matrix = new Uint8Array(3 * WIDTH);

/**
 * How many letters have to be put in, left out, changed, or swapped with their neighbour to make one word of another
 * (F. Damerau, CACM 7, 1964; V. Levenshtein, 1965), no letter twice: 'optimal string alignment'. Only the diagonals
 * that can still matter are computed.
 *
 * @param a code points, the first `lengthOfA` of them; `b` likewise; 64 at the most
 * @returns the distance, or `most + 1` where it is above `most`
 */
export function editDistance(a: Int32Array, lengthOfA: number, b: Int32Array, lengthOfB: number, most: number): number {
  const tooFar = most + 1;
  if (Math.abs(lengthOfA - lengthOfB) > most) return tooFar;
  let above2 = 2 * WIDTH;
  let above = 0;
  let row = WIDTH;
  for (let j = 0; j <= lengthOfB; j++) matrix[above + j] = Math.min(j, tooFar);
  for (let i = 1; i <= lengthOfA; i++) {
    const from = Math.max(1, i - most);
    const to = Math.min(lengthOfB, i + most);
    matrix[row + from - 1] = from === 1 ? Math.min(i, tooFar) : tooFar;
    let nearest = matrix[row + from - 1];
    for (let j = from; j <= to; j++) {
      let best = matrix[above + j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      best = Math.min(best, matrix[row + j - 1] + 1, matrix[above + j] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, matrix[above2 + j - 2] + 1);
      matrix[row + j] = Math.min(best, tooFar);
      nearest = Math.min(nearest, matrix[row + j]);
    }
    // The next row looks one diagonal further.
    if (to < lengthOfB) matrix[row + to + 1] = tooFar;
    // A swap reaches over one row, so two rows have to be beyond; the row above was, or the loop had gone on from it.
    if (nearest > most && rowIsFar(above, i - 1, lengthOfB, most)) return tooFar;
    [above2, above, row] = [above, row, above2];
  }
  return matrix[above + lengthOfB];
}

function rowIsFar(start: number, i: number, lengthOfB: number, most: number): boolean {
  for (let j = Math.max(0, i - most); j <= Math.min(lengthOfB, i + most); j++)
    if (matrix[start + j] <= most) return false;
  return true;
}
