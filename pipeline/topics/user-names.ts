/** Names that the user gives to topics: reads them from a file in the data folder, and applies them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import type { SnapshotTopics } from '../core/topic-tree.ts';

/**
 * The file in which the user names topics; builds never write it. It has plain lines, because it is written by hand: in
 * JSON one comma too many would lose all names, and in CSV names with commas would need quotes.
 */
export const TOPIC_NAMES_FILE = 'topic-names.txt';

/** Maximum length of a name in characters: longer ones do not fit on the map. */
const MAX_NAME_LENGTH = 80;

/** One line of the user's file: a topic and the name that the user gives it. */
export interface UserTopicName {
  /**
   * The topic as a path of normalized names: any ancestors that the line gives, then the generated name or id of the
   * topic.
   */
  readonly topic: readonly string[];
  readonly name: string;
  /** Number of the line in the file, from 1. */
  readonly line: number;
}

/**
 * Reads the user's topic names from a data folder; an empty list if the file does not exist.
 *
 * @throws PaperfieldError bad_input, if the file cannot be read, or with the number of a line that is wrong
 */
export function readUserTopicNames(dataDir: string): UserTopicName[] {
  const path = join(dataDir, TOPIC_NAMES_FILE);
  if (!existsSync(path)) return [];
  return parseUserTopicNames(readText(path), path);
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
 * Parses lines `TOPIC = NAME`. TOPIC is the generated name of the topic, or its id; if several topics have that name,
 * the names of ancestors precede it: `PARENT > TOPIC`. Blank lines and lines that start with `#` are ignored.
 *
 * @param file the name of the file in error messages
 * @throws PaperfieldError bad_input, with the number of the line that is wrong
 *
 * @example parseUserTopicNames('Agents > GUI agents = Screens', 'names.txt')
 * // [{ topic: ['agents', 'gui agents'], name: 'Screens', line: 1 }]
 */
export function parseUserTopicNames(text: string, file: string): UserTopicName[] {
  const userNames: UserTopicName[] = [];
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
 * Renames topics according to the user's file.
 *
 * @param topics topics with their generated names
 * @param previous topics of the previous snapshot, which record the topic that each line of the file renamed in that
 *   build
 * @param file the name of the user's file in warnings
 * @returns the topics, and a warning for each line that renames none
 */
export function applyUserTopicNames(
  topics: SnapshotTopics,
  userNames: readonly UserTopicName[],
  previous: SnapshotTopics | undefined,
  file: string,
): { topics: SnapshotTopics; warnings: readonly string[] } {
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
  const { names, userKey, warnings } = assignUserTopicNames(nameable, userNames, previousTopics, file);
  const records = topics.records.map((record, node) => ({ ...record, name: names[node], userKey: userKey[node] }));
  return { topics: { ...topics, records }, warnings };
}

/** A topic that the user may rename. */
export interface NameableTopic {
  /** Permanent id of the topic, the same in all snapshots. */
  readonly id: string;
  /** Index of the parent in the list of topics, −1 for a root. */
  readonly parent: number;
  readonly generatedName: string;
}

/** The names of a topic in the previous snapshot. */
export interface PreviousTopicNames {
  readonly id: string;
  readonly generatedName: string;
  /** The TOPIC part of the line that renamed the topic, normalized; null if no line did. */
  readonly userKey: string | null;
}

/** The result of assigning the user's names to a list of topics. */
interface NamedTopics {
  /** The name of each topic: the user's, or else the generated one. */
  readonly names: readonly string[];
  /**
   * For each topic, the TOPIC part of the line that renames it, normalized; null if no line does. The next build needs
   * it to find the topic even if the generated name changes.
   */
  readonly userKey: readonly (string | null)[];
  /** A warning for each line that renames no topic. */
  readonly warnings: readonly string[];
}

/**
 * Assigns the user's names to topics. The TOPIC of a line is looked up in this order: as an id; as the TOPIC of a line
 * that renamed a topic of the previous snapshot, so that a line keeps its topic even if the generated name changes; as
 * a generated name; as a generated name of the previous snapshot. Names are compared by letters and digits only, so
 * that nobody has to type ` · `. A line that matches no topic or several changes nothing and gives a warning.
 *
 * @param topics a list in which parents come before their subtopics
 * @param previous topics of the previous snapshot; empty for a first build
 * @param file the name of the user's file in warnings
 */
export function assignUserTopicNames(
  topics: readonly NameableTopic[],
  userNames: readonly UserTopicName[],
  previous: readonly PreviousTopicNames[],
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

/**
 * The indices of the topics that the TOPIC of a line can mean, by the first rule that finds any; empty if none does.
 */
function matchingTopics(
  topics: readonly NameableTopic[],
  path: readonly string[],
  previous: readonly PreviousTopicNames[],
): number[] {
  const topicsWhere = (matches: (topic: NameableTopic, i: number) => boolean) =>
    [...topics.keys()].filter((i) => matches(topics[i], i));
  const stillExistingWhere = (matches: (topic: PreviousTopicNames) => boolean) => {
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

/**
 * Whether a path of names ends with the name of a topic, and the names before it are those of some of its ancestors, in
 * order.
 */
function hasPath(topics: readonly NameableTopic[], topic: number, path: readonly string[]): boolean {
  if (normalized(topics[topic].generatedName) !== path[path.length - 1]) return false;
  let step = path.length - 2;
  for (let ancestor = topics[topic].parent; ancestor >= 0 && step >= 0; ancestor = topics[ancestor].parent) {
    if (normalized(topics[ancestor].generatedName) === path[step]) step--;
  }
  return step < 0;
}

/** The letters and digits of a name in lower case; everything between them becomes a single space. */
function normalized(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}
