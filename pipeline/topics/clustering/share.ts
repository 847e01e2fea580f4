/** Told which share of something is done, in [0, 1]; never less than before. */
export type OnShare = (share: number) => void;

/** Tells a part's shares as those of the whole, of which it is the stretch from one share to another. */
export function stretch(onShare: OnShare, from: number, to: number): OnShare {
  return (share) => onShare(from + (to - from) * share);
}
