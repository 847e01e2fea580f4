/** Place my draft: a text of one's own among the papers. It stands in the form and nowhere else. */
import type { DraftAnswer } from '../../server/schemas/explore.ts';
import { isAborted, placeDraft } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel-view.ts';
import { bones, createHitList, trouble } from '../paper/hit-list.ts';
import { placeWords } from '../paper/map-accuracy.ts';
import { topicLink } from '../topic/topic-list.ts';
import { announce, append, el } from '../ui/dom.ts';
import { bibtexButton } from '../ui/export-buttons.ts';
import { newnessWords } from './format.ts';

const LOCAL = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** What is said of a draft that has no place. */
const STRANGE = {
  no_match: {
    heading: 'Nothing here is about that.',
    why: 'No paper of this map is near enough to say where it would stand.',
  },
  unknown_language: {
    heading: 'The model does not know these words.',
    why: 'So it cannot be said where your draft would stand, or what is near it. Try it in English.',
  },
};

export function draftView(input: ViewInput): PanelView {
  const { host, atlas, rowsOf } = input;
  const title = el('input', { type: 'text', id: 'draft-title', maxlength: 1000, autocomplete: 'off' });
  const abstract = el('textarea', { id: 'draft-abstract', rows: 7, maxlength: 20000, autocomplete: 'off' });
  const send = el('button', { type: 'submit', class: 'button strong' }, 'Place it');
  const clear = el('button', { type: 'button', class: 'button' }, 'Clear');
  const form = el(
    'form',
    { class: 'draft-form', 'aria-label': 'My draft' },
    el('label', { for: 'draft-title' }, 'Title'),
    title,
    el('label', { for: 'draft-abstract' }, 'Abstract'),
    abstract,
    el('div', { class: 'actions' }, send, clear),
  );
  const found = el('div', {});
  const list = createHitList({ ...input, snippets: true, numbered: true });
  const apart = createHitList({ ...input, snippets: false, numbered: false });
  const kept = LOCAL.test(location.hostname) ? 'It never leaves this machine' : 'It goes to this server and no further';
  append(
    host,
    el('h2', { class: 'topic-title', tabindex: -1 }, 'Place my draft'),
    el('p', { class: 'quiet' }, `Paste what you are writing to see where it stands. ${kept}, and is stored nowhere.`),
    form,
    found,
  );

  let answer: DraftAnswer | null = null;
  let asking: AbortController | null = null;
  const put = (next: DraftAnswer | null) => {
    answer = next;
    input.changed();
  };

  const place = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    found.replaceChildren(bones(3));
    put(null);
    try {
      const placed = await placeDraft({ title: title.value.trim(), abstract: abstract.value.trim() }, signal);
      if (signal.aborted) return;
      input.library.note([...placed.hits, ...placed.nearMisses]);
      found.replaceChildren(...(placed.status === 'answered' ? placedParts(placed) : strangeParts(placed)));
      put(placed);
      announce(placed.status === 'answered' ? 'Your draft stands on the map' : STRANGE[placed.status].heading);
      found.scrollIntoView({ block: 'start' });
      const near = placed.neighbors.filter(({ isNear }) => isNear);
      if (placed.position) input.zoomTo(near.length > 1 ? near : placed.neighbors);
    } catch (error) {
      if (!isAborted(error) && !signal.aborted) found.replaceChildren(trouble(error, () => void place()));
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void place();
  });
  clear.addEventListener('click', () => {
    asking?.abort();
    form.reset();
    found.replaceChildren();
    put(null);
    title.focus();
  });

  const placedParts = ({ novelty: newness, position: there, topics, neighbors, hits }: DraftAnswer) => {
    const near = neighbors.filter(({ isNear }) => isNear).length;
    const said = el('div', { role: 'status' });
    append(
      said,
      newness && el('p', { class: 'draft-newness' }, newnessWords(newness)),
      there && el('p', { class: 'quiet' }, placeWords(near, neighbors.length)),
    );
    list.put(hits, 0);
    const wrong = el('div', {});
    const bibtex = bibtexButton(
      `Save ${hits.length === 1 ? 'it' : `these ${hits.length}`} as BibTeX`,
      hits.map(({ id }) => id),
      wrong,
    );
    return [
      said,
      el('h3', { class: 'section-title' }, topics.length === 1 ? 'Likely topic' : 'Likely topics'),
      topics.length > 0 ? topicShares(topics, input) : el('p', { class: 'quiet' }, 'Between the topics.'),
      el('h3', { class: 'section-title' }, 'Nearest work'),
      el('div', { class: 'actions' }, bibtex),
      wrong,
      list.element,
    ];
  };
  const strangeParts = ({ status, nearMisses: some }: DraftAnswer) => {
    apart.put(some.slice(0, 3), 0);
    const said = STRANGE[status === 'unknown_language' ? status : 'no_match'];
    const words = el('p', { class: 'draft-newness', role: 'status' }, said.heading);
    const why = el('p', { class: 'quiet' }, said.why);
    if (some.length === 0) return [words, why];
    return [words, why, el('h3', { class: 'section-title' }, 'The nearest all the same'), apart.element];
  };

  return {
    follow() {},
    page: () => 'draft',
    title: () => 'Place my draft · paperfield',
    isInner: true,
    onMap() {
      if (!answer?.position) return {};
      const linked = rowsOf(answer.neighbors);
      const numbered = rowsOf(answer.hits);
      return {
        lit: [...linked, ...numbered],
        numbered,
        linked,
        strained: rowsOf(answer.neighbors.filter(({ isNear }) => !isNear)),
        pin: atlas.papers.world.fromMap(answer.position.x, answer.position.y),
      };
    },
    light: list.light,
    focus: ({ paper }) => paper !== null && list.focus(paper),
  };
}

function topicShares(topics: DraftAnswer['topics'], input: ViewInput): HTMLElement {
  const rows = topics.slice(0, 4).map((topic) => {
    const share = el('span', { class: 'topic-row-size' }, `${Math.round(100 * topic.share)} % of its neighbors`);
    const name = el('span', { class: 'topic-row-name' }, topic.name);
    return el('li', {}, topicLink(topic, 'topic-row', input, input.tags.dot(topic.id), name, share));
  });
  return el('ul', { class: 'topic-rows' }, ...rows);
}
