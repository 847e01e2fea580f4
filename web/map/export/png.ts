/** A figure of the map as PNG, at twice the resolution of CSS pixels. */
import type { Figure } from './figure.ts';

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
