/** The answer to a query as a list, page by page. Answers that come too late are dropped. */
import type { Hit, SearchMode } from '../server/contract.ts';
import { isAborted, search } from './api.ts';
import { announce, el } from './dom.ts';
import { bones, createHitList, type HitListInput, trouble } from './hit-list.ts';
import { count } from './wording.ts';

const PAGE = 30;

export interface Results {
  hits(): readonly Hit[];
  /** A full answer stands in the list, be it an empty one. */
  answered(): boolean;
  /** Looks up a query; an empty one empties the list. */
  run(q: string, mode: SearchMode): void;
  light(id: string | null): void;
  focus(id: string): boolean;
}

/** @param changed called when there are other hits, or none any more. */
export function createResults(
  host: HTMLElement,
  input: HitListInput,
  changed: (hits: readonly Hit[]) => void,
): Results {
  const list = createHitList(input);
  const heading = el('h2', { class: 'results-count' });
  const more = el('button', { type: 'button', class: 'button more' });
  const below = el('div', { class: 'results-below' });
  host.append(heading, list.element, below);

  let hits: Hit[] = [];
  let total = 0;
  let asked = { q: '', mode: 'hybrid' as SearchMode };
  let answered = false;
  let underway: AbortController | null = null;

  const settle = (found: Hit[], from: number) => {
    answered = true;
    hits = from === 0 ? found : [...hits, ...found];
    list.put(found, from);
    host.removeAttribute('aria-busy');
    const rest = total - hits.length;
    more.textContent = `Show ${Math.min(rest, PAGE)} more`;
    below.replaceChildren(...(rest > 0 && found.length > 0 ? [more] : []));
    heading.textContent = total === 0 ? 'Nothing found' : `${count(total, 'paper')}, the nearest first`;
    if (total === 0) below.replaceChildren(emptyWords(asked.mode));
    announce(total === 0 ? 'Nothing found' : `${count(total, 'paper')} found, ${hits.length} listed`);
    changed(hits);
  };

  const fetchPage = async (offset: number) => {
    underway?.abort();
    const mine = new AbortController();
    underway = mine;
    host.setAttribute('aria-busy', 'true');
    if (offset === 0 && hits.length === 0) below.replaceChildren(bones(6));
    try {
      const answer = await search({ ...asked, limit: PAGE, offset }, mine.signal);
      if (mine !== underway) return;
      total = answer.total;
      settle(answer.hits, offset);
    } catch (error) {
      if (isAborted(error) || mine !== underway) return;
      host.removeAttribute('aria-busy');
      if (offset === 0) {
        hits = [];
        answered = false;
        list.put([], 0);
        heading.textContent = 'The search did not work';
        changed(hits);
      }
      below.replaceChildren(trouble(error, () => void fetchPage(offset)));
    }
  };

  more.addEventListener('click', async () => {
    const last = hits.length;
    await fetchPage(last);
    if (hits[last]) list.focus(hits[last].id);
  });

  return {
    hits: () => hits,
    answered: () => answered,
    run(q, mode) {
      if (q === asked.q && (mode === asked.mode || !q)) return;
      asked = { q, mode };
      if (q) return void fetchPage(0);
      underway?.abort();
      underway = null;
      hits = [];
      answered = false;
      list.put([], 0);
      below.replaceChildren();
      host.removeAttribute('aria-busy');
      announce('');
      changed(hits);
    },
    light: list.light,
    focus: list.focus,
  };
}

function emptyWords(mode: SearchMode): HTMLElement {
  const advice =
    mode === 'keyword'
      ? 'No paper here holds these words. Search by Meaning finds papers that say it differently.'
      : 'Nothing here is about that. Other or fewer words may help.';
  return el('p', { class: 'quiet' }, advice);
}
