/**
 * The view of a reading path: a chain of similar papers from one paper to another, as a list and as a line on the map.
 */

import type { ReadingPathResponse } from '../../server/schemas/explore.ts';
import type { PaperSummary } from '../../server/schemas/papers.ts';
import { isAborted, readingPath, search } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import { createStateLink } from '../app/store.ts';
import { createByline, createFactsLine, createPaperFacts } from '../paper/paper-facts.ts';
import { appendHighlightedText } from '../text/highlighted-text.ts';
import { append, el, onHoverOrFocus, onPlainClick } from '../ui/dom.ts';
import { createBibtexButton } from '../ui/export-buttons.ts';
import { formatCount, formatDate } from '../ui/format.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import { pathStepText } from './explore-texts.ts';

// A field that finds a paper by words: a combobox with a listbox (WAI-ARIA Authoring Practices, 'Combobox'). Focus
// stays in the field. The listbox is below the field and not a popup, so that it can be scrolled by touch after the
// virtual keyboard closed.

const DEBOUNCE_MS = 120;
const MAX_OPTIONS = 8;

export interface PaperComboboxInput extends Pick<ViewInput, 'hoverPaper'> {
  label: string;
  /** The id of a paper that is not among the options: the one that the path starts from. */
  excluded: string;
  choose(id: string): void;
}

function createPaperCombobox({ label, excluded, choose, hoverPaper }: PaperComboboxInput): HTMLElement {
  const field = el('input', {
    type: 'text',
    id: 'path-to',
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'go',
    placeholder: 'Search by title or topic',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'path-options',
  });
  const list = el('ul', { class: 'paper-options', id: 'path-options', role: 'listbox', 'aria-label': 'Papers' });
  const status = el('p', { class: 'muted small', role: 'status' });
  const errors = el('div', {});
  let timer: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | null = null;
  let options: { id: string; element: HTMLElement }[] = [];
  /** Index of the active option; −1: none is active, and Enter takes the first one. */
  let active = -1;

  const activate = (index: number) => {
    active = index;
    for (const [i, { element }] of options.entries()) element.setAttribute('aria-selected', String(i === index));
    const option = options[index];
    if (option) field.setAttribute('aria-activedescendant', option.element.id);
    else field.removeAttribute('aria-activedescendant');
    option?.element.scrollIntoView({ block: 'nearest' });
    hoverPaper(option?.id ?? null);
  };
  const setOptions = (newOptions: typeof options) => {
    options = newOptions;
    list.replaceChildren(...options.map(({ element }) => element));
    errors.replaceChildren();
    field.setAttribute('aria-expanded', String(options.length > 0));
    activate(-1);
  };
  const load = async (typed: string) => {
    request?.abort();
    request = new AbortController();
    try {
      const { hits, nearMisses } = await search(
        { q: typed, mode: 'hybrid', limit: MAX_OPTIONS + 1, offset: 0 },
        request.signal,
      );
      const papers = [...hits, ...nearMisses].filter(({ id }) => id !== excluded).slice(0, MAX_OPTIONS);
      setOptions(papers.map((paper, i) => ({ id: paper.id, element: createOption(paper, i) })));
      status.textContent = papers.length === 0 ? 'No matching papers' : `${formatCount(papers.length, 'paper')} found`;
    } catch (error) {
      if (isAborted(error)) return;
      setOptions([]);
      status.textContent = '';
      errors.replaceChildren(createErrorNotice(error, () => void load(typed)));
    }
  };
  const createOption = (paper: PaperSummary, i: number) => {
    const { id, title, date } = paper;
    const option = el('li', { id: `path-option-${i}`, role: 'option', 'aria-selected': 'false', dir: 'auto' });
    appendHighlightedText(option, title);
    append(option, createByline(paper) ?? (date && el('span', { class: 'muted small' }, ` ${formatDate(date)}`)));
    option.addEventListener('click', () => choose(id));
    option.addEventListener('pointerenter', () => hoverPaper(id));
    option.addEventListener('pointerleave', () => hoverPaper(options[active]?.id ?? null));
    return option;
  };
  const close = () => {
    clearTimeout(timer);
    request?.abort();
    setOptions([]);
    status.textContent = '';
  };

  field.addEventListener('input', () => {
    const typed = field.value.trim();
    if (typed === '') return close();
    clearTimeout(timer);
    timer = setTimeout(() => void load(typed), DEBOUNCE_MS);
  });
  field.addEventListener('keydown', (event) => {
    if (options.length === 0 || event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return;
    const last = options.length - 1;
    if (event.key === 'ArrowDown') activate(active === last ? -1 : active + 1);
    else if (event.key === 'ArrowUp') activate(active === -1 ? last : active - 1);
    else if (event.key === 'Enter') choose(options[Math.max(0, active)].id);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener('blur', () => activate(-1));
  // Pressing an option must not take the focus from the field.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  return el('div', { class: 'paper-combobox' }, el('label', { for: 'path-to' }, label), field, status, errors, list);
}

export function createReadingPathView(input: ViewInput): PanelView {
  const { host, store, paperCache, rowsOf } = input;
  const heading = el('h2', { class: 'topic-title', tabindex: -1 }, 'Reading path');
  const body = el('div', {});
  append(host, heading, body);
  let papers: ReadingPathResponse['papers'] = [];
  let items: HTMLElement[] = [];
  let shown = '';

  const show = async (from: string, to: string | null, isPageLoad: boolean) => {
    const key = `${from} ${to}`;
    shown = key;
    papers = [];
    items = [];
    input.changed();
    body.replaceChildren(createSkeleton(to === null ? 1 : 4));
    try {
      if (to === null) {
        const { title } = await paperCache.paper(from);
        if (shown !== key) return;
        body.replaceChildren(...destinationChooser(from, title));
        if (!isPageLoad) body.querySelector('input')?.focus();
        return;
      }
      const path = await readingPath(from, to);
      if (shown !== key) return;
      paperCache.add(path.papers);
      papers = path.papers;
      body.replaceChildren(...pathContent(path));
      input.changed();
      input.zoomTo(papers);
    } catch (error) {
      if (shown === key) body.replaceChildren(createErrorNotice(error, () => void show(from, to, isPageLoad)));
    }
  };

  const destinationChooser = (from: string, title: string) => [
    el('p', { class: 'muted' }, 'Read from one paper to another in small steps.'),
    el('p', { class: 'path-end-label' }, 'From'),
    el('p', { class: 'path-end' }, paperLink({ id: from, title }, '')),
    createPaperCombobox({
      label: 'To',
      excluded: from,
      choose: (to) => store.set({ to }, 'push'),
      hoverPaper: input.hoverPaper,
    }),
  ];

  const pathContent = (path: ReadingPathResponse) => {
    const steps = path.edges.length;
    items = path.papers.map((paper, i) => createEntry(paper, i, path.edges[i]));
    const ids = path.papers.map(({ id }) => id);
    const reverse = createStateLink(store, 'Reverse', { from: ids[ids.length - 1], to: ids[0] });
    const other = createStateLink(store, 'Choose another destination', { to: null });
    const errors = el('div', {});
    const bibtex = createBibtexButton(`Export ${ids.length === 1 ? '' : `these ${ids.length} `}as BibTeX`, ids, errors);
    const summary = steps === 0 ? 'Both ends are the same paper.' : `${formatCount(steps, 'step')}.`;
    return [
      el('p', { class: 'muted', role: 'status' }, summary),
      el('ol', { class: 'hits path' }, ...items),
      el('div', { class: 'actions' }, bibtex, reverse, other),
      errors,
    ];
  };
  const createEntry = (
    paper: ReadingPathResponse['papers'][number],
    i: number,
    edge: ReadingPathResponse['edges'][number] | undefined,
  ) => {
    const authors = createByline(paper);
    const item = el(
      'li',
      { class: 'hit' },
      el('span', { class: 'rank on-map', 'aria-hidden': 'true' }, String(i + 1)),
      paperLink(paper, 'hit-title'),
      authors,
      createFactsLine(input.topicTags.ofPaper(paper.id), createPaperFacts(authors ? {} : paper)),
      edge && el('p', { class: edge.isBridge ? 'path-step bridge' : 'path-step', dir: 'auto' }, pathStepText(edge)),
    );
    onHoverOrFocus(
      item,
      () => input.hoverPaper(paper.id),
      () => input.hoverPaper(null),
    );
    return item;
  };
  const paperLink = ({ id, title }: { id: string; title: string }, className: string) => {
    const link = el('a', { class: className, href: input.paperHref(id), dir: 'auto' });
    appendHighlightedText(link, title);
    onPlainClick(link, () => input.openPaper(id));
    return link;
  };

  return {
    update({ from, to }, before) {
      if (from !== null && shown !== `${from} ${to}`) void show(from, to, before === null);
    },
    pageKey: ({ from, to }) => `${from} ${to}`,
    title: () => 'Reading path · paperfield',
    isInner: true,
    mapHighlights() {
      const rows = rowsOf(papers);
      return rows.length > 0 ? { highlighted: rows, numbered: rows, path: rows } : {};
    },
    highlight(id) {
      items.forEach((item, i) => void item.classList.toggle('highlighted', papers[i].id === id));
    },
    focus({ paper }) {
      const index = papers.findIndex(({ id }) => id === paper);
      items[index]?.querySelector<HTMLElement>('.hit-title')?.focus();
      return index >= 0;
    },
  };
}
