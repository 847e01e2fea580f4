/** A picture of the map as SVG: a file that needs nothing else, dots grouped by topic, names as text. Pure. */
import { roundTo } from '../../../pipeline/core/round.ts';
import { BADGE_RADIUS, type Figure, type FigureLabel, FONT_FAMILY, layoutLegend, truncate } from './figure.ts';

/** Text as it may stand in XML 1.0: what has a meaning is written out, what may not be there is left out. */
export function escapeXml(text: string): string {
  return (
    text
      // Half of a character that is written in two.
      .replace(/\p{Cs}/gu, '\ufffd')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: just these may not stand in XML 1.0
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

/** `rgb(…)` or `rgba(…)` as `#rrggbb`, which every program reads; anything else black. */
export function hexColor(color: string): string {
  const [r, g, b] = (color.match(/[\d.]+/g) ?? []).map(Number);
  if (r === undefined || g === undefined || b === undefined) return '#000000';
  return `#${[r, g, b].map((part) => Math.min(255, Math.round(part)).toString(16).padStart(2, '0')).join('')}`;
}

const round = (value: number) => roundTo(value, 1);

/** Dots as the round ends of strokes that lead nowhere: a quarter of the letters of circles. */
function dots(places: readonly number[]): string {
  let path = '';
  for (let i = 0; i < places.length; i += 2) path += `M${round(places[i]!)} ${round(places[i + 1]!)}h0`;
  return path;
}

function heightPath(rings: readonly (readonly number[])[]): string {
  const corner = (ring: readonly number[], i: number) => `${round(ring[i]!)} ${round(ring[i + 1]!)}`;
  const closed = rings.map((ring) => {
    const corners = Array.from({ length: ring.length / 2 }, (_, i) => corner(ring, 2 * i));
    // A corner that falls onto the one before says nothing.
    return `M${corners.filter((at, i) => at !== corners[i - 1]).join(' ')}Z`;
  });
  return `<path d="${closed.join('')}"/>`;
}

function nameLines(
  { lines, x, y, lineHeight: step, fontSize: size, weight, color, opacity }: FigureLabel,
  ground: string,
): string {
  const spans = lines
    .map((line, i) => {
      const at = y + (i - (lines.length - 1) / 2) * step;
      return `<tspan x="${round(x)}" y="${round(at)}" dy=".35em">${escapeXml(line)}</tspan>`;
    })
    .join('');
  const look = `font-size="${size}" font-weight="${weight}" fill="${hexColor(color)}" opacity="${opacity}"`;
  return `<text ${look} stroke="${hexColor(ground)}" stroke-width="${weight > 500 ? 4.5 : 3}">${spans}</text>`;
}

export function renderSvg(picture: Figure): string {
  const { width, height, background: ground, ink, secondaryInk: quiet, legend, contours } = picture;
  const places = layoutLegend(picture);
  const parts = picture.groups.map(
    ({ name, color, opacity, radius, coordinates: at }) =>
      `<g fill="none" stroke="${hexColor(color)}" stroke-opacity="${opacity}" stroke-width="${round(2 * radius)}" stroke-linecap="round"><title>${escapeXml(name)}</title><path d="${dots(at)}"/></g>`,
  );
  const names = picture.labels.map((name) => nameLines(name, ground));
  const numbers = picture.badges.map(
    ({ x, y, text }) =>
      `<g><circle cx="${round(x)}" cy="${round(y)}" r="${BADGE_RADIUS}" fill="${hexColor(ink)}" stroke="${hexColor(ground)}" stroke-width="1.5"/><text x="${round(x)}" y="${round(y)}" dy=".36em" font-size="10.5" font-weight="650" fill="${hexColor(ground)}">${text}</text></g>`,
  );
  const entries = legend.map(({ name, color, papers }, i) => {
    const { x, y } = places.entries[i]!;
    return `<circle cx="${round(x)}" cy="${y}" r="5" fill="${hexColor(color)}"/><text x="${round(x + 13)}" y="${y}" dy=".35em">${escapeXml(truncate(name, places.letters))} <tspan fill="${hexColor(quiet)}">${papers}</tspan></text>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${places.height}" viewBox="0 0 ${width} ${places.height}" font-family="${escapeXml(FONT_FAMILY)}">
<title>${escapeXml(picture.title)}</title>
<rect width="${width}" height="${places.height}" fill="${hexColor(ground)}"/>
<svg width="${width}" height="${height}" overflow="hidden">
<g id="contours" fill="${hexColor(contours.color)}" fill-opacity="${contours.fill}" stroke="${hexColor(contours.color)}" stroke-opacity="${contours.line}">
${contours.levels.map(heightPath).join('\n')}
</g>
<g id="papers">
${parts.join('\n')}
</g>
<g id="names" text-anchor="middle" stroke-linejoin="round" paint-order="stroke">
${names.join('\n')}
</g>
<g id="hits" text-anchor="middle">
${numbers.join('\n')}
</g>
</svg>
<g id="legend" font-size="12.5" fill="${hexColor(ink)}">
${entries.join('\n')}
<text x="${places.about.x}" y="${places.about.y}" fill="${hexColor(quiet)}">${escapeXml(picture.caption)}</text>
</g>
</svg>
`;
}
