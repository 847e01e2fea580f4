/**
 * The switch for the relevance heatmap of a search, with an explanation of its colors. Visible while there is a search.
 */
import { errorMessage, heatmap, isAborted } from '../../app/api.ts';
import type { State } from '../../app/page-state.ts';
import type { Store } from '../../app/store.ts';
import { isRankedQuery, likeTargets } from '../../search/edit-query.ts';
import { effectiveQuery } from '../../search/search-request.ts';
import { announce, el } from '../../ui/dom.ts';
import { HEATMAP_LEVELS, type HeatmapImage, heatmapCssColor, smoothHeatmap } from '../canvas/heatmap.ts';
import type { PaperMap } from '../map.ts';

export interface HeatmapToggleInput {
  host: HTMLElement;
  map: Pick<PaperMap, 'setHeatmap'>;
  store: Store;
  snapshot: string;
}

/**
 * The heatmap is requested this many milliseconds after the query changed. While someone types, only the list of
 * results is requested.
 */
const DEBOUNCE_MS = 220;

const FIRST_LEVEL = HEATMAP_LEVELS[0];
const LAST_LEVEL = HEATMAP_LEVELS[HEATMAP_LEVELS.length - 1];
const percent = (level: number) => `${Math.round(level * 100)}%`;

function createScale(): HTMLElement {
  const steps = HEATMAP_LEVELS.map((_, level) => {
    const step = el('span', {});
    step.style.setProperty('--tone-light', heatmapCssColor(level, 'light'));
    step.style.setProperty('--tone-dark', heatmapCssColor(level, 'dark'));
    return step;
  });
  const ramp = el('span', { class: 'heatmap-ramp', 'aria-hidden': 'true' }, ...steps);
  return el('p', { class: 'heatmap-scale' }, 'less relevant', ramp, 'more relevant');
}

/** A text that says what the strongest color means, and what no color means. */
function explainColors({ q, mode }: Pick<State, 'q' | 'mode'>): string {
  // As on the server, a comparison with unrelated searches is possible only if words are searched by meaning.
  const isCalibrated = mode !== 'keyword' && !likeTargets(q).some(({ isLike }) => isLike);
  return isCalibrated
    ? `Strongest color: papers there match better, on average, than the best results of ${percent(LAST_LEVEL)} of unrelated searches. No color: they match better than those of fewer than ${percent(FIRST_LEVEL)}.`
    : `Strongest color: papers there match at least ${percent(LAST_LEVEL)} as well as the best result, on average. No color: less than ${percent(FIRST_LEVEL)}.`;
}

export function createHeatmapToggle({ host, map, store, snapshot }: HeatmapToggleInput): void {
  const knob = el('span', { class: 'switch-knob', 'aria-hidden': 'true' });
  const button = el(
    'button',
    { type: 'button', role: 'switch', class: 'switch', 'aria-checked': 'false' },
    'Relevance heatmap',
    knob,
  );
  const explanation = el('p', { class: 'color-description' });
  const scale = createScale();
  const box = el('div', { class: 'heatmap-toggle', hidden: true }, button, scale, explanation);
  host.appendChild(box);
  let controller: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isShown = false;

  /**
   * Shows a heatmap, or none if `image` is null.
   *
   * @param message why there is no heatmap; may be empty
   */
  const show = (image: HeatmapImage | null, message: string) => {
    // Setting a heatmap repaints the map's background, so it is not done if there is no heatmap before and after.
    if (isShown || image) map.setHeatmap(image);
    isShown = image !== null;
    scale.hidden = image === null;
    explanation.textContent = image ? explainColors(store.get()) : message;
    if (message) announce(message);
  };
  const request = async (q: string, { mode }: State) => {
    const own = new AbortController();
    controller = own;
    try {
      const response = await heatmap({ q, mode }, own.signal);
      if (own !== controller) return;
      // A heatmap of another snapshot does not fit this map, because its positions are different.
      const image = response.snapshot === snapshot ? smoothHeatmap(response) : null;
      const hasColor = image?.values.some((relevance) => relevance >= FIRST_LEVEL);
      if (!image) show(null, 'No papers about this, so there is no heatmap.');
      else if (!hasColor) show(null, 'The matching papers are too scattered for a heatmap.');
      else show(image, '');
    } catch (error) {
      if (!isAborted(error) && own === controller) show(null, errorMessage(error));
    }
  };
  const update = (state: State, before: State | null) => {
    const q = effectiveQuery(state);
    // A query that consists of filters only gives all papers the same relevance, so there is nothing to show.
    box.hidden = !isRankedQuery(q);
    button.setAttribute('aria-checked', String(state.heatmap));
    const isSame =
      before !== null && effectiveQuery(before) === q && before.mode === state.mode && before.heatmap === state.heatmap;
    if (isSame) return;
    clearTimeout(timer);
    controller?.abort();
    controller = null;
    if (!state.heatmap || box.hidden) show(null, '');
    else if (before === null || !before.heatmap) void request(q, state);
    else timer = setTimeout(() => void request(q, state), DEBOUNCE_MS);
  };
  button.addEventListener('click', () => store.set({ heatmap: !store.get().heatmap }, 'replace'));
  store.subscribe(update);
  update(store.get(), null);
}
