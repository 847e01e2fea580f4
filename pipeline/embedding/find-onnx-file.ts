/** The ONNX files in a model's folder: their number types, names and the files beside them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The number types of ONNX graphs, named as in the transformers library, and the suffix of the file name before `.onnx`
 * for each.
 */
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

/** All number types in order of preference: fp32, the exact one, first, then the cheapest. */
export const dtypes = Object.keys(SUFFIXES) as readonly Dtype[];

/**
 * The subfolders of a model that may have the ONNX file: `onnx` as on the hub, or the folder of the model itself, where
 * exporters write it.
 */
const SUBFOLDERS = ['onnx', ''] as const;

/** An ONNX file of a model. */
export interface OnnxFile {
  readonly dtype: Dtype;
  /** `onnx`, or the empty string if the file is in the folder of the model itself. */
  readonly subfolder: (typeof SUBFOLDERS)[number];
  /** Path of the file within the model's folder, with `/`. */
  readonly name: string;
}

/** The name of an ONNX file in a folder with the layout of the hub: `onnx/model_quantized.onnx`. */
export function onnxFileName(dtype: Dtype): string {
  return `onnx/model${SUFFIXES[dtype]}.onnx`;
}

/**
 * Finds the ONNX file to load: the one of the number type `wanted`, or, if that is undefined, the first that exists.
 * Undefined if there is no such file.
 */
export function findOnnxFile(folder: string, wanted: Dtype | undefined): OnnxFile | undefined {
  for (const dtype of wanted ? [wanted] : dtypes) {
    for (const subfolder of SUBFOLDERS) {
      const name = `${subfolder === '' ? '' : `${subfolder}/`}model${SUFFIXES[dtype]}.onnx`;
      if (existsSync(join(folder, name))) return { dtype, subfolder, name };
    }
  }
  return undefined;
}

/**
 * The names of an ONNX file and of the files beside it with its weights (`model.onnx_data`, `model.onnx_data_1`,
 * `model.onnx.data`).
 */
export function listOnnxFiles(folder: string, { subfolder, name }: OnnxFile): string[] {
  const stem = name.slice(subfolder === '' ? 0 : subfolder.length + 1);
  const weights = readdirSync(join(folder, subfolder)).filter(
    (file) => file.startsWith(stem) && /^(?:_data(?:_\d+)?|\.data)$/.test(file.slice(stem.length)),
  );
  return [name, ...weights.sort().map((file) => (subfolder === '' ? file : `${subfolder}/${file}`))];
}
