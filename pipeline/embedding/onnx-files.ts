/** The ONNX files in a model's folder: their number types, names and the files beside them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The number types of graphs as the transformers library names them, and the suffix of the file's name before `.onnx`. */
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

export type Dtype = keyof typeof SUFFIXES;

/** In order of preference: the exact graph first, then the cheapest. */
export const dtypes = Object.keys(SUFFIXES) as readonly Dtype[];

/** Where the ONNX file is in a model's folder: as on the hub, or as exporters write it. */
const SUBFOLDERS = ['onnx', ''] as const;

/** An ONNX file of a model. */
export interface OnnxFile {
  readonly dtype: Dtype;
  /** `onnx`, or the empty string for the model's folder itself. */
  readonly subfolder: (typeof SUBFOLDERS)[number];
  /** Path within the model's folder, with `/`. */
  readonly name: string;
}

/** The name of an ONNX file in a folder with the layout of the hub: `onnx/model_quantized.onnx`. */
export function onnxFileName(dtype: Dtype): string {
  return `onnx/model${SUFFIXES[dtype]}.onnx`;
}

/** The ONNX file to load: of the type that the model's card names, or else the first that exists. */
export function findOnnxFile(folder: string, wanted: Dtype | undefined): OnnxFile | undefined {
  for (const dtype of wanted ? [wanted] : dtypes) {
    for (const subfolder of SUBFOLDERS) {
      const name = `${subfolder === '' ? '' : `${subfolder}/`}model${SUFFIXES[dtype]}.onnx`;
      if (existsSync(join(folder, name))) return { dtype, subfolder, name };
    }
  }
  return undefined;
}

/** An ONNX file and the files beside it with its weights (`model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`). */
export function listOnnxFiles(folder: string, { subfolder, name }: OnnxFile): string[] {
  const stem = name.slice(subfolder === '' ? 0 : subfolder.length + 1);
  const weights = readdirSync(join(folder, subfolder)).filter(
    (file) => file.startsWith(stem) && /^(?:_data(?:_\d+)?|\.data)$/.test(file.slice(stem.length)),
  );
  return [name, ...weights.sort().map((file) => (subfolder === '' ? file : `${subfolder}/${file}`))];
}
