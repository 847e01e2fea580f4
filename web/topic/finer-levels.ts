/** The levels of topics around the one that is shown, for the map's names: asked for when the map stands. */
import * as api from '../app/api.ts';
import type { Atlas } from '../app/map-data.ts';
import type { NameLevel } from '../map/labels/label-levels.ts';

/** How many levels of parts are named on the map. */
const FINER = 2;

/** All that can be had, the shown one among them; names are no reason to disturb anyone. */
export async function furtherLevels({ levels, topics, snapshot }: Atlas): Promise<NameLevel[]> {
  const wanted = [levels.shown - 1, ...Array.from({ length: FINER }, (_, i) => levels.shown + 1 + i)];
  const asked = wanted
    .filter((level) => level >= 0 && level < levels.count)
    .map(async (level): Promise<NameLevel[]> => {
      const answer = await api.topics(level).catch(() => null);
      return answer?.snapshot === snapshot ? [{ rank: level - levels.shown, topics: answer.topics }] : [];
    });
  return [{ rank: 0, topics }, ...(await Promise.all(asked)).flat()];
}
