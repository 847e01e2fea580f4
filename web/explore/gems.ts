/** Hidden gems: papers that were discussed less than one would expect, of all or of one topic. */
import type { GemsAnswer } from '../../server/schemas/explore.ts';
import { hiddenGems } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel-view.ts';
import { bones, createHitList, NUMBERED, trouble } from '../paper/hit-list.ts';
import { append, el, onPress } from '../ui/dom.ts';
import { gemWords } from './format.ts';

export function gemsView(input: ViewInput): PanelView {
  const { host, atlas, rowsOf } = input;
  const heading = el('h2', { class: 'topic-title', tabindex: -1 }, 'Hidden gems');
  const body = el('div', {});
  append(host, heading, body);
  const list = createHitList({ ...input, snippets: true, numbered: true });
  let gems: GemsAnswer['gems'] = [];
  let shown: string | null = null;

  const show = async (topic: number | null) => {
    const page = String(topic);
    shown = page;
    gems = [];
    input.changed();
    body.replaceChildren(bones(4));
    try {
      const answer = await hiddenGems(topic);
      if (shown !== page) return;
      input.library.note(answer.gems);
      gems = answer.gems;
      body.replaceChildren(...parts(answer, topic));
      input.changed();
    } catch (error) {
      if (shown === page) body.replaceChildren(trouble(error, () => void show(topic)));
    }
  };
  const parts = (answer: GemsAnswer, topic: number | null) => {
    const name = topic === null ? null : (atlas.tree.topic(topic)?.name ?? null);
    const of = name === null ? '' : ` Those of ${name}.`;
    const why = el(
      'p',
      { class: 'quiet' },
      `Papers that others stand close to, with fewer comments than papers of their time and neighborhood usually get.${of}`,
    );
    if (!answer.isAvailable) {
      const known = answer.known === 0 ? 'None of the papers here comes' : 'Too few of the papers here come';
      return [why, el('p', { role: 'status' }, `${known} with a number of comments, so there is nothing to go by.`)];
    }
    if (answer.gems.length === 0) {
      const none = el('p', { role: 'status' }, 'There are none here.');
      return topic === null ? [why, none] : [why, none, el('p', { class: 'actions' }, allGems())];
    }
    // How many comments it has is said in the line below the title.
    const said = answer.gems.map((gem) => ({
      ...gem,
      comments: null,
      snippet: { text: gemWords(gem), highlights: [], semanticHighlights: [] },
    }));
    list.put(said, 0);
    return [why, list.element];
  };

  const allGems = () => {
    const to = el('a', { class: 'button', href: input.store.href({ topic: null }) }, 'Those of all topics');
    onPress(to, () => input.store.set({ topic: null }, 'push'));
    return to;
  };

  return {
    follow({ room, topic }) {
      if (room === 'gems' && shown !== String(topic)) void show(topic);
    },
    page: ({ topic }) => `gems ${topic}`,
    title: () => 'Hidden gems · paperfield',
    isInner: true,
    onMap() {
      const rows = rowsOf(gems);
      return rows.length > 0 ? { lit: rows, numbered: rows.slice(0, NUMBERED) } : {};
    },
    light: list.light,
    focus: ({ paper }) => paper !== null && list.focus(paper),
  };
}
