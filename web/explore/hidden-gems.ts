/** The view of hidden gems: papers with fewer comments (or upvotes, or citations) than expected, of one topic or of all. */

import type { HiddenGemsResponse } from '../../server/schemas/explore.ts';
import { hiddenGems } from '../app/api.ts';
import type { State } from '../app/page-state.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import { createStateLink } from '../app/store.ts';
import { createHitList, MAX_NUMBERED_PAPERS } from '../paper/hit-list.ts';
import { append, el } from '../ui/dom.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import { hiddenGemText } from './explore-texts.ts';

export function createHiddenGemsView(input: ViewInput): PanelView {
  const { host, store, mapData, paperCache, rowsOf } = input;
  const heading = el('h2', { class: 'topic-title', tabindex: -1 }, 'Hidden gems');
  const body = el('div', {});
  append(host, heading, body);
  const list = createHitList({ ...input, hasSnippets: true, isRanked: true });
  let gems: HiddenGemsResponse['gems'] = [];
  let shown: string | null = null;

  const keyOf = ({ topic, gemsBy }: Pick<State, 'topic' | 'gemsBy'>) => `${topic} ${gemsBy}`;
  const show = async (state: Pick<State, 'topic' | 'gemsBy'>) => {
    const { topic, gemsBy } = state;
    const key = keyOf(state);
    shown = key;
    gems = [];
    input.changed();
    body.replaceChildren(createSkeleton(4));
    try {
      const response = await hiddenGems(topic, gemsBy);
      if (shown !== key) return;
      paperCache.add(response.gems);
      gems = response.gems;
      body.replaceChildren(...content(response, topic));
      input.changed();
    } catch (error) {
      if (shown === key) body.replaceChildren(createErrorNotice(error, () => void show(state)));
    }
  };
  const content = (response: HiddenGemsResponse, topic: number | null) => {
    const name = topic === null ? undefined : mapData.tree.topic(topic)?.name;
    const scope = name === undefined ? '' : `, in ${name}`;
    const intro = el(
      'p',
      { class: 'muted' },
      `Influential-looking papers with fewer ${response.measure} than expected of their age and topic${scope}.`,
    );
    const choice = measureLinks(response);
    if (!response.isAvailable) {
      const known = response.papersWithCount === 0 ? 'No paper here has' : 'Too few papers here have';
      return [
        intro,
        ...choice,
        el('p', { role: 'status' }, `${known} a number of ${response.measure}, so hidden gems can’t be found.`),
      ];
    }
    if (response.gems.length === 0) {
      const none = el('p', { role: 'status' }, 'No hidden gems here.');
      return topic === null
        ? [intro, ...choice, none]
        : [intro, ...choice, none, el('p', { class: 'actions' }, allGemsLink())];
    }
    // The snippet already says the number, so it is not shown a second time.
    const entries = response.gems.map((gem) => ({
      ...gem,
      comments: null,
      snippet: { text: hiddenGemText(gem, response.measure), highlights: [], semanticHighlights: [] },
    }));
    list.show(entries, 0);
    return [intro, ...choice, list.element];
  };

  /** Links to other measures of attention; none if there is only one. */
  const measureLinks = ({ measure, measures }: HiddenGemsResponse): HTMLElement[] => {
    if (measures.length < 2) return [];
    const links = measures.map((gemsBy) => {
      const link = createStateLink(store, `By ${gemsBy}`, { gemsBy }, 'chip');
      if (gemsBy === measure) link.setAttribute('aria-current', 'true');
      return link;
    });
    return [el('nav', { class: 'chips time-ranges', 'aria-label': 'Measure of attention' }, ...links)];
  };
  const allGemsLink = () => createStateLink(store, 'Hidden gems in all topics', { topic: null });

  return {
    update(state) {
      if (state.tool === 'gems' && shown !== keyOf(state)) void show(state);
    },
    pageKey: (state) => `gems ${keyOf(state)}`,
    title: () => 'Hidden gems · paperfield',
    isInner: true,
    mapHighlights() {
      const rows = rowsOf(gems);
      return rows.length > 0 ? { highlighted: rows, numbered: rows.slice(0, MAX_NUMBERED_PAPERS) } : {};
    },
    highlight: list.highlight,
    focus: ({ paper }) => paper !== null && list.focus(paper),
  };
}
