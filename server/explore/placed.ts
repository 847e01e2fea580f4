import type { PathAnswer } from '../contract-explore.ts';

/** Tells a row with what a list or the map needs of it. */
export type Placed = (row: number) => PathAnswer['papers'][number];

interface PlacedSource {
  paper(row: number): { readonly id: string; readonly title: string; readonly date?: string };
  topicOf(row: number): number | null;
  readonly map: { readonly x: Float32Array; readonly y: Float32Array };
}

export function openPlaced({ paper, topicOf, map }: PlacedSource): Placed {
  return (row) => {
    const { id, title, date = null } = paper(row);
    return { id, title, date, topic: topicOf(row), x: map.x[row], y: map.y[row] };
  };
}
