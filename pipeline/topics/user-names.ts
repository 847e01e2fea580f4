/** Names that the user gives to topics, in a file of the data folder. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import type { TopicRecords } from '../core/topic-tree.ts';

/**
 * The file in which the user names topics; builds never write it. Plain lines, because it is written by hand: in JSON one
 * comma too many would lose all names, and in CSV names with commas would need quotes.
 */
export const TOPIC_NAMES_FILE = 'topic-names.txt';

/** Longer names do not fit on the map. In characters. */
const MAX_NAME_LENGTH = 80;

/** One line of the user's file. */
export interface UserName {
  /** The topic, normalized: its generated name or id, possibly after names of its ancestors. */
  readonly topic: readonly string[];
  readonly name: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * Reads the names in a data folder; none if there is no file.
 *
 * @throws PaperfieldError bad_input, with the line, if the file cannot be read
 */
export function readUserNames(dataDir: string): UserName[] {
  const path = join(dataDir, TOPIC_NAMES_FILE);
  if (!existsSync(path)) return [];
  return parseUserNames(readText(path), path);
}

function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw new PaperfieldError('bad_input', `${path}: cannot be read (${errorMessage(error)}); expected UTF-8 text`, {
      cause: error,
    });
  }
}

/**
 * Parses lines `TOPIC = NAME`. TOPIC is the generated name of the topic, or its id; if several topics have that name, the
 * names of its ancestors precede it: `PARENT > TOPIC`. Blank lines and lines that start with `#` are ignored.
 *
 * @param file what errors call the text
 * @throws PaperfieldError bad_input, with the line
 *
 * @example parseUserNames('Agents > GUI agents = Screens', 'names.txt')
 * // [{ topic: ['agents', 'gui agents'], name: 'Screens', line: 1 }]
 */
export function parseUserNames(text: string, file: string): UserName[] {
  const userNames: UserName[] = [];
  const lineOfTopic = new Map<string, number>();
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [i, raw] of lines.entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const line = i + 1;
    const fault = (what: string) => new PaperfieldError('bad_input', `${file}:${line}: ${what}; found: ${content}`);
    const equals = content.indexOf('=');
    if (equals < 0) throw fault('expected TOPIC = NAME');
    const topic = content.slice(0, equals).split('>').map(normalized);
    const name = content
      .slice(equals + 1)
      .trim()
      .replace(/\s+/g, ' ');
    if (topic.some((part) => part === '')) throw fault('expected the name or id of a topic before =');
    if (!/[\p{L}\p{N}]/u.test(name)) throw fault('expected a name after =');
    if (name.length > MAX_NAME_LENGTH) throw fault(`expected a name of at most ${MAX_NAME_LENGTH} characters`);
    const key = topic.join(' > ');
    const earlierLine = lineOfTopic.get(key);
    if (earlierLine !== undefined) throw fault(`line ${earlierLine} names the same topic`);
    lineOfTopic.set(key, line);
    userNames.push({ topic, name, line });
  }
  return userNames;
}

/**
 * Renames topics as the user wants.
 *
 * @param topics with their generated names
 * @param previous the topics of the previous snapshot, in which lines of the user's file may have been resolved before
 * @param file what warnings call the user's file
 * @returns the topics, and a warning for each line that renames none
 */
export function applyUserNames(
  topics: TopicRecords,
  userNames: readonly UserName[],
  previous: TopicRecords | undefined,
  file: string,
): { topics: TopicRecords; warnings: readonly string[] } {
  if (userNames.length === 0) return { topics, warnings: [] };
  const nameable = topics.records.map(({ id, generatedName }, node) => ({
    id: String(id),
    parent: topics.tree.nodes[node].parent ?? -1,
    generatedName,
  }));
  const previousTopics = (previous?.records ?? []).map(({ id, generatedName, userKey }) => ({
    id: String(id),
    generatedName,
    userKey,
  }));
  const { names, userKey, warnings } = assignUserNames(nameable, userNames, previousTopics, file);
  const records = topics.records.map((record, node) => ({ ...record, name: names[node], userKey: userKey[node] }));
  return { topics: { ...topics, records }, warnings };
}

/** A topic that the user may rename. */
export interface NameableTopic {
  /** Stays the same from one snapshot to the next. */
  readonly id: string;
  /** The index of its parent in the list, −1 for a root. */
  readonly parent: number;
  readonly generatedName: string;
}

/** A topic of the previous snapshot. */
export interface PreviouslyNamedTopic {
  readonly id: string;
  readonly generatedName: string;
  /** See `NamedTopics`. */
  readonly userKey: string | null;
}

/** The names of a list of topics. */
interface NamedTopics {
  /** The user's name or the generated one, by topic. */
  readonly names: readonly string[];
  /** The TOPIC part of the line that renames each topic, normalized; null if none does. The next build needs it. */
  readonly userKey: readonly (string | null)[];
  /** A warning for each line that renames no topic. */
  readonly warnings: readonly string[];
}

/**
 * Assigns the user's names to topics. A line keeps its topic from one snapshot to the next, even if the generated name
 * changes. Otherwise its TOPIC is, in this order: an id, a generated name, or a generated name of the previous snapshot.
 * Names are compared by letters and digits only, so that nobody has to type ` · `. A line that matches no topic or
 * several changes nothing and gives a warning.
 *
 * @param topics parents before their subtopics
 * @param previous topics of the previous snapshot; empty for a first build
 */
export function assignUserNames(
  topics: readonly NameableTopic[],
  userNames: readonly UserName[],
  previous: readonly PreviouslyNamedTopic[],
  file: string,
): NamedTopics {
  const names = topics.map(({ generatedName }) => generatedName);
  const userKey = topics.map((): string | null => null);
  const lineOfTopic = new Map<number, number>();
  const warnings: string[] = [];
  for (const { topic, name, line } of userNames) {
    const written = topic.join(' > ');
    const matches = matchingTopics(topics, topic, previous);
    const [match] = matches;
    const warn = (what: string) => warnings.push(`${file}:${line}: ${what}`);
    if (match === undefined) warn(`no topic is called "${written}"`);
    else if (matches.length > 1) {
      const ids = matches.map((i) => topics[i].id).join(', ');
      warn(`${matches.length} topics are called "${written}"; write PARENT > TOPIC, or one of the ids ${ids}`);
    } else if (lineOfTopic.has(match)) warn(`"${written}" is already renamed by line ${lineOfTopic.get(match)}`);
    else {
      names[match] = name;
      userKey[match] = written;
      lineOfTopic.set(match, line);
    }
  }
  return { names, userKey, warnings };
}

/** The indices of the topics that a line means, by the first rule that finds any. */
function matchingTopics(
  topics: readonly NameableTopic[],
  path: readonly string[],
  previous: readonly PreviouslyNamedTopic[],
): number[] {
  const topicsWhere = (matches: (topic: NameableTopic, i: number) => boolean) =>
    [...topics.keys()].filter((i) => matches(topics[i], i));
  const stillExistingWhere = (matches: (topic: PreviouslyNamedTopic) => boolean) => {
    const ids = new Set(previous.filter(matches).map(({ id }) => id));
    return topicsWhere(({ id }) => ids.has(id));
  };
  const own = path[path.length - 1];
  const rules = [
    () => (path.length === 1 ? topicsWhere(({ id }) => normalized(id) === own) : []),
    () => stillExistingWhere(({ userKey }) => userKey === path.join(' > ')),
    () => topicsWhere((_, i) => hasPath(topics, i, path)),
    () => stillExistingWhere(({ generatedName }) => normalized(generatedName) === own),
  ];
  for (const rule of rules) {
    const found = rule();
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether a path ends with the name of a topic and before that names some of its ancestors, in order. */
function hasPath(topics: readonly NameableTopic[], topic: number, path: readonly string[]): boolean {
  if (normalized(topics[topic].generatedName) !== path[path.length - 1]) return false;
  let step = path.length - 2;
  for (let ancestor = topics[topic].parent; ancestor >= 0 && step >= 0; ancestor = topics[ancestor].parent) {
    if (normalized(topics[ancestor].generatedName) === path[step]) step--;
  }
  return step < 0;
}

/** The letters and digits of a name in lower case, everything else as single spaces. */
function normalized(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}
