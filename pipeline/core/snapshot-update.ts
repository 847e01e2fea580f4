/** How a snapshot continues the previous one. */

/** Stands for the previous row of a paper that the previous snapshot does not have, in a column `previousRowOf`. */
export const NEW_PAPER = -1;

/**
 * While at most this share of the papers is new since topics and map were last made as a whole, the new papers are only
 * added to them: topics and a map that stay the same are worth more than slightly better ones (docs/decisions/0022 and 0025).
 */
export const MAX_NEW_PAPERS_SHARE = 0.05;
