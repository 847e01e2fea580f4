/** The view that shows where a draft, a text of the user's own, fits on the map. The text is kept only in the form. */
import type { DraftResponse } from '../../server/schemas/explore.ts';
import { isAborted, placeDraft } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import { createHitList } from '../paper/hit-list.ts';
import { positionAccuracyText } from '../paper/paper-view.ts';
import { createTopicLink } from '../topic/topic-links.ts';
import { announce, append, el } from '../ui/dom.ts';
import { createBibtexButton } from '../ui/export-buttons.ts';
import { formatPercent } from '../ui/format.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import { noveltyText } from './explore-texts.ts';

const LOCALHOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const TITLE = 'Where does my draft fit?';
const MAX_TOPICS = 4;
const MAX_NEAR_MISSES = 3;

/** The messages for a draft that cannot be placed on the map. */
const REJECTIONS = {
  no_match: {
    heading: 'No papers about this',
    reason: 'No paper is close enough to show where your draft would fit.',
  },
  unknown_language: {
    heading: 'We can’t place this draft',
    reason: 'The model doesn’t know the language of your draft. Try English.',
  },
};

export function createDraftView(input: ViewInput): PanelView {
  const { host, mapData, paperCache, rowsOf } = input;
  const title = el('input', { type: 'text', id: 'draft-title', maxlength: 1000, autocomplete: 'off' });
  const abstract = el('textarea', { id: 'draft-abstract', rows: 7, maxlength: 20000, autocomplete: 'off' });
  const submit = el('button', { type: 'submit', class: 'button primary' }, 'Place on map');
  const clear = el('button', { type: 'button', class: 'button' }, 'Clear');
  const form = el(
    'form',
    { class: 'draft-form', 'aria-label': 'Draft' },
    el('label', { for: 'draft-title' }, 'Title'),
    title,
    el('label', { for: 'draft-abstract' }, 'Abstract'),
    abstract,
    el('div', { class: 'actions' }, submit, clear),
  );
  const result = el('div', {});
  const hitList = createHitList({ ...input, hasSnippets: true, isRanked: true });
  const nearMissList = createHitList({ ...input, hasSnippets: false, isRanked: false });
  const privacy = LOCALHOST.test(location.hostname)
    ? 'It stays on this machine and is never saved.'
    : 'It is sent to this server only and is never saved.';
  append(
    host,
    el('h2', { class: 'topic-title', tabindex: -1 }, TITLE),
    el('p', { class: 'muted' }, `Paste a title and abstract to see where they fit on the map. ${privacy}`),
    form,
    result,
  );

  let placed: DraftResponse | null = null;
  let request: AbortController | null = null;
  const setPlaced = (response: DraftResponse | null) => {
    placed = response;
    input.changed();
  };

  const place = async () => {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    result.replaceChildren(createSkeleton(3));
    setPlaced(null);
    try {
      const draft = await placeDraft({ title: title.value.trim(), abstract: abstract.value.trim() }, signal);
      if (signal.aborted) return;
      paperCache.add([...draft.hits, ...draft.nearMisses]);
      result.replaceChildren(...(draft.status === 'answered' ? placement(draft) : rejection(draft)));
      setPlaced(draft);
      announce(draft.status === 'answered' ? 'Your draft is on the map' : REJECTIONS[draft.status].heading);
      result.scrollIntoView({ block: 'start' });
      const mapNeighbors = draft.neighbors.filter(({ isMapNeighbor }) => isMapNeighbor);
      if (draft.position) input.zoomTo(mapNeighbors.length > 1 ? mapNeighbors : draft.neighbors);
    } catch (error) {
      if (!isAborted(error) && !signal.aborted) result.replaceChildren(createErrorNotice(error, () => void place()));
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void place();
  });
  clear.addEventListener('click', () => {
    request?.abort();
    form.reset();
    result.replaceChildren();
    setPlaced(null);
    title.focus();
  });

  const placement = ({ novelty, position, topics, neighbors, hits }: DraftResponse) => {
    const mapNeighbors = neighbors.filter(({ isMapNeighbor }) => isMapNeighbor).length;
    const status = el('div', { role: 'status' });
    append(
      status,
      novelty && el('p', { class: 'draft-novelty' }, `${noveltyText(novelty)}.`),
      position && el('p', { class: 'muted' }, positionAccuracyText(mapNeighbors, neighbors.length)),
    );
    hitList.show(hits, 0);
    const errors = el('div', {});
    const ids = hits.map(({ id }) => id);
    const bibtex = createBibtexButton(`Export ${ids.length === 1 ? '' : `these ${ids.length} `}as BibTeX`, ids, errors);
    return [
      status,
      el('h3', { class: 'section-title' }, topics.length === 1 ? 'Likely topic' : 'Likely topics'),
      topics.length > 0 ? topicShares(topics, input) : el('p', { class: 'muted' }, 'Unassigned'),
      el('h3', { class: 'section-title' }, 'Closest work'),
      el('div', { class: 'actions' }, bibtex),
      errors,
      hitList.element,
    ];
  };
  const rejection = ({ status, nearMisses }: DraftResponse) => {
    nearMissList.show(nearMisses.slice(0, MAX_NEAR_MISSES), 0);
    const { heading, reason } = REJECTIONS[status === 'unknown_language' ? status : 'no_match'];
    const parts = [el('p', { class: 'draft-novelty', role: 'status' }, heading), el('p', { class: 'muted' }, reason)];
    if (nearMisses.length === 0) return parts;
    return [...parts, el('h3', { class: 'section-title' }, 'Closest papers'), nearMissList.element];
  };

  return {
    update() {},
    pageKey: () => 'draft',
    title: () => `${TITLE} · paperfield`,
    isInner: true,
    mapHighlights() {
      if (!placed?.position) return {};
      const linked = rowsOf(placed.neighbors);
      const numbered = rowsOf(placed.hits);
      return {
        highlighted: [...linked, ...numbered],
        numbered,
        linked,
        farLinked: rowsOf(placed.neighbors.filter(({ isMapNeighbor }) => !isMapNeighbor)),
        pin: mapData.papers.world.mapToWorld(placed.position.x, placed.position.y),
      };
    },
    highlight: hitList.highlight,
    focus: ({ paper }) => paper !== null && hitList.focus(paper),
  };
}

/** Links to the topics of a draft's closest papers, with the share of papers in each. */
function topicShares(topics: DraftResponse['topics'], input: ViewInput): HTMLElement {
  const rows = topics.slice(0, MAX_TOPICS).map((topic) => {
    const share = el('span', { class: 'topic-row-size' }, `${formatPercent(topic.share)} of closest papers`);
    const name = el('span', { class: 'topic-row-name' }, topic.name);
    return el('li', {}, createTopicLink(topic, 'topic-row', input, input.topicTags.dot(topic.id), name, share));
  });
  return el('ul', { class: 'topic-rows' }, ...rows);
}
