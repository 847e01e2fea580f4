/** What the papers of an answer have in common, one press away from being asked for: topics, who wrote them, when. */
import type { FacetsAnswer } from '../../server/schemas/explore.ts';
import { facets } from '../app/api.ts';
import { bones, trouble } from '../paper/hit-list.ts';
import type { Tags } from '../topic/topic-tags.ts';
import { createFold } from '../ui/disclosure.ts';
import { el } from '../ui/dom.ts';
import { grouped, wordDate } from '../ui/format.ts';
import { hasPiece, queryValue, spanOf, toggledPiece, withDates, withoutDates } from './query-text.ts';
import type { ToldAnswer } from './search-request.ts';

/** So many values of each kind are shown. */
const SHOWN = 5;

export interface Narrowing {
  /** Opens and closes the values. */
  button: HTMLElement;
  element: HTMLElement;
  /** Tells of these papers; null: there is nothing to narrow. */
  show(answer: Asked | null): void;
}

interface Value {
  readonly words: string;
  readonly papers: number;
  readonly mark?: HTMLElement;
  readonly isAsked: boolean;
  /** The query with it, or without it where it is asked for already. */
  readonly query: string;
}

type Asked = Pick<ToldAnswer, 'query' | 'mode' | 'total' | 'within'>;

export interface NarrowingInput {
  tags: Tags;
  /** null for an unknown topic. */
  topicName(topic: number): string | null;
  find(query: string): void;
}

export function createNarrowing({ tags, topicName, find }: NarrowingInput): Narrowing {
  const { button, element, isOpen, offer } = createFold('narrow', 'Narrow', () => void tell());
  let asked: Asked | null = null;
  // What stands there: the same answer is not asked for twice.
  let told: Asked | null = null;

  const tell = async () => {
    const about = asked;
    if (about === null || !isOpen() || told === about) return;
    if (element.childElementCount === 0) element.replaceChildren(bones(1));
    try {
      const answer = await facets({ q: `${about.query} ${about.within}`.trim(), mode: about.mode });
      if (asked !== about) return;
      told = about;
      fill(about.query, answer);
    } catch (error) {
      if (asked === about) element.replaceChildren(trouble(error, () => void tell()));
    }
  };

  const fill = (query: string, answer: FacetsAnswer) => {
    const held = document.activeElement instanceof HTMLElement && element.contains(document.activeElement);
    const focused = held ? (document.activeElement as HTMLElement).dataset.value : undefined;
    const groups = [
      group('Topics', topicsOf(query, answer, tags, topicName), find),
      group('Organizations', organizationsOf(query, answer), find),
      group('Authors', authorsOf(query, answer), find),
      group('Categories', categoriesOf(query, answer), find),
      group('Dates', datesOf(query, answer), find),
    ].filter((one) => one !== null);
    element.replaceChildren(
      ...(groups.length > 0
        ? groups
        : [el('p', { class: 'quiet' }, 'Nothing sets these papers apart from one another.')]),
    );
    if (!held) return;
    // What was pressed keeps the focus, though the values were told anew.
    const again = [...element.querySelectorAll<HTMLElement>('button')].find((one) => one.dataset.value === focused);
    (again ?? button).focus({ preventScroll: true });
  };

  return {
    button,
    element,
    show(answer) {
      asked = answer && answer.total > 0 ? answer : null;
      offer(asked !== null);
      void tell();
    },
  };
}

function group(title: string, values: readonly Value[], find: (query: string) => void): HTMLElement | null {
  if (values.length === 0) return null;
  const list = el('ul', { class: 'narrow-values', 'aria-label': title });
  for (const { words, papers, mark, isAsked, query } of values) {
    const press = el(
      'button',
      { type: 'button', class: 'narrow-value', 'aria-pressed': String(isAsked), 'data-value': `${title} ${words}` },
      mark,
      el('span', { class: 'narrow-words', dir: 'auto' }, words),
      el('span', { class: 'narrow-count' }, grouped(papers)),
    );
    press.addEventListener('click', () => find(query));
    list.append(el('li', {}, press));
  }
  return el('section', { class: 'narrow-group' }, el('h3', { class: 'narrow-title' }, title), list);
}

/** A value that every paper has tells nothing, unless it was asked for. */
function telling(values: readonly Value[], { total }: FacetsAnswer): Value[] {
  return values.filter(({ papers, isAsked }) => papers < total || isAsked).slice(0, SHOWN);
}

function pieceValue(query: string, piece: string, words: string, papers: number): Value {
  return { words, papers, isAsked: hasPiece(query, piece), query: toggledPiece(query, piece) };
}

function topicsOf(query: string, answer: FacetsAnswer, tags: Tags, topicName: NarrowingInput['topicName']): Value[] {
  const told = answer.topics.map(({ id, name, papers }) => ({
    ...pieceValue(query, `topic:${id}`, name, papers),
    mark: tags.dot(id),
  }));
  // Where one topic is asked for its parts are told: itself it must be there to be let go.
  const above = [...query.matchAll(/(?<=^|\s)topic:(\d+)(?=\s|$)/g)].flatMap(([piece, number]) => {
    const id = Number(number);
    const name = topicName(id);
    if (name === null || answer.topics.some((topic) => topic.id === id)) return [];
    return { ...pieceValue(query, piece, name, answer.total), mark: tags.dot(id) };
  });
  return telling([...above, ...told], answer);
}

function organizationsOf(query: string, answer: FacetsAnswer): Value[] {
  const values = answer.organizations.map(({ slug, name, papers }) =>
    pieceValue(query, `org:${queryValue(slug)}`, name, papers),
  );
  return telling(values, answer);
}

/** Who wrote one of them only is one of very many. */
function authorsOf(query: string, answer: FacetsAnswer): Value[] {
  const values = answer.authors
    .map(({ name, papers }) => pieceValue(query, `author:${queryValue(name)}`, name, papers))
    .filter(({ papers, isAsked }) => papers > 1 || isAsked);
  return telling(values, answer);
}

function categoriesOf(query: string, answer: FacetsAnswer): Value[] {
  const values = answer.categories.map(({ name, papers }) =>
    pieceValue(query, `category:${queryValue(name)}`, name, papers),
  );
  return telling(values, answer);
}

/** Years, the newest first; of one year its months. */
function datesOf(query: string, answer: FacetsAnswer): Value[] {
  const years = new Map<string, number>();
  for (const { date, papers } of answer.dates) {
    const year = date.slice(0, 4);
    years.set(year, (years.get(year) ?? 0) + papers);
  }
  const spans: [string, number][] =
    years.size > 1 ? [...years] : answer.dates.map(({ date, papers }) => [date, papers]);
  const asked = spanOf(query);
  const told = spans.map(([date, papers]) => {
    const isAsked = asked?.from === date && asked.to === date;
    const next = isAsked ? withoutDates(query) : withDates(query, date, date);
    return { words: wordDate(date), papers, isAsked, query: next };
  });
  if (asked === null || told.some(({ isAsked }) => isAsked)) return telling(told, answer);
  const words = asked.from === asked.to ? wordDate(asked.from) : `${wordDate(asked.from)} – ${wordDate(asked.to)}`;
  return telling([{ words, papers: answer.total, isAsked: true, query: withoutDates(query) }, ...told], answer);
}
