import { basename, dirname } from 'node:path';
import { AutoTokenizer, env, LogLevel, type PreTrainedTokenizer } from '@xenova/transformers';

/** The tokenizer of a model that lies in a folder. Never asks the network. */
export function loadTokenizer(folder: string): Promise<PreTrainedTokenizer> {
  env.logLevel = LogLevel.ERROR;
  env.allowRemoteModels = false;
  env.localModelPath = `${dirname(folder)}/`;
  return AutoTokenizer.from_pretrained(basename(folder), { local_files_only: true });
}
