/** Excerpts are cut to this many UTF-16 code units: one line of a terminal beside a file name and a reason. */
const MAX_EXCERPT_LENGTH = 80;

/** The beginning of a text as one line of at most 80 characters, for messages; `…` at the end where it was cut. */
export function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= MAX_EXCERPT_LENGTH) return line;
  // A character outside the Basic Multilingual Plane is not cut in half.
  return `${line.slice(0, MAX_EXCERPT_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
