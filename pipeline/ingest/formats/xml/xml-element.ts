/** Elements of XML as small trees, and what a reader of XML finds. */

/** An element of XML with all that it contains. */
export interface XmlElement {
  /** The name without prefix. */
  readonly name: string;
  /** The address of the namespace; '' for none; the prefix itself where a damaged document does not declare it. */
  readonly namespace: string;
  /** The values by name without prefix, character references decoded; without declarations of namespaces. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The elements directly within it, in order. */
  readonly children: readonly XmlElement[];
  /** The texts and elements directly within it, in order. */
  readonly content: readonly (string | XmlElement)[];
  /** All text within it, that of the elements within it included, white space as written. */
  readonly text: string;
}

/** What `readXmlElements` finds. */
export type XmlPart =
  /** The start of a document: its outermost element, without what it contains. */
  | {
      readonly kind: 'root';
      readonly line: number;
      readonly name: string;
      readonly namespace: string;
      readonly excerpt: string;
    }
  | {
      readonly kind: 'element';
      /** 1-based line of its start tag. */
      readonly line: number;
      /** The name of the element that contains it, without prefix; '' if none does. */
      readonly parent: string;
      readonly element: XmlElement;
      /** Its beginning as it is written, for issues. */
      readonly excerpt: string;
    }
  /** A damaged part. Elements of that name after it are read again. */
  | { readonly kind: 'problem'; readonly line: number; readonly problem: string; readonly excerpt: string };

/** What else is read, and limits that keep the memory bounded. */
export interface XmlOptions {
  /** Names of elements that are read, too, but only before the first one with one of the other names. */
  readonly headNames?: readonly string[];
  /** Maximum length of an element that is read, and of a comment or a tag, in characters. Default: 16 Mi. */
  readonly maxLength?: number;
  /** How deep elements may be nested within an element that is read. Default: 200. */
  readonly maxDepth?: number;
  /** How many elements and attributes an element that is read may contain. Default: 300,000. */
  readonly maxNodes?: number;
}

/** The first element directly within another with this name and, if given, a namespace that matches. */
export function childOf(element: XmlElement | undefined, name: string, namespace?: RegExp): XmlElement | undefined {
  return element?.children.find((child) => isNamed(child, name, namespace));
}

/** All elements directly within another with this name and, if given, a namespace that matches. */
export function childrenOf(element: XmlElement | undefined, name: string, namespace?: RegExp): readonly XmlElement[] {
  return element?.children.filter((child) => isNamed(child, name, namespace)) ?? [];
}

function isNamed(element: XmlElement, name: string, namespace: RegExp | undefined): boolean {
  return element.name === name && (namespace?.test(element.namespace) ?? true);
}
