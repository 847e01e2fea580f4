/** Who reads and imports files for the server, which itself knows neither parsers nor the build. */
import type { ImportOutcome, ImportPreview, ImportProgress } from '../schemas/import.ts';

export interface Importer {
  /**
   * Reads files and says what importing them would do. Changes nothing.
   *
   * @param files paths of the files
   * @param signal ends the work
   * @throws PaperfieldError if the files cannot be read or have no papers
   */
  preview(files: readonly string[], signal: AbortSignal): Promise<ImportPreview>;
  /**
   * Adds the papers of files to the collection: builds a snapshot and makes it current.
   *
   * @throws PaperfieldError if it fails. Then the collection is as before
   */
  run(
    files: readonly string[],
    onProgress: (progress: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportOutcome>;
}
