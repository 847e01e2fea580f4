/** The entry point of the page: loads the data, creates the parts of the page and connects them. */
import type { ImportPolicy } from '../server/schemas/import.ts';
import type { StatusResponse } from '../server/schemas/status.ts';
import * as api from './app/api.ts';
import { installShortcuts } from './app/keyboard.ts';
import { createMapData, emptyColumns, emptyTopics, type MapData } from './app/map-data.ts';
import { homePatch, screenOf } from './app/page-state.ts';
import { showHealthNotice, showStatusLine, watchSnapshot } from './app/snapshot-watch.ts';
import { createStore } from './app/store.ts';
import { createThemeSwitch } from './app/theme.ts';
import { createViewCoordinator } from './app/view-coordinator.ts';
import { attempt } from './app/view-error-boundary.ts';
import { installDropTarget, showImportNote } from './import/drop-and-note.ts';
import type { ImportDialog } from './import/import-dialog.ts';
import { createPaperCache } from './paper/paper-cache.ts';
import { createSearchBox, createSearchTips } from './search/search-box.ts';
import { effectiveQuery, firstPageRequest } from './search/search-request.ts';
import { byId, installFocusRecovery, onPlainClick } from './ui/dom.ts';
import { createIcon } from './ui/icons.ts';
import { createErrorNotice } from './ui/placeholders.ts';

/**
 * Loads map and topics of one snapshot. What cannot be loaded stays empty, and the map shows an error: search works
 * without them.
 */
async function loadMapData(level: number | null): Promise<MapData> {
  const load = () => Promise.allSettled([api.mapColumns(), api.topics(level)]);
  let [columns, topics] = await load();
  if (columns.status === 'fulfilled' && topics.status === 'fulfilled') {
    // If the snapshot changed between the two responses, both are loaded again and come from the new snapshot.
    if (columns.value.snapshot !== topics.value.snapshot) [columns, topics] = await load();
  }
  for (const result of [columns, topics]) {
    if (result.status === 'rejected') {
      byId('map-error', HTMLElement).replaceChildren(createErrorNotice(result.reason, () => location.reload()));
    }
  }
  const papers = columns.status === 'fulfilled' ? columns.value : emptyColumns;
  const tree = topics.status === 'fulfilled' ? topics.value : emptyTopics;
  return attempt(() => createMapData(papers, tree, level)) ?? createMapData(papers, emptyTopics, level);
}

function showStatus(mapData: MapData, status: StatusResponse): void {
  showHealthNotice(byId('stale-notice', HTMLElement), status);
  const { length } = mapData.topics;
  showStatusLine(byId('footer', HTMLElement), status, length);
  // On a phone there is no room for the footer; there the line is the last of the start page.
  const line = document.getElementById('start-status');
  if (line) showStatusLine(line, status, length);
}

for (const [id, name] of [
  ['back', 'chevronLeft'],
  ['previous', 'chevronLeft'],
  ['next', 'chevronRight'],
  ['previous-view', 'undo'],
  ['next-view', 'redo'],
  ['zoom-in', 'plus'],
  ['zoom-out', 'minus'],
  ['fit', 'fit'],
] as const) {
  byId(id, HTMLButtonElement).prepend(createIcon(name));
}

// An error below the search field makes the top bar higher. What is placed below the bar must move down.
const bar = byId('bar', HTMLElement);
new ResizeObserver(() => {
  document.documentElement.style.setProperty('--bar-height', `${bar.offsetHeight}px`);
}).observe(bar);
const theme = createThemeSwitch();
attempt(createSearchTips);
const store = createStore();
const searchBox = createSearchBox(store);

const { mode, level } = store.get();
// If the page was opened by a link to results, the search runs while the map is loading.
if (screenOf(store.get()) === 'results') api.prefetchSearch(firstPageRequest(effectiveQuery(store.get()), mode));

const [mapData, status] = await Promise.all([loadMapData(level), api.status().catch(() => null)]);
const paperCache = createPaperCache();
let importDialog: Promise<ImportDialog> | undefined;
/** The dialog is loaded when it is first needed: most visits add no papers. */
const addPapers = (policy: ImportPolicy) => async (files?: readonly File[]) => {
  importDialog ??= import('./import/import-dialog.ts').then(({ createImportDialog }) =>
    createImportDialog({ policy, store, snapshot: mapData.snapshot }),
  );
  (await importDialog).open(files);
};
const openImport = status?.import.isAllowed ? addPapers(status.import) : null;
const coordinator = attempt(() =>
  createViewCoordinator({
    store,
    mapData,
    status,
    paperCache,
    searchBox,
    theme,
    addPapers: openImport && (() => void openImport()),
  }),
);
if (!coordinator) {
  const error = new Error('Something went wrong while the page was loading. Reloading may help.');
  byId('start', HTMLElement).replaceChildren(createErrorNotice(error, () => location.reload()));
}

attempt(installFocusRecovery);
if (openImport) attempt(() => installDropTarget((files) => void openImport(files)));
attempt(() => showImportNote(document.body));
installShortcuts({
  search: searchBox.focus,
  clear: searchBox.clear,
  back() {
    const screen = screenOf(store.get());
    if (screen === 'results') searchBox.focus();
    else if (screen !== 'start') store.back();
  },
});
byId('back', HTMLButtonElement).addEventListener('click', () => store.back());
onPlainClick(byId('home', HTMLAnchorElement), () => {
  store.set({ ...homePatch, dates: '', view: null }, 'push');
  coordinator?.fitMap();
});

if (status) attempt(() => showStatus(mapData, status));
watchSnapshot(mapData.snapshot, (newStatus) => showStatus(mapData, newStatus));
