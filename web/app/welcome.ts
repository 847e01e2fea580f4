/** The first view: what this is, what one may ask, and the topics. */
import type { StatusAnswer } from '../../server/schemas/search.ts';
import type { ColorBy } from '../map/color/coloring.ts';
import { createOutline } from '../topic/topic-outline.ts';
import type { Tags } from '../topic/topic-tags.ts';
import { append, el } from '../ui/dom.ts';
import { count, grouped, wordDate } from '../ui/format.ts';
import type { Atlas } from './map-data.ts';

export interface WelcomeEvents {
  href(topic: number): string;
  open(topic: number): void;
  /** −1: the papers of no topic; null: none is pointed at. */
  point(topic: number | null): void;
  find(query: string): void;
  /** Ways to the rooms where one looks around. */
  doors: HTMLElement;
  /** The address of the page with other topics: null for those that papers part into by themselves. */
  hrefOfLevel(level: number | null): string;
}

export interface Welcome {
  /** Says what the map's colors tell. */
  about(color: ColorBy): void;
}

const EXAMPLES = 4;

/** Queries in the words of some topics, large and small, far apart in the list: the first thing that each name says. */
export function exampleQueries(names: readonly string[]): string[] {
  const phrases = names
    .map((name) =>
      name
        .split(/[,;/|&·]+/)[0]!
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter(Boolean);
  // A word alone asks for less than it seems to.
  const several = [...new Set(phrases)].filter((phrase) => phrase.includes(' '));
  const asked = several.length >= EXAMPLES ? several : [...new Set(phrases)];
  const step = Math.max(1, Math.floor(asked.length / EXAMPLES));
  return asked.filter((_, i) => i % step === 0).slice(0, EXAMPLES);
}

/** Links to fewer and larger, and to more and smaller topics. */
function levelSteps({ levels: { shown, chosen, count: all } }: Atlas, events: WelcomeEvents): HTMLElement {
  const steps = el('span', { class: 'level-steps' });
  for (const [word, level] of [
    ['Coarser', shown - 1],
    ['Finer', shown + 1],
  ] as const) {
    if (level < 0 || level >= all) continue;
    const href = events.hrefOfLevel(level === chosen ? null : level);
    steps.appendChild(el('a', { class: 'level-step', href }, word));
  }
  return steps;
}

/** All topics, down to those that are shown, and the papers of none. */
function topicsOf(atlas: Atlas, tags: Tags, { href, open, point }: WelcomeEvents): HTMLElement[] {
  const { tree } = atlas;
  const opened = new Set(atlas.topics.flatMap(({ id }) => tree.pathTo(id).slice(0, -1)).map(({ id }) => id));
  const outline = createOutline({ label: 'Topics', tree, dot: tags.dot, href, open, point, current: null, opened });
  if (atlas.outliers === 0) return [outline];
  const between = el(
    'p',
    { class: 'between-topics' },
    tags.dot(null),
    el('span', { class: 'outline-name' }, 'Between the topics'),
    el('span', { class: 'outline-size' }, grouped(atlas.outliers)),
  );
  between.addEventListener('pointerenter', () => point(-1));
  between.addEventListener('pointerleave', () => point(null));
  return [outline, between];
}

const colorWords: Readonly<Record<ColorBy, string>> = {
  topic: '; each color is a topic',
  date: '; the colors tell when they appeared',
  comments: '; the colors tell how much they were discussed',
  trust: '; the colors tell how far their places can be believed',
};

function summary(atlas: Atlas, status: StatusAnswer | null, color: ColorBy): string {
  const papers = count(atlas.papers.world.n, 'paper');
  const { from, to } = status?.dates ?? { from: null, to: null };
  const span = from && to ? `, ${wordDate(from)} to ${wordDate(to)}` : '';
  const colors = color === 'topic' && atlas.topics.length === 0 ? '' : colorWords[color];
  return `${papers}${span}. Each dot on the map is one; those about the same thing lie together${colors}.`;
}

/** The map has no papers: there are none, or they could not be had. */
function withoutPapers(atlas: Atlas, status: StatusAnswer | null): (string | HTMLElement)[] {
  const { papers } = status?.counts ?? {};
  const command = el('code', {}, 'paperfield build --source FILE');
  if (papers === 0)
    return ['There are no papers here yet. Make a snapshot of some with ', command, '; the page will offer them.'];
  if (atlas.topics.length > 0) return ['The map could not be had. Search, papers and topics still work.'];
  return [papers ? 'The map could not be had. Search still finds papers.' : 'Nothing could be had from the server.'];
}

export function showWelcome(
  host: HTMLElement,
  atlas: Atlas,
  status: StatusAnswer | null,
  tags: Tags,
  events: WelcomeEvents,
): Welcome {
  const words = el('p', { class: 'welcome-words' });
  const isEmpty = atlas.papers.world.n === 0;
  const about = (color: ColorBy) => {
    if (!isEmpty) words.textContent = summary(atlas, status, color);
  };
  host.replaceChildren();
  append(host, el('h2', { class: 'welcome-title' }, 'Find papers by what they mean'));
  append(host, words);
  if (isEmpty) append(words, ...withoutPapers(atlas, status));
  if (isEmpty && (atlas.topics.length === 0 || status?.counts.papers === 0)) return { about };
  const examples = el('ul', { class: 'words examples' });
  for (const query of exampleQueries(atlas.topics.map((topic) => topic.name))) {
    const button = el('button', { type: 'button', class: 'word' }, query);
    button.addEventListener('click', () => events.find(query));
    examples.appendChild(el('li', {}, button));
  }
  if (examples.childElementCount > 0) append(host, el('h3', { class: 'section-title' }, 'Try'), examples);
  append(host, el('h3', { class: 'section-title' }, 'Look around'), events.doors);
  if (atlas.topics.length > 0) {
    append(
      host,
      el('h3', { class: 'section-title with-steps' }, count(atlas.topics.length, 'topic'), levelSteps(atlas, events)),
      ...topicsOf(atlas, tags, events),
    );
  }
  return { about };
}
