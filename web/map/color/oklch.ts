/**
 * Conversions between OKLCH, OKLab (Björn Ottosson, 2020) and sRGB. In OKLab, distances match perceived differences, so
 * that the steps of a palette look even.
 */

/** Red, green and blue, from 0 to 1 if the color is in the sRGB gamut. Also used for the three channels of OKLab. */
export type Rgb = [number, number, number];

/**
 * Converts OKLCH to linear RGB. Chroma is reduced until the color is in the sRGB gamut.
 *
 * @param hue in degrees
 */
export function oklchToLinearRgb(lightness: number, chroma: number, hue: number): Rgb {
  const angle = (hue * Math.PI) / 180;
  for (let c = chroma; ; c -= 0.004) {
    const rgb = oklabToLinearRgb(lightness, Math.max(c, 0) * Math.cos(angle), Math.max(c, 0) * Math.sin(angle));
    if (c <= 0 || rgb.every((v) => v >= -0.0005 && v <= 1.0005)) {
      return rgb.map((v) => Math.min(1, Math.max(0, v))) as Rgb;
    }
  }
}

function oklabToLinearRgb(lightness: number, a: number, b: number): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** Converts linear RGB to OKLab, where the Euclidean distance of two colors is how different they look. */
export function linearRgbToOklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** The relative luminance of a linear RGB color, from 0 to 1, as in WCAG 2.2. */
export function relativeLuminance([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Converts linear RGB to a CSS color `rgba(…)`. */
export function rgbToCss([r, g, b]: Rgb, alpha = 1): string {
  return `rgba(${toByte(r)}, ${toByte(g)}, ${toByte(b)}, ${alpha})`;
}

/** Packs linear RGB as a pixel of ImageData, read as a little-endian integer. */
export function packPixel([r, g, b]: Rgb, alpha = 1): number {
  return ((Math.round(alpha * 255) << 24) | (toByte(b) << 16) | (toByte(g) << 8) | toByte(r)) >>> 0;
}

/** Converts a linear channel to sRGB, from 0 to 255, with the sRGB transfer function. */
function toByte(linear: number): number {
  return Math.round((linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055) * 255);
}
