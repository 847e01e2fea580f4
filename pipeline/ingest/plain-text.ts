/**
 * One line of well-formed Unicode: runs of white space and control characters become one space, a surrogate without its
 * other half becomes U+FFFD. Everything else stays as it was written, HTML and right-to-left marks included.
 */
export function plainText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\s\p{Control}]+/gu, ' ')
    .trim();
}

/** Whether a reader would see nothing: only white space, control characters and characters without a glyph. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Control}\p{Format}\p{Default_Ignorable_Code_Point}]/u.test(text);
}
