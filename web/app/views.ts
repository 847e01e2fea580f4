/** The views of the panel: for each what it shows of a state, and what the map shows beside it. */
import type { Hit, StatusAnswer } from '../../server/schemas/search.ts';
import { createDoors, gemsDoor } from '../explore/entry-links.ts';
import { NUMBERED } from '../paper/hit-list.ts';
import { createPaperView } from '../paper/paper-view.ts';
import { createFoundPapers } from '../search/match-mask.ts';
import { createWithinSign } from '../search/region-chip.ts';
import { createResults, type Results } from '../search/results.ts';
import type { SearchBox } from '../search/search-box.ts';
import { askedQuery, withinKey } from '../search/search-request.ts';
import { createTopicPage } from '../topic/topic-view.ts';
import * as api from './api.ts';
import type { PanelView, ViewInput } from './panel-view.ts';
import { isWithin } from './state.ts';
import { showWelcome } from './welcome.ts';

export function welcomeView(input: ViewInput, status: StatusAnswer | null): PanelView {
  const { host, store, atlas, tags } = input;
  const welcome = showWelcome(host, atlas, status, tags, {
    find: input.find,
    doors: createDoors(input, status?.dates.to ?? null),
    hrefOfLevel: (level) => store.href({ level, topic: null }),
    href: input.hrefOfTopic,
    open: input.openTopic,
    point: input.pointTopic,
  });
  const linkTo = (topic: number) =>
    [...host.querySelectorAll<HTMLAnchorElement>('a[role=treeitem]')].find(
      (link) => new URL(link.href).searchParams.get('topic') === String(topic) && link.checkVisibility(),
    );
  return {
    follow: ({ color }) => welcome.about(color),
    page: () => '',
    title: () => 'paperfield',
    isInner: false,
    focus({ topic }) {
      const link = topic === null ? undefined : linkTo(topic);
      link?.focus({ preventScroll: true });
      return link !== undefined;
    },
  };
}

export function resultsView(
  input: ViewInput,
  { whenTyped, ...asking }: Pick<SearchBox, 'refused' | 'isTyping' | 'whenTyped' | 'rested' | 'took'>,
): PanelView & Pick<Results, 'hits'> {
  const { rowsOf, atlas } = input;
  const sign = createWithinSign(input.store);
  input.host.appendChild(sign.element);
  const results = createResults(input.host, {
    ...input,
    ...asking,
    snippets: true,
    titleOf: async (id) => (await input.library.listed(id).catch(() => null))?.title ?? null,
    topicName: (topic) => input.atlas.tree.topic(topic)?.name ?? null,
    changed(papers) {
      input.library.note(papers);
      const standing = results.standing();
      found.follow(standing && { ...standing, listed: results.hits().length });
      input.changed();
    },
  });
  const found = createFoundPapers({
    papers: atlas.papers.world.n,
    snapshot: atlas.snapshot,
    ask: api.found,
    rested: asking.rested,
    changed: input.changed,
  });
  whenTyped(results.typed);
  // The same list is the same rows: the map is drawn anew for others alone.
  let listed: { hits: readonly Hit[]; rows: number[]; numbered: number[] } = { hits: [], rows: [], numbered: [] };
  const onMap = (hits: readonly Hit[]) => {
    if (hits !== listed.hits) {
      const rows = rowsOf(hits);
      listed = { hits, rows, numbered: rows.slice(0, NUMBERED) };
    }
    return listed;
  };
  let ready: Promise<void> | null = null;
  return {
    follow(state) {
      sign.follow(state);
      ready = results.run(state.q, state.mode, withinKey(state));
    },
    ready: () => ready,
    page: (state) => `${state.mode} ${askedQuery(state)}`,
    title: (state) => `${isWithin(state) ? `${state.q || 'Papers'} within the selection` : state.q} · paperfield`,
    isInner: false,
    onMap() {
      const { rows, numbered } = onMap(results.hits());
      return results.standing() ? { lit: rows, found: found.mask(), numbered } : { numbered };
    },
    moveMap(map, state, before) {
      // Who searches within an area is looking at it.
      if (before !== null && state.q !== before.q && state.view && !isWithin(state)) map.goTo(null, true);
    },
    light: results.light,
    focus: ({ paper }) => paper !== null && results.focus(paper),
    hits: results.hits,
  };
}

export function topicView(input: ViewInput, status: StatusAnswer | null): PanelView {
  const { atlas, store, rowsOf } = input;
  const page = createTopicPage(input.host, {
    ...input,
    newest: status?.dates.to ?? null,
    door: (id) => gemsDoor(input, id, 'quiet-link'),
    reorder: (topicOrder) => store.set({ topicOrder }, 'replace'),
    changed(papers) {
      input.library.note(papers);
      input.changed();
    },
    shown: (name) => input.arrived(`${name} · paperfield`),
  });
  return {
    follow: ({ topic, topicOrder }) => page.show(topic, topicOrder),
    page: ({ topic }) => String(topic),
    title: () => (page.name() === null ? null : `${page.name()} · paperfield`),
    isInner: true,
    onMap({ topic }) {
      const lit = topic === null ? [] : atlas.papers.rowsOf(topic);
      return { lit: lit.length > 0 ? lit : null, numbered: rowsOf(page.listed()).slice(0, NUMBERED) };
    },
    moveMap(map, { topic }, before) {
      if (topic !== null && topic !== before?.topic) map.zoomToTopic(topic, before !== null);
    },
    light: page.light,
    focus: ({ paper }) => paper !== null && page.focus(paper),
  };
}

export function paperView(input: ViewInput): PanelView {
  const { store, rowsOf } = input;
  const paper = createPaperView(input.host, {
    ...input,
    snippets: false,
    numbered: true,
    asked: () => store.get().q,
    mode: () => store.get().mode,
    shown: ({ title }) => input.arrived(`${title} · paperfield`),
    lost: () => input.arrived('No such paper · paperfield'),
  });
  return {
    follow: (state) => paper.show(state.paper),
    page: (state) => state.paper ?? '',
    title: () => null,
    isInner: true,
    onMap(state) {
      const selected = rowsOf(state.paper === null ? [] : [{ id: state.paper }]);
      const rows = rowsOf(paper.similar());
      const neighbors = paper.neighbors();
      const linked = rowsOf(neighbors);
      return {
        lit: selected.length > 0 ? [...selected, ...rows, ...linked] : null,
        numbered: rows.slice(0, NUMBERED),
        linked,
        strained: rowsOf(neighbors.filter(({ isNear }) => !isNear)),
      };
    },
    moveMap(map, state) {
      const [row] = rowsOf(state.paper === null ? [] : [{ id: state.paper }]);
      if (row !== undefined) map.reveal(row);
    },
    light: paper.light,
  };
}
