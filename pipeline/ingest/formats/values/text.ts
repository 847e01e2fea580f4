/** Titles, abstracts and other texts as tables and JSON files hold them: with tags, entities and words for 'nothing'. */
import { isBlank, normalizeWhitespace } from '../../parsed-paper.ts';
import { plainTextOfHtml } from '../html-text.ts';

/**
 * A text as one line of plain Unicode: tags of HTML, JATS and MathML are removed, entities decoded (those that were
 * encoded twice too), white space is one space. TeX stays as it is.
 */
export function plainText(text: string): string {
  let plain = text;
  // Twice: exports write `&lt;sub&gt;` for a tag, and `&amp;amp;` for an ampersand.
  for (let round = 0; round < 2 && /[<&]/.test(plain); round++) plain = plainTextOfHtml(plain);
  return normalizeWhitespace(plain);
}

/** Cells and strings that say that there is no value: what pandas, R, databases and spreadsheets write for it. */
const NO_VALUE = /^(?:nan|<na>|n\/a|#n\/a|null|\\n|none|undefined|nil|-{1,3}|\?)$/i;
/** What databases of papers write in place of an abstract. Of a title it might be the title. */
const NO_ABSTRACT = /^\[?(?:no abstract(?: available)?|abstract not available|not available)\]?\.?$/i;

/** Whether a text says nothing: it is blank, or a word for 'no value' such as `NaN`. */
export function isNoValue(text: string): boolean {
  return isBlank(text) || (text.length < 40 && NO_VALUE.test(text.trim()));
}

/** Whether a text says that there is no abstract: `[No abstract available]`. */
export function isNoAbstract(text: string): boolean {
  return text.length < 40 && NO_ABSTRACT.test(text.trim());
}

/** A value as a text, or undefined if it is none or says nothing. Of a list it is the first text that says something. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return isNoValue(value) ? undefined : plainText(value) || undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return textOf(value.find((one) => typeof one === 'string' && !isNoValue(one)));
  return undefined;
}
