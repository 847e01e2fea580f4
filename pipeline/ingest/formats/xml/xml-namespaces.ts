/** Namespaces and attributes of XML elements. Pure functions. */
import { withoutC1Controls } from '../html-text.ts';

/** The attributes of a start tag by their names as written. */
export type Attributes = Readonly<Record<string, string>>;

/** The names and addresses of namespaces in scope, by prefix. */
export type Scope = ReadonlyMap<string, string>;

export const OUTERMOST_SCOPE: Scope = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);

/** The prefix of a name, '' if it has none, and the name without it. */
export function splitName(written: string): readonly [string, string] {
  const colon = written.indexOf(':');
  return colon < 0 ? ['', written] : [written.slice(0, colon), written.slice(colon + 1)];
}

/** Beyond this many, prefixes are ignored: real documents have a dozen, and copying them all takes time. */
const MAX_PREFIXES = 100;

/** The scope within an element with these attributes. */
export function scopeWithin(scope: Scope, attributes: Attributes): Scope {
  const declared = Object.entries(attributes).filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (declared.length === 0) return scope;
  const added = declared
    .slice(0, MAX_PREFIXES)
    .map(([name, uri]) => [name.slice('xmlns:'.length), uri.trim()] as const);
  return scope.size < MAX_PREFIXES ? new Map([...scope, ...added]) : scope;
}

/** The values of attributes by name without prefix, without declarations. One without prefix has precedence. */
export function valuesOf(attributes: Attributes): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [written, value] of Object.entries(attributes)) {
    const [prefix, name] = splitName(written);
    if (written === 'xmlns' || prefix === 'xmlns' || name === '__proto__') continue;
    if (prefix === '' || !Object.hasOwn(values, name)) values[name] = withoutC1Controls(value);
  }
  return values;
}
