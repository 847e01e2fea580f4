/** A switch that lays the query's warmth over the map, there while there is a query; and what the colors mean. */
import { heatmap, isAborted, errorMessage } from '../../app/api.ts';
import type { State } from '../../app/state.ts';
import type { Store } from '../../app/store.ts';
import { isRanking, likeTargets } from '../../search/edit-query.ts';
import { effectiveQuery } from '../../search/search-request.ts';
import { announce, el } from '../../ui/dom.ts';
import { HEATMAP_LEVELS, heatmapCss, type HeatmapImage, smoothHeatmap } from '../canvas/heatmap.ts';
import type { PaperMap } from '../map.ts';

export interface HeatmapToggleInput {
  host: HTMLElement;
  map: Pick<PaperMap, 'setHeatmap'>;
  store: Store;
  snapshot: string;
}

/** Who types is answered by papers first: the field is for whoever rests as long. */
const REST_MS = 220;

function scaleOf(): HTMLElement {
  const steps = HEATMAP_LEVELS.map((_, step) => {
    const box = el('span', {});
    box.style.setProperty('--tone-light', heatmapCss(step, 'light'));
    box.style.setProperty('--tone-dark', heatmapCss(step, 'dark'));
    return box;
  });
  const ramp = el('span', { class: 'heat-ramp', 'aria-hidden': 'true' }, ...steps);
  return el('p', { class: 'heat-scale' }, 'less to do with it', ramp, 'more');
}

/** What the strongest color says, and none. */
function meaningOf({ q, mode }: Pick<State, 'q' | 'mode'>): string {
  const most = Math.round(HEATMAP_LEVELS.at(-1)! * 100);
  const least = Math.round(HEATMAP_LEVELS[0] * 100);
  // Without a question in words there are no other questions to be held against.
  const isJudged = mode !== 'keyword' && !likeTargets(q).some(({ isLike }) => isLike);
  return isJudged
    ? `Strongest: papers there are closer to it than the best answers to ${most} % of unrelated questions, on average. None: to under ${least} %.`
    : `Strongest: papers there fit it ${most} % as well as the best one does, on average. None: under ${least} %.`;
}

export function createHeatmapToggle({ host, map, store, snapshot }: HeatmapToggleInput): void {
  const knob = el('span', { class: 'switch-knob', 'aria-hidden': 'true' });
  const button = el(
    'button',
    { type: 'button', role: 'switch', class: 'switch', 'aria-checked': 'false' },
    'Similarity field',
    knob,
  );
  const told = el('p', { class: 'color-about' });
  const scale = scaleOf();
  const box = el('div', { class: 'heat', hidden: true }, button, scale, told);
  host.appendChild(box);
  let underway: AbortController | null = null;
  let timer = 0;
  let isWarm = false;

  const put = (surface: HeatmapImage | null, words: string) => {
    // The ground is painted anew for it.
    if (isWarm || surface) map.setHeatmap(surface);
    isWarm = surface !== null;
    scale.hidden = surface === null;
    told.textContent = surface ? meaningOf(store.get()) : words;
    if (words) announce(words);
  };
  const ask = async (q: string, { mode }: State) => {
    const mine = new AbortController();
    underway = mine;
    try {
      const answer = await heatmap({ q, mode }, mine.signal);
      if (mine !== underway) return;
      // A newer snapshot is another map: what is warm there says nothing of this one.
      const surface = answer.snapshot === snapshot ? smoothHeatmap(answer) : null;
      const isSeen = surface?.values.some((warmth) => warmth >= HEATMAP_LEVELS[0]);
      if (surface && !isSeen) put(null, 'Only single papers are about that: no place as a whole is.');
      else put(surface, surface ? '' : 'Nothing here is about that: no place is warm.');
    } catch (error) {
      if (!isAborted(error) && mine === underway) put(null, errorMessage(error));
    }
  };
  const follow = (state: State, before: State | null) => {
    const q = effectiveQuery(state);
    // What only filters find is near to nothing.
    box.hidden = !isRanking(q);
    button.setAttribute('aria-checked', String(state.heatmap));
    const isSame =
      before !== null && effectiveQuery(before) === q && before.mode === state.mode && before.heatmap === state.heatmap;
    if (isSame) return;
    clearTimeout(timer);
    underway?.abort();
    underway = null;
    if (!state.heatmap || box.hidden) put(null, '');
    else if (before === null || !before.heatmap) void ask(q, state);
    else timer = setTimeout(() => void ask(q, state), REST_MS) as unknown as number;
  };
  button.addEventListener('click', () => store.set({ heatmap: !store.get().heatmap }, 'replace'));
  store.subscribe(follow);
  follow(store.get(), null);
}
