/** Reads from a page of XML what a source needs to go on: how many records it has, tokens, totals, errors. */

/** An element that was asked for. */
export interface OutlinedElement {
  /** Names of the elements around it and its own, without prefixes: `feed/entry/updated`. */
  readonly path: string;
  /** Its own text, trimmed. */
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface XmlOutline {
  /** Name of the outermost element, without prefix; empty if there is none. */
  readonly root: string;
  /** Whether the outermost element ends. */
  readonly isComplete: boolean;
  readonly elements: readonly OutlinedElement[];
  /** The texts of the elements with this path. */
  texts(path: string): string[];
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/**
 * Parses XML tolerantly: faults within a record are left to its reader, who says which record it was.
 *
 * @param watched names, without prefixes, of the elements to return
 */
export async function outlineXml(bytes: Uint8Array, watched: readonly string[]): Promise<XmlOutline> {
  const { default: sax } = await import('sax');
  const text = decode(bytes);
  const names = new Set(watched);
  const path: string[] = [];
  const open: { depth: number; path: string; text: string; attributes: Record<string, string> }[] = [];
  const elements: OutlinedElement[] = [];
  let root = '';
  const parser = sax.parser(true, { position: false });
  parser.onerror = () => {
    // The types do not know that this is how a parser goes on after a fault.
    parser.error = null as unknown as Error;
    parser.resume();
  };
  parser.onopentag = ({ name, attributes }) => {
    const local = localName(name);
    if (root === '') root = local;
    path.push(local);
    if (!names.has(local)) return;
    const plain = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [localName(key), String(value)]));
    open.push({ depth: path.length, path: path.join('/'), text: '', attributes: plain });
  };
  const onText = (piece: string) => {
    const element = open.at(-1);
    if (element?.depth === path.length) element.text += piece;
  };
  parser.ontext = onText;
  parser.oncdata = onText;
  parser.onclosetag = () => {
    if (open.at(-1)?.depth === path.length) {
      const element = open.pop();
      if (element) elements.push({ path: element.path, text: element.text.trim(), attributes: element.attributes });
    }
    path.pop();
  };
  parser.write(text);
  // By the last characters, not by the parser: an element that is not closed within a record is no reason to refuse all.
  const end = /<\/(?:[\w.-]+:)?([\w.-]+)\s*>\s*(?:<!--(?:(?!-->)[\s\S])*-->\s*)*$/.exec(text.slice(-4096));
  return {
    root,
    isComplete:
      root !== '' &&
      (end?.[1] === root || new RegExp(`^[^<]*(?:<[?!][^>]*>\\s*)*<[^<>]*${root}[^<>]*/>\\s*$`).test(text)),
    elements,
    texts: (wanted) => elements.flatMap((element) => (element.path === wanted ? [element.text] : [])),
  };
}

/** UTF-16 by its mark; all else as UTF-8, which shows names and digits right in every encoding that feeds have. */
function decode(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
