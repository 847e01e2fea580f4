/** Queries that the page writes for a person, in the grammar of docs/queries.md: pure. */

/** A value as it may stand after a key's colon: in quotes where it would end early or be read as quoted. */
export function queryValue(value: string): string {
  return /\s|^["“”„]|^$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Asks for papers like this one. */
export function likeQuery(id: string): string {
  return `like:${queryValue(id)}`;
}

/** The papers that a query names, in its order. */
export function likenedIn(query: string): { id: string; isLike: boolean }[] {
  return [...query.matchAll(/(?<=^|\s)(like|not):(?:"((?:[^"]|"")+)"|([^\s"“”„]\S*))(?=\s|$)/gi)].map(
    ([, key, quoted, bare]) => ({
      id: quoted?.replaceAll('""', '"') ?? bare!,
      isLike: key!.toLowerCase() === 'like',
    }),
  );
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
  return `since:${from} until:${to} ${withoutDates(query)}`.trim();
}

/** The query of papers of any date. */
export function withoutDates(query: string): string {
  return query.replace(/(^|\s)(?:since|until):\d{4}(?:-\d\d){0,2}(?=\s|$)/gi, '').trim();
}

/** The dates that a query asks for; null where it does not say from when to when. */
export function spanOf(query: string): { from: string; to: string } | null {
  const [from, to] = ['since', 'until'].map(
    (key) => new RegExp(`(?:^|\\s)${key}:(\\d{4}(?:-\\d\\d){0,2})(?=\\s|$)`, 'i').exec(query)?.[1],
  );
  return from && to ? { from, to } : null;
}

/** Whether the query asks for something, a key with its value, as it stands. */
export function hasPiece(query: string, piece: string): boolean {
  return cutPiece(query, piece) !== query.trim();
}

/** The query with a key and value, or without it where it has it. */
export function toggledPiece(query: string, piece: string): string {
  return hasPiece(query, piece) ? cutPiece(query, piece) : `${piece} ${query}`.trim();
}

/** A text without a piece that stands in it between spaces. */
export function cutPiece(text: string, piece: string): string {
  const at = ` ${text} `.indexOf(` ${piece} `);
  if (at < 0) return text;
  return `${text.slice(0, at).trimEnd()} ${text.slice(at + piece.length).trimStart()}`.trim();
}

/** In which order the papers of an answer stand. */
export type Order = 'relevance' | 'date' | 'comments';

const sortKey = /(^|\s)sort:(relevance|date|comments)(?=\s|$)/i;

/** The order that a query asks for; where it asks for none or has nothing to rank by, the newest come first. */
export function orderOf(query: string, isRanked: boolean): Order {
  const asked = sortKey.exec(query)?.[2]?.toLowerCase() as Order | undefined;
  if (asked && (isRanked || asked !== 'relevance')) return asked;
  return isRanked ? 'relevance' : 'date';
}

/** The query in this order, which it need not name where it is the usual one. */
export function withOrder(query: string, order: Order, usual: Order): string {
  const rest = query.replace(new RegExp(sortKey, 'gi'), '').trim();
  return order === usual ? rest : `${rest} sort:${order}`.trim();
}

const filter =
  /(?<=^|\s)-?(?:not|topic|org|author|category|since|until|authors|comments|has|within|sort):(?:"(?:[^"]|"")*"|\S+)/gi;

/** Whether a query has anything that papers are nearer to or farther from: words, or a paper to be like; not filters alone. */
export function isRanking(query: string): boolean {
  return /(?:^|\s)[^-\s]/.test(query.replace(filter, ' '));
}
