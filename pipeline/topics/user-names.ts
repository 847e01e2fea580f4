import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PaperfieldError } from '../core/errors.ts';

/** Names that the user gives to topics: reading them, and putting them in the place of the names that were made. */

/** One line of the user's file. */
export interface GivenName {
  /** What the topic is called without the user: its path from the top where several have one name, or its id. */
  readonly topic: readonly string[];
  readonly name: string;
  /** 1-based. */
  readonly line: number;
}

/** A topic that may get another name. */
export interface NameableTopic {
  /** What stays the same from one snapshot to the next. */
  readonly id: string;
  /** Its place in the list of the topic it is a part of, −1 for a top one. */
  readonly parent: number;
  /** The name that was made for it. */
  readonly generatedName: string;
}

/** A topic of the snapshot before. */
export interface PreviousTopic {
  readonly id: string;
  readonly generatedName: string;
  /** As in `NamedTopics`. */
  readonly userKey: string | null;
}

/** The names of topics, by their places, and what the user should know, a line each. */
export interface NamedTopics {
  readonly names: readonly string[];
  /** What the line that named a topic calls it; null for one that keeps its made name. To be kept for the next build. */
  readonly userKey: readonly (string | null)[];
  readonly warnings: readonly string[];
}

/** Longer names do not fit on a map. */
const LONGEST_NAME = 80;

/**
 * Reads lines `TOPIC = NAME`. TOPIC is the name that was made for the topic, or its id; where several topics have that
 * name, the names above it stand before it: `PARENT > TOPIC`. Blank lines and lines that begin with `#` are passed over.
 *
 * @param file what errors call the text
 * @throws PaperfieldError bad_input, with the line that cannot be read
 */
export function readGivenNames(text: string, file: string): GivenName[] {
  const given: GivenName[] = [];
  const lineOf = new Map<string, number>();
  for (const [at, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const refuse = (what: string) => new PaperfieldError('bad_input', `${file}:${at + 1}: ${what}; found: ${line}`);
    const sign = line.indexOf('=');
    if (sign < 0) throw refuse('expected TOPIC = NAME');
    const topic = line.slice(0, sign).split('>').map(plain);
    const name = line
      .slice(sign + 1)
      .trim()
      .replace(/\s+/g, ' ');
    if (topic.some((part) => part === '')) throw refuse('expected the name or id of a topic before =');
    if (!/[\p{L}\p{N}]/u.test(name)) throw refuse('expected a name behind =');
    if (name.length > LONGEST_NAME) throw refuse(`expected a name of at most ${LONGEST_NAME} characters`);
    const key = topic.join(' > ');
    const before = lineOf.get(key);
    if (before !== undefined) throw refuse(`line ${before} names the same topic`);
    lineOf.set(key, at + 1);
    given.push({ topic, name, line: at + 1 });
  }
  return given;
}

/**
 * Puts the given names in the place of the made ones. A line goes on meaning the topic that it named before, whatever name
 * is made for that by now. Else it means a topic by its id, its made name, or the name that was made for it in the snapshot
 * before. Names are compared by their letters and digits, so that nobody has to type ` · `. A line that means no topic, or
 * several, changes nothing and is told.
 *
 * @param topics parents before their parts
 * @param previous the topics of the snapshot before; none for a first build
 */
export function applyGivenNames(
  topics: readonly NameableTopic[],
  given: readonly GivenName[],
  previous: readonly PreviousTopic[],
  file: string,
): NamedTopics {
  const names = topics.map(({ generatedName }) => generatedName);
  const userKey = topics.map((): string | null => null);
  const lineOf = new Map<number, number>();
  const warnings: string[] = [];
  for (const { topic, name, line } of given) {
    const written = topic.join(' > ');
    const meant = placesMeant(topics, topic, previous);
    const [at] = meant;
    const warn = (what: string) => warnings.push(`${file}:${line}: ${what}`);
    if (at === undefined) warn(`no topic is called "${written}"`);
    else if (meant.length > 1) {
      const ids = meant.map((place) => topics[place].id).join(', ');
      warn(`${meant.length} topics are called "${written}"; write PARENT > TOPIC, or one of the ids ${ids}`);
    } else if (lineOf.has(at)) warn(`"${written}" already has the name of line ${lineOf.get(at)}`);
    else {
      names[at] = name;
      userKey[at] = written;
      lineOf.set(at, line);
    }
  }
  return { names, userKey, warnings };
}

function placesMeant(
  topics: readonly NameableTopic[],
  path: readonly string[],
  previous: readonly PreviousTopic[],
): number[] {
  const placesWith = (is: (topic: NameableTopic, at: number) => boolean) =>
    [...topics.keys()].filter((at) => is(topics[at], at));
  const stillThere = (is: (topic: PreviousTopic) => boolean) => {
    const ids = new Set(previous.filter(is).map(({ id }) => id));
    return placesWith(({ id }) => ids.has(id));
  };
  const own = path[path.length - 1];
  const ways = [
    () => (path.length === 1 ? placesWith(({ id }) => plain(id) === own) : []),
    () => stillThere(({ userKey }) => userKey === path.join(' > ')),
    () => placesWith((_, at) => hasPath(topics, at, path)),
    () => stillThere(({ generatedName }) => plain(generatedName) === own),
  ];
  for (const way of ways) {
    const places = way();
    if (places.length > 0) return places;
  }
  return [];
}

/** Whether a topic and those above it, from the last backwards, are called so; steps of the path may be left out. */
function hasPath(topics: readonly NameableTopic[], at: number, path: readonly string[]): boolean {
  if (plain(topics[at].generatedName) !== path[path.length - 1]) return false;
  let left = path.length - 2;
  for (let above = topics[at].parent; above >= 0 && left >= 0; above = topics[above].parent) {
    if (plain(topics[above].generatedName) === path[left]) left--;
  }
  return left < 0;
}

/** The letters and digits of a name, lower case. */
function plain(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}

/**
 * The file in a data folder in which the user names topics. Plain lines and no JSON: written by hand, a comma too many
 * would cost all names; no CSV either: topics' names may hold commas.
 */
export const TOPIC_NAMES_FILE = 'topic-names.txt';

/**
 * The names that the user gave to topics; none where there is no such file. No build writes it.
 *
 * @throws PaperfieldError bad_input, where it cannot be read, with the line
 */
export function readTopicNames(dataDir: string): GivenName[] {
  const path = join(dataDir, TOPIC_NAMES_FILE);
  if (!existsSync(path)) return [];
  return readGivenNames(textOf(path), path);
}

function textOf(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw new PaperfieldError('bad_input', `${path}: cannot be read (${messageOf(error)}); expected UTF-8 text`, {
      cause: error,
    });
  }
}
