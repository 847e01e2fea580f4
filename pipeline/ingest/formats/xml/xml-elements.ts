/**
 * Reads the repeated elements of XML, one small tree after the other: the entries of a feed, the articles of PubMed.
 * Entities that a document declares are never expanded, and nothing outside the document is ever read.
 */
import { ElementScanner } from './element-scanner.ts';
import type { XmlOptions, XmlPart } from './xml-element.ts';
import { XmlDecoder } from './xml-encoding.ts';

const DEFAULT_OPTIONS = {
  headNames: [],
  maxLength: 16 * 2 ** 20,
  maxDepth: 200,
  maxNodes: 300_000,
} satisfies XmlOptions;

/**
 * Reads the elements with these names (without prefix) wherever they are, but not those within another one of them.
 * Memory is bounded by `options`. Reading is strict, except for what real services send: undeclared entities (those of
 * HTML are decoded, others stay as written), a bare '&' or '<', attributes without value or quotes, control characters,
 * prefixes that are not declared, text before the XML, several documents one after the other. After any other damage,
 * reading goes on at the next start tag with one of the names.
 *
 * The encoding is that of a byte order mark, or else of the XML declaration, or else UTF-8; invalid bytes become U+FFFD.
 *
 * @throws only what `bytes` throws
 */
export async function* readXmlElements(
  bytes: AsyncIterable<Uint8Array>,
  names: readonly string[],
  options: XmlOptions = {},
): AsyncGenerator<XmlPart> {
  const decoder = new XmlDecoder();
  const scanner = new ElementScanner(names, { ...DEFAULT_OPTIONS, ...options });
  for await (const chunk of bytes) {
    yield* scanner.push(decoder.push(chunk));
    if (decoder.problem) break;
  }
  if (!decoder.problem) yield* scanner.push(decoder.end());
  if (decoder.problem) yield { kind: 'problem', line: 1, problem: decoder.problem, excerpt: '' };
  else yield* scanner.end();
}
