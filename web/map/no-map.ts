/** What stands in for the map where it cannot be made: lists and search go on. */
import type { PaperMap } from './map.ts';

/** What panel and page ask of the map. */
export type MovedMap = Pick<
  PaperMap,
  'show' | 'goTo' | 'zoomBy' | 'zoomTo' | 'zoomToTopic' | 'reveal' | 'setInset' | 'setTheme'
>;

export const noMap: MovedMap = {
  show() {},
  goTo() {},
  zoomBy() {},
  zoomTo() {},
  zoomToTopic() {},
  reveal() {},
  setInset() {},
  setTheme() {},
};
