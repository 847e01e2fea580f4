import { PaperfieldError } from '../pipeline/core/errors.ts';

/** What is told where only the model could answer. */
export function modelMissing(name: string): PaperfieldError {
  return new PaperfieldError(
    'model',
    `this snapshot was made with the model ${name}, which cannot be loaded here: search by words (mode=keyword), or build again`,
  );
}
