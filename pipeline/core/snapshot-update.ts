/** Constants for building a snapshot as a continuation of the previous one. */

/** The value in a `previousRowOf` column for a paper that is not in the previous snapshot. */
export const NO_PREVIOUS_ROW = -1;

/**
 * Maximum share of new papers with which a build keeps the previous topics and map and only adds the new papers to
 * them. New papers are counted since topics and map were last computed as a whole. Stable topics and a stable map are
 * worth more than slightly better ones (docs/decisions/0022 and 0025).
 */
export const MAX_NEW_PAPERS_SHARE = 0.05;
