import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the transformers library calls a graph's number type, and how its file's name ends before `.onnx`. */
const SUFFIXES = {
  fp32: '',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  fp16: '_fp16',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;

export type GraphType = keyof typeof SUFFIXES;

/** In the order in which they are looked for: the exact graph first, then what costs least. */
export const graphTypes = Object.keys(SUFFIXES) as readonly GraphType[];

/** Where a model's graph may lie in its folder: as the hub has it, or as exporters write it. */
const SUBFOLDERS = ['onnx', ''] as const;

export interface GraphFile {
  readonly type: GraphType;
  /** `onnx`, or the empty string for the model's folder itself. */
  readonly subfolder: (typeof SUBFOLDERS)[number];
  /** Its name within the model's folder, with `/`. */
  readonly name: string;
}

/** The name of a graph's file in a folder laid out as the hub does. */
export function hubGraphName(type: GraphType): string {
  return `onnx/model${SUFFIXES[type]}.onnx`;
}

/** The graph to load: of the type that the model's card names, else the first there is. */
export function findGraph(folder: string, wanted: GraphType | undefined): GraphFile | undefined {
  for (const type of wanted ? [wanted] : graphTypes) {
    for (const subfolder of SUBFOLDERS) {
      const name = `${subfolder === '' ? '' : `${subfolder}/`}model${SUFFIXES[type]}.onnx`;
      if (existsSync(join(folder, name))) return { type, subfolder, name };
    }
  }
  return undefined;
}

/** The graph and the files that hold its weights beside it (`model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`). */
export function filesOfGraph(folder: string, { subfolder, name }: GraphFile): string[] {
  const stem = name.slice(subfolder === '' ? 0 : subfolder.length + 1);
  const beside = readdirSync(join(folder, subfolder)).filter(
    (file) => file.startsWith(stem) && /^(?:_data(?:_\d+)?|\.data)$/.test(file.slice(stem.length)),
  );
  return [name, ...beside.sort().map((file) => (subfolder === '' ? file : `${subfolder}/${file}`))];
}
