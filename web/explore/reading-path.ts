/** The view of a reading path: from one paper to another by similar papers, as a list and as a line on the map. */
import type { PathResponse } from '../../server/schemas/explore.ts';
import { readingPath } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import type { State } from '../app/state.ts';
import { byline, factsLine, paperFacts } from '../paper/paper-facts.ts';
import { appendHighlighted } from '../text/highlighted-text.ts';
import { append, el, onPress } from '../ui/dom.ts';
import { bibtexButton } from '../ui/export-buttons.ts';
import { formatCount } from '../ui/format.ts';
import { errorNotice, skeleton } from '../ui/placeholders.ts';
import { stepText } from './format.ts';
import { createPaperCombobox } from './paper-combobox.ts';

export function readingPathView(input: ViewInput): PanelView {
  const { host, store, paperCache, rowsOf } = input;
  const heading = el('h2', { class: 'topic-title', tabindex: -1 }, 'Reading path');
  const body = el('div', {});
  append(host, heading, body);
  let papers: PathResponse['papers'] = [];
  let items: HTMLElement[] = [];
  let shown = '';

  const show = async (from: string, to: string | null, isPageLoad: boolean) => {
    const key = `${from} ${to}`;
    shown = key;
    papers = [];
    items = [];
    input.changed();
    body.replaceChildren(skeleton(to === null ? 1 : 4));
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
      if (shown === key) body.replaceChildren(errorNotice(error, () => void show(from, to, isPageLoad)));
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

  const pathContent = (path: PathResponse) => {
    const steps = path.edges.length;
    items = path.papers.map((paper, i) => createEntry(paper, i, path.edges[i]));
    const ids = path.papers.map(({ id }) => id);
    const reverse = stateLink('Reverse', { from: ids[ids.length - 1], to: ids[0] });
    const other = stateLink('Choose another destination', { to: null });
    const errors = el('div', {});
    const bibtex = bibtexButton(`Export ${ids.length === 1 ? '' : `these ${ids.length} `}as BibTeX`, ids, errors);
    const summary = steps === 0 ? 'Both ends are the same paper.' : `${formatCount(steps, 'step')}.`;
    return [
      el('p', { class: 'muted', role: 'status' }, summary),
      el('ol', { class: 'hits path' }, ...items),
      el('div', { class: 'actions' }, bibtex, reverse, other),
      errors,
    ];
  };
  const createEntry = (
    paper: PathResponse['papers'][number],
    i: number,
    edge: PathResponse['edges'][number] | undefined,
  ) => {
    const authors = byline(paper);
    const item = el(
      'li',
      { class: 'hit' },
      el('span', { class: 'rank on-map', 'aria-hidden': 'true' }, String(i + 1)),
      paperLink(paper, 'hit-title'),
      authors,
      factsLine(input.topicTags.ofPaper(paper.id), paperFacts(authors ? {} : paper)),
      edge && el('p', { class: edge.isBridge ? 'path-step bridge' : 'path-step', dir: 'auto' }, stepText(edge)),
    );
    for (const event of ['pointerenter', 'focusin']) item.addEventListener(event, () => input.hoverPaper(paper.id));
    for (const event of ['pointerleave', 'focusout']) item.addEventListener(event, () => input.hoverPaper(null));
    return item;
  };
  const paperLink = ({ id, title }: { id: string; title: string }, className: string) => {
    const link = el('a', { class: className, href: input.paperHref(id), dir: 'auto' });
    appendHighlighted(link, title);
    onPress(link, () => input.openPaper(id));
    return link;
  };
  const stateLink = (label: string, patch: Partial<State>) => {
    const link = el('a', { class: 'button', href: store.href(patch) }, label);
    onPress(link, () => store.set(patch, 'push'));
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
