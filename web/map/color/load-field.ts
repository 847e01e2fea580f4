/** Loads columns of the user's data for the map. */
import type { MapFieldResponse } from '../../../server/schemas/columns.ts';
import { mapField } from '../../app/api.ts';
import type { MapData } from '../../app/map-data.ts';

/**
 * Loads a column once. null if there is none of this name, or if the server has another snapshot by now: rows are those
 * of the snapshot that the map shows, and the page offers to refresh.
 */
export async function loadField(mapData: MapData, name: string): Promise<MapFieldResponse | null> {
  const field = mapData.fields.get(name) ?? (await mapField(name).catch(() => null));
  if (field === null || field.snapshot !== mapData.snapshot) return null;
  mapData.fields.set(name, field);
  return field;
}
