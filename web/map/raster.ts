/**
 * A buffer of pixels that dots are stamped into. While it is drawn its colours are premultiplied by alpha, which makes
 * mixing two of them a few whole-number operations; a canvas wants them plain, so they are divided once, at the end.
 * A rim of spare pixels around it saves every dot from being cut at the edges.
 */

export interface Raster {
  /** Premultiplied RGBA, little-endian: alpha in the highest byte. */
  pixels: Int32Array;
  /** Pixels a line. */
  stride: number;
  /** Spare pixels on each side: twice as many as a dot reaches, so that one centred just out of sight stays within. */
  spare: number;
  /** What is seen. */
  width: number;
  height: number;
}

/** 255 / alpha in 1/65536. */
const inverse = Uint32Array.from({ length: 256 }, (_, alpha) => (alpha === 0 ? 0 : Math.round((255 * 65536) / alpha)));

/** From premultiplied to plain colours, in place. No channel is larger than its alpha, so none becomes larger than 255. */
export function divideByAlpha(pixels: Int32Array): void {
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!;
    if (pixel === 0) continue;
    const alpha = pixel >>> 24;
    if (alpha === 255) continue;
    const by = inverse[alpha]!;
    const red = ((pixel & 255) * by + 32768) >>> 16;
    const green = (((pixel >>> 8) & 255) * by + 32768) >>> 16;
    const blue = (((pixel >>> 16) & 255) * by + 32768) >>> 16;
    pixels[i] = (alpha << 24) | (blue << 16) | (green << 8) | red;
  }
}
