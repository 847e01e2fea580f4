/** One paper to read, and the papers most like it. */
import type { Hit, PaperAnswer, SearchMode } from '../server/contract.ts';
import { append, el } from './dom.ts';
import { bones, createHitList, facts, type HitListInput, trouble } from './hit-list.ts';
import { icon } from './icons.ts';
import type { Library } from './library.ts';
import { appendAnswering } from './marked.ts';
import { likeQuery, withoutLike } from './query-text.ts';
import type { Tags } from './tags.ts';

export interface PaperView {
  /** Shows a paper; null empties the view. */
  show(id: string | null): void;
  similar(): readonly Hit[];
  light(id: string | null): void;
}

export interface PaperInput extends HitListInput {
  library: Library;
  tags: Tags;
  /** The query that led here; empty where none did. */
  asked(): string;
  mode(): SearchMode;
  find(query: string): void;
  /** The title is there: the page's title and focus follow. */
  shown(paper: PaperAnswer): void;
  /** The similar papers are there, or gone. */
  changed(): void;
}

/** An address that is safe to link to, or null: only the web's own schemes, whatever the input said. */
export function safeLink(url: string | null): string | null {
  if (!url) return null;
  try {
    const { protocol, href } = new URL(url);
    return protocol === 'https:' || protocol === 'http:' ? href : null;
  } catch {
    return null;
  }
}

/** From a paper to a query: papers like it, or what was asked without papers like it. */
function actionsOf(paper: PaperAnswer, { asked, find }: PaperInput): HTMLElement {
  const row = el('div', { class: 'actions' });
  const link = safeLink(paper.url);
  if (link) {
    const out = el(
      'a',
      { class: 'button', href: link, target: '_blank', rel: 'noopener noreferrer' },
      'Open the paper',
    );
    out.appendChild(icon('out'));
    row.appendChild(out);
  }
  const add = (words: string, title: string, query: () => string) => {
    const button = el('button', { type: 'button', class: 'button', title }, words);
    button.addEventListener('click', () => find(query()));
    row.appendChild(button);
  };
  add('More like this', 'Search for papers like this one; add words or filters to the query', () =>
    likeQuery(paper.id),
  );
  if (asked()) add('Not like this', 'Search again without papers like this one', () => withoutLike(asked(), paper.id));
  return row;
}

/** The abstract, with the sentence that answers what was asked. */
function paragraphsOf({ abstract, why }: PaperAnswer): HTMLElement[] {
  let from = 0;
  // Every other part is the blank line between two paragraphs.
  return abstract.split(/(\n\s*\n)/).flatMap((text, i) => {
    const paragraph = el('p', { class: 'abstract', dir: 'auto' });
    appendAnswering(paragraph, text, why, from);
    from += text.length;
    return i % 2 === 0 ? [paragraph] : [];
  });
}

function bodyOf(paper: PaperAnswer, input: PaperInput): HTMLElement {
  const article = el('article', { class: 'paper' });
  const authors = paper.authors?.length ? paper.authors.join(', ') : null;
  append(
    article,
    el('h2', { class: 'paper-title', tabindex: -1, dir: 'auto' }, paper.title),
    authors && el('p', { class: 'paper-authors', dir: 'auto' }, authors),
    el('div', { class: 'hit-facts' }, input.tags.ofPaper(paper.id), facts(paper, paper.venue)),
  );
  append(article, ...paragraphsOf(paper));
  if (paper.categories?.length) append(article, el('p', { class: 'quiet small' }, paper.categories.join(' · ')));
  article.appendChild(actionsOf(paper, input));
  return article;
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

  const load = async (id: string) => {
    try {
      const paper = await library.paper(id, { q: input.asked(), mode: input.mode() });
      if (showing !== id) return;
      body.replaceChildren(bodyOf(paper, input));
      input.shown(paper);
    } catch (error) {
      if (showing !== id) return;
      body.replaceChildren(trouble(error, () => start(id)));
      heading.hidden = true;
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

  const start = (id: string) => {
    const known = library.known(id);
    const title = el('h2', { class: 'paper-title', dir: 'auto' }, known?.title ?? '');
    body.replaceChildren(known ? title : '', bones(2));
    heading.hidden = false;
    list.put([], 0);
    similar = [];
    below.replaceChildren(bones(3));
    void load(id);
  };

  return {
    show(id) {
      if (id === showing) return;
      showing = id;
      similar = [];
      if (id !== null) start(id);
      input.changed();
    },
    similar: () => similar,
    light: list.light,
  };
}
