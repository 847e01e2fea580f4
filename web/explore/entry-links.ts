/** Ways to the rooms where one looks around: from the first view, a topic, a paper. */

import { newPapers } from '../app/api.ts';
import type { ViewInput } from '../app/panel-view.ts';
import { allClosed, type State } from '../app/state.ts';
import type { Store } from '../app/store.ts';
import { append, el, onPress } from '../ui/dom.ts';
import { count, wordDate } from '../ui/format.ts';
import { lastSeen, noteSeen } from './visits.ts';

const DAY_MS = 86_400_000;
/** Who comes for the first time is shown what came in the last week before the newest paper. */
const WEEK = 7;
/** Days before the newest paper. */
const spans = [
  ['A week', WEEK],
  ['A month', 30],
  ['Three months', 91],
] as const;

function door(
  store: Pick<Store, 'href' | 'set'>,
  words: string,
  patch: Partial<State>,
  look = 'button',
): HTMLAnchorElement {
  const link = el('a', { class: look, href: store.href(patch) }, words);
  onPress(link, () => store.set(patch, 'push'));
  return link;
}

export function pathDoor(store: Pick<Store, 'href' | 'set'>, id: string): HTMLElement {
  const link = door(store, 'Path to …', { paper: null, from: id, to: null });
  link.title = 'A reading path from this paper to another';
  return link;
}

/** null where nothing tells how much papers were discussed. */
export function gemsDoor({ store, atlas }: ViewInput, topic: number | null, look?: string): HTMLElement | null {
  if (!atlas.columns.comments.some((comments) => comments >= 0)) return null;
  const link = door(store, 'Hidden gems', { paper: null, room: 'gems', topic }, look);
  link.title = 'Papers that were discussed less than one would expect';
  return link;
}

/** A door of the first view: what is behind it, and what it is good for. */
function glossed(link: HTMLElement | null, gloss: string): HTMLElement | null {
  if (link) append(link, ' ', el('span', { class: 'door-gloss' }, gloss));
  return link;
}

/** `daysBefore('2025-12-23', 7)` → `2025-12-16`; a month or a year stays what it is. */
export function daysBefore(date: string, days: number): string {
  if (date.length < 10) return date;
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10);
}

/** Ways to the papers of other spans before the newest; null where its day is not known. */
export function spanDoors(
  store: Pick<Store, 'href' | 'set'>,
  newest: string | null,
  since: string,
): HTMLElement | null {
  if (newest === null || newest.length < 10) return null;
  const links = spans.map(([words, days]) => {
    const link = door(store, words, { since: daysBefore(newest, days) }, 'word');
    if (since === daysBefore(newest, days)) link.setAttribute('aria-current', 'true');
    return link;
  });
  return el('nav', { class: 'words spans', 'aria-label': 'How far back' }, ...links);
}

/** @param newest the date of the newest paper; null where none has one */
export function createDoors(input: ViewInput, newest: string | null): HTMLElement {
  const { store, atlas } = input;
  const doors = el('nav', { class: 'doors', 'aria-label': 'Look around' });
  const seen = lastSeen();
  if (atlas.snapshot && !seen) noteSeen(atlas.snapshot);
  const hasLeft = seen !== null && atlas.snapshot !== '' && seen.snapshot !== atlas.snapshot;
  const since = hasLeft ? seen.snapshot : newest && daysBefore(newest, WEEK);
  const news = since
    ? door(store, hasLeft ? 'What is new' : 'The newest papers', { ...allClosed, since }, 'door')
    : null;
  append(
    doors,
    glossed(news, hasLeft ? 'since your last visit' : 'topic by topic'),
    glossed(door(store, 'Place my draft', { ...allClosed, room: 'draft' }, 'door'), 'where would it stand?'),
    glossed(gemsDoor(input, null, 'door'), 'much like others, little discussed'),
  );
  if (hasLeft && news) void tellNews(news, seen, atlas.snapshot);
  return doors;
}

/** Says on the door what is behind it; where nothing is, this visit counts as the last. */
async function tellNews(news: HTMLElement, seen: { snapshot: string; day: string }, now: string): Promise<void> {
  try {
    const { total } = await newPapers(seen.snapshot, 1);
    if (total === 0) noteSeen(now);
    else {
      news.classList.add('strong');
      news.textContent = `${count(total, 'new paper')} since ${wordDate(seen.day)}`;
    }
  } catch {
    // The door stays what it is; behind it is told what is wrong.
  }
}
