/** Queries that the page writes for a person, in the grammar of docs/queries.md: pure. */

/** A value as it may stand after a key's colon: in quotes where it would end early or be read as quoted. */
export function queryValue(value: string): string {
  return /\s|^["“”„]|^$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Asks for papers like this one. */
export function likeQuery(id: string): string {
  return `like:${queryValue(id)}`;
}

/** The query, for papers like one too; where it was without them, no longer. */
export function withLike(query: string, id: string): string {
  const rest = cutPiece(query, `not:${queryValue(id)}`);
  const like = likeQuery(id);
  return cutPiece(rest, like) === rest ? `${like} ${rest}`.trim() : rest;
}

/**
 * The query without what is like a paper. The key stands first: no quote that the text leaves open can reach it, and it is
 * seen in a narrow field.
 */
export function withoutLike(query: string, id: string): string {
  const [like, not] = [likeQuery(id), `not:${queryValue(id)}`];
  const rest = cutPiece(query, like);
  return cutPiece(rest, not) === rest ? `${not} ${rest}`.trim() : rest;
}

/** The query of these dates alone, in place of those it has; both as `since:` and `until:` take them. */
export function withDates(query: string, from: string, to: string): string {
  const rest = query.replace(/(^|\s)(?:since|until):\d{4}(?:-\d\d){0,2}(?=\s|$)/gi, '').trim();
  return `since:${from} until:${to} ${rest}`.trim();
}

/** A text without a piece that stands in it between spaces. */
function cutPiece(text: string, piece: string): string {
  const at = ` ${text} `.indexOf(` ${piece} `);
  if (at < 0) return text;
  return `${text.slice(0, at).trimEnd()} ${text.slice(at + piece.length).trimStart()}`.trim();
}

const orders = { date: 'the newest first', comments: 'the most discussed first' } as const;

/** In which order the papers of an answer stand. Where a query gives nothing to rank by, no paper has a score. */
export function orderWords(query: string, scores: readonly number[]): string {
  const asked = /(?:^|\s)sort:(date|comments)(?=\s|$)/i.exec(query)?.[1]?.toLowerCase() as
    | keyof typeof orders
    | undefined;
  if (asked) return orders[asked];
  return scores.some((score) => score !== 0) ? 'the nearest first' : orders.date;
}
