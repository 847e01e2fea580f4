/**
 * One line of well-formed Unicode: every run of white space and control characters becomes one space, an unpaired
 * surrogate becomes U+FFFD. Everything else stays as it is, HTML and right-to-left marks included: the page shows titles
 * as text and never as HTML.
 */
export function normalizeWhitespace(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\s\p{Control}]+/gu, ' ')
    .trim();
}

/** Whether a reader would see nothing: only white space, control characters and characters without a glyph. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Control}\p{Format}\p{Default_Ignorable_Code_Point}]/u.test(text);
}
