/** Whom `like:` and `not:` mean: a query names papers by their ids, a person knows them by their titles. */
import { append, el, onPress } from '../dom.ts';
import { appendMarked } from '../papers/marked.ts';
import { likenedIn } from './query-text.ts';

export interface LikenedInput {
  href(id: string): string;
  open(id: string): void;
  /** null where there is no such paper, or it cannot be had. */
  titleOf(id: string): Promise<string | null>;
}

/** The papers that a query names, by title; null where it names none. */
export function likenedLine(query: string, { href, open, titleOf }: LikenedInput): HTMLElement | null {
  const named = likenedIn(query);
  if (named.length === 0) return null;
  const lines = named.map(({ id, isLike }) => {
    const link = el('a', { href: href(id), dir: 'auto' }, id);
    onPress(link, () => open(id));
    void titleOf(id).then((title) => {
      if (title === null) return;
      link.replaceChildren();
      appendMarked(link, title);
    });
    const line = el('p', { class: 'likened' });
    append(line, isLike ? 'Like ' : 'Not like ', link);
    return line;
  });
  return el('div', {}, ...lines);
}
