/** Who wrote a paper, in a line of a list and on the paper's own page. */
import { append, el } from '../ui/dom.ts';

/** So many are named on a paper's page before the rest is folded away: a line or four. */
const NAMED = 12;

/**
 * `['Ada Li', 'Bo Wu']` of 2 → `Ada Li, Bo Wu` and nobody else; of six → `Ada Li, Bo Wu` and four.
 *
 * @param names the first of them
 * @param all how many there are, where that is known
 */
export function firstAuthors(
  names: readonly string[],
  all: number | null | undefined,
): { named: string; rest: number } {
  const many = Math.max(all ?? 0, names.length);
  // One who would be counted may as well be named.
  const shown = many <= names.length ? names : names.slice(0, 2);
  return { named: shown.join(', '), rest: many - shown.length };
}

/**
 * All authors; of very many the first, and the others when asked for.
 *
 * @param linked a name that leads to what its author wrote
 */
export function authorLine(names: readonly string[], linked: (name: string) => HTMLElement): HTMLElement {
  const listed = (some: readonly string[]) =>
    some.flatMap((name, i) => (i > 0 ? [', ', linked(name)] : [linked(name)]));
  const line = el('p', { class: 'paper-authors', dir: 'auto', tabindex: -1 });
  if (names.length <= NAMED + 2) {
    append(line, ...listed(names));
    return line;
  }
  const more = el('button', { type: 'button', class: 'link' }, `and ${names.length - NAMED} more`);
  more.addEventListener('click', () => {
    line.replaceChildren(...listed(names));
    line.focus();
  });
  append(line, ...listed(names.slice(0, NAMED)), ' ', more);
  return line;
}
