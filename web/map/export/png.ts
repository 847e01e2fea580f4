/** A picture of the map as PNG, at twice the size of the screen's. */
import { truncate, FONT_FAMILY, layoutLegend, type Figure, BADGE_RADIUS } from './figure.ts';

const TWICE = 2;
const WHOLE = 2 * Math.PI;

function drawMap(context: CanvasRenderingContext2D, picture: Figure): void {
  const { contours, groups, labels: names, badges: numbers, background: ground, ink } = picture;
  context.fillStyle = contours.color;
  context.strokeStyle = contours.color;
  context.lineWidth = 1;
  for (const rings of contours.levels) {
    context.beginPath();
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        if (i === 0) context.moveTo(ring[i]!, ring[i + 1]!);
        else context.lineTo(ring[i]!, ring[i + 1]!);
      }
      context.closePath();
    }
    context.globalAlpha = contours.fill;
    context.fill();
    context.globalAlpha = contours.line;
    context.stroke();
  }
  for (const { coordinates: places, radius, color, opacity } of groups) {
    context.globalAlpha = opacity;
    context.fillStyle = color;
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
      context.moveTo(places[i]! + radius, places[i + 1]!);
      context.arc(places[i]!, places[i + 1]!, radius, 0, WHOLE);
    }
    context.fill();
  }
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  for (const { lines, x, y, lineHeight: step, fontSize: size, weight, color, opacity } of names) {
    context.globalAlpha = opacity;
    context.font = `${weight} ${size}px ${FONT_FAMILY}`;
    context.strokeStyle = ground;
    context.lineWidth = weight > 500 ? 4.5 : 3;
    context.fillStyle = color;
    lines.forEach((line, i) => {
      const at = y + (i - (lines.length - 1) / 2) * step;
      context.strokeText(line, x, at);
      context.fillText(line, x, at);
    });
  }
  context.globalAlpha = 1;
  context.font = `650 10.5px ${FONT_FAMILY}`;
  context.lineWidth = 1.5;
  for (const { x, y, text } of numbers) {
    context.beginPath();
    context.arc(x, y, BADGE_RADIUS, 0, WHOLE);
    context.fillStyle = ink;
    context.fill();
    context.strokeStyle = ground;
    context.stroke();
    context.fillStyle = ground;
    context.fillText(text, x, y + 0.5);
  }
}

function drawLegend(context: CanvasRenderingContext2D, picture: Figure): void {
  const places = layoutLegend(picture);
  context.textAlign = 'left';
  context.font = `12.5px ${FONT_FAMILY}`;
  picture.legend.forEach(({ name, color, papers }, i) => {
    const { x, y } = places.entries[i]!;
    context.beginPath();
    context.arc(x, y, 5, 0, WHOLE);
    context.fillStyle = color;
    context.fill();
    const words = `${truncate(name, places.letters)} `;
    context.fillStyle = picture.ink;
    context.fillText(words, x + 13, y);
    context.fillStyle = picture.secondaryInk;
    context.fillText(String(papers), x + 13 + context.measureText(words).width, y);
  });
  context.fillStyle = picture.secondaryInk;
  context.fillText(picture.caption, places.about.x, places.about.y);
}

/** @throws Error where the browser cannot make a picture as large */
export async function renderPng(picture: Figure): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const { height } = layoutLegend(picture);
  canvas.width = picture.width * TWICE;
  canvas.height = height * TWICE;
  const context = canvas.getContext('2d')!;
  context.scale(TWICE, TWICE);
  context.fillStyle = picture.background;
  context.fillRect(0, 0, picture.width, height);
  context.save();
  context.beginPath();
  context.rect(0, 0, picture.width, picture.height);
  context.clip();
  drawMap(context, picture);
  context.restore();
  context.textBaseline = 'middle';
  drawLegend(context, picture);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not make the picture.');
  return blob;
}
