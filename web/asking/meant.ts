import { el, onPress } from '../dom.ts';

/** The query as it may have been meant, one press away; nothing where it was meant as it was written. */
export function meant(
  query: string | null,
  { hrefOf, find }: { hrefOf(query: string): string; find(query: string): void },
): HTMLElement | null {
  if (query === null) return null;
  const link = el('a', { href: hrefOf(query), dir: 'auto' }, query);
  onPress(link, () => find(query));
  return el('p', { class: 'meant' }, 'Did you mean ', link, '?');
}
