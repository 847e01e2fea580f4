/** A reading path: from one paper to another by close steps, as a list and as a line on the map. */
import type { PathAnswer } from '../../server/schemas/explore.ts';
import { readingPath } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel-view.ts';
import type { State } from '../app/state.ts';
import { bones, byLine, facts, factsLine, trouble } from '../paper/hit-list.ts';
import { appendMarked } from '../text/highlighted-text.ts';
import { append, el, onPress } from '../ui/dom.ts';
import { bibtexButton } from '../ui/export-buttons.ts';
import { count } from '../ui/format.ts';
import { stepWords } from './format.ts';
import { createChooser } from './paper-combobox.ts';

export function pathView(input: ViewInput): PanelView {
  const { host, store, library, rowsOf } = input;
  const heading = el('h2', { class: 'topic-title', tabindex: -1 }, 'Reading path');
  const body = el('div', {});
  append(host, heading, body);
  let papers: PathAnswer['papers'] = [];
  let items: HTMLElement[] = [];
  let shown = '';

  const show = async (from: string, to: string | null, isStart: boolean) => {
    const page = `${from} ${to}`;
    shown = page;
    papers = [];
    items = [];
    input.changed();
    body.replaceChildren(bones(to === null ? 1 : 4));
    try {
      if (to === null) {
        const { title } = await library.paper(from);
        if (shown === page) body.replaceChildren(...choosing(from, title));
        if (shown === page && !isStart) body.querySelector('input')?.focus();
        return;
      }
      const path = await readingPath(from, to);
      if (shown !== page) return;
      library.note(path.papers);
      papers = path.papers;
      body.replaceChildren(...pathParts(path));
      input.changed();
      input.zoomTo(papers);
    } catch (error) {
      if (shown === page) body.replaceChildren(trouble(error, () => void show(from, to, isStart)));
    }
  };

  const choosing = (from: string, title: string) => [
    el('p', { class: 'quiet' }, 'A way of reading by small steps, each to a paper near the one before. It begins with'),
    el('p', { class: 'path-end' }, paperLink({ id: from, title }, '')),
    createChooser({
      label: 'and leads to',
      except: from,
      choose: (to) => store.set({ to }, 'push'),
      point: input.point,
    }),
  ];

  const pathParts = (path: PathAnswer) => {
    const steps = path.steps.length;
    items = path.papers.map((paper, i) => entry(paper, i, path.steps[i]));
    const [first, last] = [path.papers[0]!, path.papers.at(-1)!];
    const back = link('The other way round', { from: last.id, to: first.id });
    const other = link('To another paper', { to: null });
    const wrong = el('div', {});
    const bibtex = bibtexButton(
      `Save ${path.papers.length === 1 ? 'it' : `these ${path.papers.length}`} as BibTeX`,
      path.papers.map(({ id }) => id),
      wrong,
    );
    return [
      el('p', { class: 'quiet', role: 'status' }, steps === 0 ? 'It is the same paper.' : `${count(steps, 'step')}.`),
      el('ol', { class: 'hits path' }, ...items),
      el('div', { class: 'actions' }, bibtex, back, other),
      wrong,
    ];
  };
  const entry = (paper: PathAnswer['papers'][number], i: number, step: PathAnswer['steps'][number] | undefined) => {
    const by = byLine(paper);
    const item = el(
      'li',
      { class: 'hit' },
      el('span', { class: 'rank on-map', 'aria-hidden': 'true' }, String(i + 1)),
      paperLink(paper, 'hit-title'),
      by,
      factsLine(input.tags.ofPaper(paper.id), facts(by ? {} : paper)),
      step && el('p', { class: step.isBridge ? 'path-step leap' : 'path-step', dir: 'auto' }, stepWords(step)),
    );
    for (const event of ['pointerenter', 'focusin']) item.addEventListener(event, () => input.point(paper.id));
    for (const event of ['pointerleave', 'focusout']) item.addEventListener(event, () => input.point(null));
    return item;
  };
  const paperLink = ({ id, title }: { id: string; title: string }, look: string) => {
    const to = el('a', { class: look, href: input.href(id), dir: 'auto' });
    appendMarked(to, title);
    onPress(to, () => input.open(id));
    return to;
  };
  const link = (words: string, patch: Partial<State>) => {
    const to = el('a', { class: 'button', href: store.href(patch) }, words);
    onPress(to, () => store.set(patch, 'push'));
    return to;
  };

  return {
    follow({ from, to }, before) {
      if (from !== null && shown !== `${from} ${to}`) void show(from, to, before === null);
    },
    page: ({ from, to }) => `${from} ${to}`,
    title: () => 'Reading path · paperfield',
    isInner: true,
    onMap: () => {
      const rows = rowsOf(papers);
      return rows.length > 0 ? { lit: rows, numbered: rows, route: rows } : {};
    },
    light(id) {
      items.forEach((item, i) => void item.classList.toggle('lit', papers[i]?.id === id));
    },
    focus: ({ paper }) => {
      const at = papers.findIndex(({ id }) => id === paper);
      items[at]?.querySelector<HTMLElement>('.hit-title')?.focus();
      return at >= 0;
    },
  };
}
