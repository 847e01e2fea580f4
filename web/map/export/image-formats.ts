/** A figure of the map as a file: SVG, or PNG at twice the resolution of CSS pixels. */
import type { Figure, FigureLabel } from './figure.ts';

/** Self-contained, with points grouped by topic and labels as text. Pure. */
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

// PNG.

const RATIO = 2;
const FULL_CIRCLE = 2 * Math.PI;

/** @throws Error if the browser cannot create an image of this size */
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
