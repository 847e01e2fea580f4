/** What papers can be coloured by. */
export const colourings = ['topic', 'date', 'comments', 'trust'] as const;
export type ColourBy = (typeof colourings)[number];
