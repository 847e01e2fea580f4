/** Renders a figure of the map as a file: SVG, or PNG with two pixels per CSS pixel. */
import type { Figure, FigureLabel } from './figure.ts';

/** Renders a figure as a self-contained SVG document, with points grouped by color and labels as text. Pure. */
export function renderSvg(figure: Figure): string {
  const { width, height, totalHeight, background, ink, secondaryInk, contours, caption } = figure;
  const groups = figure.groups.map(
    ({ name, color, opacity, radius, coordinates }) =>
      `<g fill="none" stroke="${toHexColor(color)}" stroke-opacity="${opacity}" stroke-width="${round(2 * radius)}" stroke-linecap="round"><title>${escapeXml(name)}</title><path d="${pointsPath(coordinates)}"/></g>`,
  );
  const labels = figure.labels.map((label) => labelElement(label, background));
  const badges = figure.badges.map(
    ({ x, y, text }) =>
      `<g><circle cx="${round(x)}" cy="${round(y)}" r="${figure.badgeRadius}" fill="${toHexColor(ink)}" stroke="${toHexColor(background)}" stroke-width="1.5"/><text x="${round(x)}" y="${round(y)}" dy=".36em" font-size="10.5" font-weight="650" fill="${toHexColor(background)}">${text}</text></g>`,
  );
  const legend = figure.legend.map(
    ({ x, y, name, color, papers }) =>
      `<circle cx="${round(x)}" cy="${y}" r="5" fill="${toHexColor(color)}"/><text x="${round(x + 13)}" y="${y}" dy=".35em">${escapeXml(name)} <tspan fill="${toHexColor(secondaryInk)}">${papers}</tspan></text>`,
  );
  const contourColor = toHexColor(contours.color);
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${totalHeight}" viewBox="0 0 ${width} ${totalHeight}" font-family="${escapeXml(figure.fontFamily)}">
<title>${escapeXml(figure.title)}</title>
<rect width="${width}" height="${totalHeight}" fill="${toHexColor(background)}"/>
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
<g id="legend" font-size="12.5" fill="${toHexColor(ink)}">
${legend.join('\n')}
<text x="${caption.x}" y="${caption.y}" fill="${toHexColor(secondaryInk)}">${escapeXml(caption.text)}</text>
</g>
</svg>
`;
}

/**
 * A path that draws points as strokes of length 0 with round caps. It is a quarter as long as the same points as
 * `<circle>` elements.
 */
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
    // Rounding can make a corner equal to the previous one, which is then left out.
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
  const style = `font-size="${fontSize}" font-weight="${weight}" fill="${toHexColor(color)}" opacity="${opacity}"`;
  return `<text ${style} stroke="${toHexColor(background)}" stroke-width="${weight > 500 ? 4.5 : 3}">${spans}</text>`;
}

/** Rounds to a tenth of a pixel. Adding 0 turns −0 into 0. */
function round(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}

/** Converts `rgb(…)` or `rgba(…)` to `#rrggbb`, which every program can read. Anything else becomes black. */
export function toHexColor(color: string): string {
  const [r, g, b] = (color.match(/[\d.]+/g) ?? []).map(Number);
  if (r === undefined || g === undefined || b === undefined) return '#000000';
  return `#${[r, g, b].map((part) => Math.min(255, Math.round(part)).toString(16).padStart(2, '0')).join('')}`;
}

/** Escapes a text for XML 1.0: markup is escaped, and characters that XML does not allow are removed. */
export function escapeXml(text: string): string {
  return (
    text
      // Unpaired surrogates are replaced by U+FFFD, because XML does not allow them.
      .replace(/\p{Cs}/gu, '\ufffd')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 does not allow them
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

// The PNG renderer.

/** Pixels of the PNG per CSS pixel. */
const RATIO = 2;
const FULL_CIRCLE = 2 * Math.PI;

/**
 * Renders a figure as a PNG file.
 *
 * @throws Error if the browser cannot create an image of this size
 */
export async function renderPng(figure: Figure): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = figure.width * RATIO;
  canvas.height = figure.totalHeight * RATIO;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser could not create an image of this size.');
  context.scale(RATIO, RATIO);
  context.fillStyle = figure.background;
  context.fillRect(0, 0, figure.width, figure.totalHeight);
  context.save();
  context.beginPath();
  context.rect(0, 0, figure.width, figure.height);
  context.clip();
  drawMap(context, figure);
  context.restore();
  context.textBaseline = 'middle';
  drawLegend(context, figure);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not create an image of this size.');
  return blob;
}

function drawMap(context: CanvasRenderingContext2D, figure: Figure): void {
  const { contours, groups, labels, badges, badgeRadius, background, ink, fontFamily } = figure;
  context.fillStyle = contours.color;
  context.strokeStyle = contours.color;
  context.lineWidth = 1;
  for (const rings of contours.levels) {
    context.beginPath();
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        if (i === 0) context.moveTo(ring[i], ring[i + 1]);
        else context.lineTo(ring[i], ring[i + 1]);
      }
      context.closePath();
    }
    context.globalAlpha = contours.fill;
    context.fill();
    context.globalAlpha = contours.line;
    context.stroke();
  }
  for (const { coordinates, radius, color, opacity } of groups) {
    context.globalAlpha = opacity;
    context.fillStyle = color;
    context.beginPath();
    for (let i = 0; i < coordinates.length; i += 2) {
      context.moveTo(coordinates[i] + radius, coordinates[i + 1]);
      context.arc(coordinates[i], coordinates[i + 1], radius, 0, FULL_CIRCLE);
    }
    context.fill();
  }
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  for (const { lines, x, y, lineHeight, fontSize, weight, color, opacity } of labels) {
    context.globalAlpha = opacity;
    context.font = `${weight} ${fontSize}px ${fontFamily}`;
    context.strokeStyle = background;
    context.lineWidth = weight > 500 ? 4.5 : 3;
    context.fillStyle = color;
    lines.forEach((line, i) => {
      const lineY = y + (i - (lines.length - 1) / 2) * lineHeight;
      context.strokeText(line, x, lineY);
      context.fillText(line, x, lineY);
    });
  }
  context.globalAlpha = 1;
  context.font = `650 10.5px ${fontFamily}`;
  context.lineWidth = 1.5;
  for (const { x, y, text } of badges) {
    context.beginPath();
    context.arc(x, y, badgeRadius, 0, FULL_CIRCLE);
    context.fillStyle = ink;
    context.fill();
    context.strokeStyle = background;
    context.stroke();
    context.fillStyle = background;
    context.fillText(text, x, y + 0.5);
  }
}

function drawLegend(
  context: CanvasRenderingContext2D,
  { legend, caption, ink, secondaryInk, fontFamily }: Figure,
): void {
  context.textAlign = 'left';
  context.font = `12.5px ${fontFamily}`;
  for (const { x, y, name, color, papers } of legend) {
    context.beginPath();
    context.arc(x, y, 5, 0, FULL_CIRCLE);
    context.fillStyle = color;
    context.fill();
    const label = `${name} `;
    context.fillStyle = ink;
    context.fillText(label, x + 13, y);
    context.fillStyle = secondaryInk;
    context.fillText(String(papers), x + 13 + context.measureText(label).width, y);
  }
  context.fillStyle = secondaryInk;
  context.fillText(caption.text, caption.x, caption.y);
}
