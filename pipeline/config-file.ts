/** Reads and locates what a user wrote in a config file: JSON with comments and trailing commas. */
import { existsSync, readFileSync } from 'node:fs';
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { errorMessage, PaperfieldError } from './core/errors.ts';

/** Name of the config file, which is read from the working directory if it exists there. */
export const CONFIG_FILE = 'paperfield.config.json';

/** The content of a config file, before anything of it is checked. */
export interface ConfigFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Where a value is, for messages: `paperfield.config.json:12:5`; of the nearest value around it, if it is missing. */
  locate(path: readonly PropertyKey[]): string;
}

/**
 * Reads a config file.
 *
 * @param file its path; undefined for `paperfield.config.json` in the working directory
 * @returns undefined, if no path is given and there is no such file
 * @throws PaperfieldError bad_request, if it cannot be read, or is not one object of JSON
 */
export function readConfigFile(file: string | undefined): ConfigFile | undefined {
  const path = file ?? CONFIG_FILE;
  if (file === undefined && !existsSync(path)) return undefined;
  const refuse = (reason: string) =>
    new PaperfieldError('bad_request', `${path}: is not a JSON object of options (${reason})`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw refuse(errorMessage(error));
  }
  const positionOf = (offset: number) => {
    const before = text.slice(0, offset).split('\n');
    return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
  };
  const faults: ParseError[] = [];
  const root = parseTree(text, faults, { allowTrailingComma: true });
  const [fault] = faults;
  if (fault) throw refuse(`${reasonOf(fault)} at ${positionOf(fault.offset)}`);
  if (root?.type !== 'object') throw refuse('expected {…}');
  return {
    path,
    content: nodeValue(root) as Record<string, unknown>,
    locate(segments) {
      for (let length = segments.length; length > 0; length--) {
        const around = segments.slice(0, length).map((part) => (typeof part === 'number' ? part : String(part)));
        const node = findNodeAtLocation(root, around);
        if (node) return `${path}:${positionOf(node.offset)}`;
      }
      return path;
    },
  };
}

/** @example reasonOf({ error: CommaExpected, … }) // 'comma expected' */
function reasonOf({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/** The value of a node. Not by `getNodeValue`, for which a key named `__proto__` would be more than a key. */
function nodeValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(nodeValue);
  if (node.type !== 'object') return node.value;
  const pairs = (node.children ?? []).flatMap(({ children = [] }): [string, unknown][] => {
    const [key, value] = children;
    return key && value ? [[String(key.value), nodeValue(value)]] : [];
  });
  return Object.fromEntries(pairs);
}
