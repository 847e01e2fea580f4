/** Fetches one page as bytes and checks it within the attempt, so that a damaged page is fetched again. */
import type { z } from 'zod';
import { collectBytes } from '../http/answer-body.ts';
import { damagedAnswer } from '../http/fetch-error.ts';
import type { HttpAnswer } from '../http/http-types.ts';
import type { PageRequest, SourceContext } from '../source.ts';
import { outlineXml, type XmlOutline } from './xml-outline.ts';

/** A page, and what was learned from it. */
export interface CheckedPage<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
  readonly answer: HttpAnswer;
}

/**
 * Fetches a page of JSON.
 *
 * @param schema what the source must know of it; the rest is not looked at
 * @param check throws a transient FetchError for a page that is not yet the right one
 */
export function getJson<T>(
  context: SourceContext,
  request: Omit<PageRequest, 'expects'>,
  schema: z.ZodType<T>,
  check: (value: T) => void = () => undefined,
): Promise<CheckedPage<T>> {
  return context.get({ ...request, expects: 'json' }, async (answer) => {
    const bytes = await collectBytes(answer.body);
    let content: unknown;
    try {
      content = JSON.parse(bytes.toString('utf8'));
    } catch {
      throw damagedAnswer(request.url, 'the answer is cut off, or is not JSON');
    }
    const parsed = schema.safeParse(content);
    if (!parsed.success) {
      const [{ path, message }] = parsed.error.issues;
      throw damagedAnswer(
        request.url,
        `the answer is not what this API gives (${path.join('.') || 'all'}: ${message})`,
      );
    }
    check(parsed.data);
    return { bytes, value: parsed.data, answer };
  });
}

/**
 * Fetches a page of XML.
 *
 * @param roots names that the outermost element may have
 * @param watched names of elements whose text and attributes the source must know
 * @param check as in `getJson`
 * @returns undefined as `value`, if the server says that nothing has changed
 */
export function getXml(
  context: SourceContext,
  request: Omit<PageRequest, 'expects'>,
  roots: readonly string[],
  watched: readonly string[],
  check: (outline: XmlOutline) => void = () => undefined,
): Promise<CheckedPage<XmlOutline | undefined>> {
  return context.get({ ...request, expects: 'xml' }, async (answer) => {
    const bytes = await collectBytes(answer.body);
    if (answer.isUnchanged) return { bytes, value: undefined, answer };
    const outline = await outlineXml(bytes, watched);
    if (!roots.includes(outline.root)) {
      const found = outline.root === '' ? 'no XML' : `<${outline.root}>`;
      throw damagedAnswer(request.url, `expected <${roots.join('> or <')}>, found ${found}`);
    }
    if (!outline.isComplete) throw damagedAnswer(request.url, `the XML is cut off: </${outline.root}> is missing`);
    check(outline);
    return { bytes, value: outline, answer };
  });
}
