/** The page, from its parts: what is loaded, what stands where, and what follows when the state changes. */
import type { StatusAnswer } from '../server/schemas/search.ts';
import * as api from './app/api.ts';
import { separately } from './app/error-boundary.ts';
import { watchKeyboard } from './app/keyboard.ts';
import { type Atlas, createAtlas, noColumns, noTopics } from './app/map-data.ts';
import { createScreens } from './app/router.ts';
import { showStale, watchSnapshot } from './app/snapshot-watch.ts';
import { allClosed, screenOf } from './app/state.ts';
import { createStore } from './app/store.ts';
import { startTheme } from './app/theme.ts';
import { trouble } from './paper/hit-list.ts';
import { createLibrary } from './paper/paper-cache.ts';
import { createQueryHelp } from './search/query-help.ts';
import { createSearchBox } from './search/search-box.ts';
import { askedQuery, firstPage } from './search/search-request.ts';
import { byId, keepFocus, onPress } from './ui/dom.ts';
import { count, wordAge } from './ui/format.ts';
import { icon } from './ui/icons.ts';

/** Map and topics of one snapshot. What cannot be had is left empty and said on the map: search works without it. */
async function loadAtlas(level: number | null): Promise<Atlas> {
  const ask = () => Promise.allSettled([api.map(), api.topics(level)]);
  let [columns, topics] = await ask();
  if (columns.status === 'fulfilled' && topics.status === 'fulfilled') {
    // A snapshot that changed between the two answers: ask again, both now come from the new one.
    if (columns.value.snapshot !== topics.value.snapshot) [columns, topics] = await ask();
  }
  for (const part of [columns, topics]) {
    if (part.status === 'rejected') {
      byId('map-trouble', HTMLElement).replaceChildren(trouble(part.reason, () => location.reload()));
    }
  }
  const papers = columns.status === 'fulfilled' ? columns.value : noColumns;
  const tree = topics.status === 'fulfilled' ? topics.value : noTopics;
  return separately(() => createAtlas(papers, tree, level)) ?? createAtlas(papers, noTopics, level);
}

function showStatus(atlas: Atlas, status: StatusAnswer): void {
  showStale(byId('stale', HTMLElement), status);
  const words = [count(status.counts.papers, 'paper'), count(atlas.topics.length, 'topic')];
  byId('foot', HTMLElement).textContent = `${words.join(', ')}. Built ${wordAge(status.snapshot.ageSeconds)}.`;
}

for (const [id, name] of [
  ['back', 'back'],
  ['previous', 'back'],
  ['next', 'next'],
  ['view-earlier', 'earlier'],
  ['view-later', 'later'],
  ['zoom-in', 'plus'],
  ['zoom-out', 'minus'],
  ['fit', 'fit'],
] as const) {
  byId(id, HTMLButtonElement).prepend(icon(name));
}

// A note under the search field makes the bar higher: what lies below gives way, the map stays.
const bar = byId('bar', HTMLElement);
new ResizeObserver(() => {
  document.documentElement.style.setProperty('--bar-height', `${bar.offsetHeight}px`);
}).observe(bar);
const theming = startTheme();
separately(createQueryHelp);
const store = createStore();
const searchBox = createSearchBox(store);

const { mode, level } = store.get();
// A link that searches: the answer is made while the map is on its way.
if (screenOf(store.get()) === 'results') api.searchEarly(firstPage(askedQuery(store.get()), mode));

const [atlas, status] = await Promise.all([loadAtlas(level), api.status().catch(() => null)]);
const library = createLibrary();
const screens = separately(() => createScreens({ store, atlas, status, library, searchBox, theming }));
if (!screens) {
  const words = new Error('The page could not be put together. Loading it again may help.');
  byId('welcome', HTMLElement).replaceChildren(trouble(words, () => location.reload()));
}

separately(keepFocus);
watchKeyboard({
  search: searchBox.focus,
  clear: searchBox.clear,
  back() {
    const screen = screenOf(store.get());
    if (screen === 'results') searchBox.focus();
    else if (screen !== 'welcome') store.back();
  },
});
byId('back', HTMLButtonElement).addEventListener('click', () => store.back());
onPress(byId('home', HTMLAnchorElement), () => {
  store.set({ ...allClosed, dates: '', view: null }, 'push');
  screens?.fit();
});

if (status) separately(() => showStatus(atlas, status));
watchSnapshot(atlas.snapshot, (seen) => showStatus(atlas, seen));
