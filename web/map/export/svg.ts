/** A figure of the map as SVG: self-contained, with points grouped by topic and labels as text. Pure. */
import type { Figure, FigureLabel } from './figure.ts';

export function renderSvg(figure: Figure): string {
  const { width, height, totalHeight, background, ink, secondaryInk, contours, caption } = figure;
  const groups = figure.groups.map(
    ({ name, color, opacity, radius, coordinates }) =>
      `<g fill="none" stroke="${hexColor(color)}" stroke-opacity="${opacity}" stroke-width="${round(2 * radius)}" stroke-linecap="round"><title>${escapeXml(name)}</title><path d="${pointsPath(coordinates)}"/></g>`,
  );
  const labels = figure.labels.map((label) => labelElement(label, background));
  const badges = figure.badges.map(
    ({ x, y, text }) =>
      `<g><circle cx="${round(x)}" cy="${round(y)}" r="${figure.badgeRadius}" fill="${hexColor(ink)}" stroke="${hexColor(background)}" stroke-width="1.5"/><text x="${round(x)}" y="${round(y)}" dy=".36em" font-size="10.5" font-weight="650" fill="${hexColor(background)}">${text}</text></g>`,
  );
  const legend = figure.legend.map(
    ({ x, y, name, color, papers }) =>
      `<circle cx="${round(x)}" cy="${y}" r="5" fill="${hexColor(color)}"/><text x="${round(x + 13)}" y="${y}" dy=".35em">${escapeXml(name)} <tspan fill="${hexColor(secondaryInk)}">${papers}</tspan></text>`,
  );
  const contourColor = hexColor(contours.color);
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${totalHeight}" viewBox="0 0 ${width} ${totalHeight}" font-family="${escapeXml(figure.fontFamily)}">
<title>${escapeXml(figure.title)}</title>
<rect width="${width}" height="${totalHeight}" fill="${hexColor(background)}"/>
<svg width="${width}" height="${height}" overflow="hidden">
<g id="contours" fill="${contourColor}" fill-opacity="${contours.fill}" stroke="${contourColor}" stroke-opacity="${contours.line}">
${contours.levels.map(contourElement).join('\n')}
</g>
<g id="papers">
${groups.join('\n')}
</g>
<g id="labels" text-anchor="middle" stroke-linejoin="round" paint-order="stroke">
${labels.join('\n')}
</g>
<g id="badges" text-anchor="middle">
${badges.join('\n')}
</g>
</svg>
<g id="legend" font-size="12.5" fill="${hexColor(ink)}">
${legend.join('\n')}
<text x="${caption.x}" y="${caption.y}" fill="${hexColor(secondaryInk)}">${escapeXml(caption.text)}</text>
</g>
</svg>
`;
}

/** Points as strokes of length 0 with round caps, which take a quarter of the characters of circles. */
function pointsPath(coordinates: readonly number[]): string {
  let path = '';
  for (let i = 0; i < coordinates.length; i += 2) path += `M${round(coordinates[i])} ${round(coordinates[i + 1])}h0`;
  return path;
}

function contourElement(rings: readonly (readonly number[])[]): string {
  const paths = rings.map((ring) => {
    const corners = Array.from(
      { length: ring.length / 2 },
      (_, i) => `${round(ring[2 * i])} ${round(ring[2 * i + 1])}`,
    );
    // Rounding can make a corner equal to the one before.
    return `M${corners.filter((corner, i) => corner !== corners[i - 1]).join(' ')}Z`;
  });
  return `<path d="${paths.join('')}"/>`;
}

function labelElement(
  { lines, x, y, lineHeight, fontSize, weight, color, opacity }: FigureLabel,
  background: string,
): string {
  const spans = lines
    .map((line, i) => {
      const lineY = y + (i - (lines.length - 1) / 2) * lineHeight;
      return `<tspan x="${round(x)}" y="${round(lineY)}" dy=".35em">${escapeXml(line)}</tspan>`;
    })
    .join('');
  const style = `font-size="${fontSize}" font-weight="${weight}" fill="${hexColor(color)}" opacity="${opacity}"`;
  return `<text ${style} stroke="${hexColor(background)}" stroke-width="${weight > 500 ? 4.5 : 3}">${spans}</text>`;
}

/** To a tenth of a pixel. + 0 turns −0 into 0. */
function round(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}

/** `rgb(…)` or `rgba(…)` as `#rrggbb`, which every program can read; anything else as black. */
export function hexColor(color: string): string {
  const [r, g, b] = (color.match(/[\d.]+/g) ?? []).map(Number);
  if (r === undefined || g === undefined || b === undefined) return '#000000';
  return `#${[r, g, b].map((part) => Math.min(255, Math.round(part)).toString(16).padStart(2, '0')).join('')}`;
}

/** Text for XML 1.0: markup is escaped, and characters that XML does not allow are removed. */
export function escapeXml(text: string): string {
  return (
    text
      // Unpaired surrogates.
      .replace(/\p{Cs}/gu, '\ufffd')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 does not allow them
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
