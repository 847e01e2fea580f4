/** One paper to read, and the papers most like it. */
import type { Hit, PaperAnswer, SearchMode } from '../../server/contract.ts';
import { isRefused, messageOf } from '../api.ts';
import { el, onPress } from '../dom.ts';
import { formulasOf } from '../mathematics/find.ts';
import { loadTypesetting } from '../mathematics/formula.ts';
import { shortened } from '../wording.ts';
import { bones, createHitList, trouble } from './hit-list.ts';
import type { Library } from './library.ts';
import { type PaperBodyInput, paperBody } from './paper-body.ts';

export interface PaperView {
  /** Shows a paper; null empties the view. */
  show(id: string | null): void;
  similar(): readonly Hit[];
  /** The papers nearest to it by meaning. */
  neighbors(): PaperAnswer['neighbors'];
  light(id: string | null): void;
}

export interface PaperInput extends PaperBodyInput {
  library: Library;
  mode(): SearchMode;
  /** The title is there: the page's title and focus follow. */
  shown(paper: PaperAnswer): void;
  /** There is no such paper. */
  lost(): void;
  hrefOf(query: string): string;
  /** The similar papers or the neighbours are there, or gone. */
  changed(): void;
}

export function createPaperView(host: HTMLElement, input: PaperInput): PaperView {
  const { library } = input;
  const list = createHitList(input);
  const body = el('div', {});
  const below = el('div', {});
  const heading = el('h3', { class: 'section-title' }, 'Similar papers');
  host.append(body, heading, list.element, below);

  let showing: string | null = null;
  let similar: readonly Hit[] = [];
  let neighbors: PaperAnswer['neighbors'] = [];

  const load = async (id: string) => {
    try {
      const paper = await library.paper(id, { q: input.asked(), mode: input.mode() });
      // Set from the start: what is read first as TeX and then as a formula would move the lines below it.
      if (formulasOf(`${paper.title}\n\n${paper.abstract}`).length > 0) await loadTypesetting();
      if (showing !== id) return;
      neighbors = paper.neighbors;
      body.replaceChildren(paperBody(paper, input));
      // Not sooner: the paper would push them down when it comes.
      heading.hidden = false;
      below.replaceChildren(bones(3));
      input.shown(paper);
      input.changed();
    } catch (error) {
      if (showing !== id) return;
      body.replaceChildren(...(isRefused(error) ? missing(id, error) : [trouble(error, () => start(id))]));
      heading.hidden = true;
      if (isRefused(error)) input.lost();
      below.replaceChildren();
      return;
    }
    try {
      const hits = await library.similar(id);
      if (showing !== id) return;
      similar = hits;
      list.put(hits, 0);
      heading.hidden = hits.length === 0;
      below.replaceChildren();
    } catch (error) {
      if (showing === id) below.replaceChildren(trouble(error, () => start(id)));
    }
    if (showing === id) input.changed();
  };

  /** A paper that is not there: it may have been, when the link was made. */
  const missing = (id: string, error: unknown): HTMLElement[] => {
    const again = el('a', { href: input.hrefOf(id) }, `Search for “${shortened(id, 40)}”`);
    onPress(again, () => input.find(id));
    return [
      el('h2', { class: 'paper-title', tabindex: -1 }, 'No such paper'),
      el('p', { role: 'alert' }, messageOf(error)),
      el('p', { class: 'quiet' }, 'It may have been here when the link to it was made. ', again, '.'),
    ];
  };

  const start = (id: string) => {
    const known = library.known(id);
    const title = el('h2', { class: 'paper-title', dir: 'auto' }, known?.title ?? '');
    body.replaceChildren(known ? title : '', bones(5));
    heading.hidden = true;
    list.put([], 0);
    similar = [];
    neighbors = [];
    below.replaceChildren();
    void load(id);
  };

  return {
    show(id) {
      if (id === showing) return;
      showing = id;
      similar = [];
      neighbors = [];
      if (id !== null) start(id);
      input.changed();
    },
    similar: () => similar,
    neighbors: () => neighbors,
    light: list.light,
  };
}
