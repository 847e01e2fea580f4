import type { NewAnswer } from '../../server/schemas/export.ts';
import { newPapers } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel-view.ts';
import { bones, createHitList, type HitList, trouble } from '../paper/hit-list.ts';
import { topicLink } from '../topic/topic-list.ts';
import { append, el } from '../ui/dom.ts';
import { count, wordDate } from '../ui/format.ts';
import { spanDoors } from './entry-links.ts';
import { grownWords } from './format.ts';
import { lastSeen, noteSeen } from './visits.ts';

/** What is new since a visit or a date: papers by topic. */

const TOLD = 200;

/** @param newest the date of the newest paper; null where none has one */
export function newsView(input: ViewInput, newest: string | null): PanelView {
  const { host, store, atlas, rowsOf } = input;
  const heading = el('h2', { class: 'topic-title', tabindex: -1 }, 'What is new');
  const body = el('div', {});
  append(host, heading, body);
  // The topic stands above its papers.
  const tags = { ...input.tags, ofPaper: () => null };
  let papers: { id: string }[] = [];
  let lists: HitList[] = [];
  let shown = '';

  const show = async (since: string) => {
    shown = since;
    papers = [];
    lists = [];
    input.changed();
    body.replaceChildren(bones(4));
    const seen = lastSeen();
    try {
      const answer = await newPapers(since, TOLD);
      if (shown !== since) return;
      const told = answer.groups.flatMap((group) => group.papers);
      input.library.note(told);
      papers = told;
      body.replaceChildren(...parts(answer, seen?.snapshot === since ? seen.day : null));
      // What has been looked at is not new the next time.
      if (atlas.snapshot && seen?.snapshot === since) noteSeen(atlas.snapshot);
      input.changed();
    } catch (error) {
      if (shown === since) body.replaceChildren(trouble(error, () => void show(since)));
    }
  };
  const parts = (answer: NewAnswer, day: string | null) => {
    const since = day ?? answer.date ?? answer.since.slice(0, 10);
    const visit = day === null ? `since ${wordDate(since)}` : `since your visit of ${wordDate(since)}`;
    const words = answer.total === 0 ? `Nothing new ${visit}.` : `${count(answer.total, 'paper')} ${visit}.`;
    const less = papers.length < answer.total && ` The newest ${papers.length} are listed.`;
    const said = el('p', { class: 'quiet', role: 'status' }, words, less);
    return [said, spanDoors(store, newest, shown), ...answer.groups.map(groupOf)].filter((part) => part !== null);
  };
  const groupOf = (group: NewAnswer['groups'][number]) => {
    const list = createHitList({ ...input, tags, snippets: false, numbered: false });
    lists.push(list);
    list.put(group.papers, 0);
    const name = el('span', { class: 'topic-row-name' }, group.topic?.name ?? 'Between the topics');
    const grown = el('span', { class: 'topic-row-size' }, grownWords(group));
    const dot = input.tags.dot(group.topic?.id ?? null);
    const head = group.topic
      ? topicLink(group.topic, 'topic-row', input, dot, name, grown)
      : el('div', { class: 'topic-row' }, dot, name, grown);
    return el('section', { class: 'news-group' }, el('h3', {}, head), list.element);
  };

  return {
    follow({ since }) {
      if (since !== '' && shown !== since) void show(since);
    },
    page: ({ since }) => since,
    title: () => 'What is new · paperfield',
    isInner: true,
    onMap() {
      const rows = rowsOf(papers);
      return rows.length > 0 ? { lit: rows } : {};
    },
    light(id) {
      for (const list of lists) list.light(id);
    },
    focus: ({ paper }) => paper !== null && lists.some((list) => list.focus(paper)),
  };
}
