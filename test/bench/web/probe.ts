/** What is measured from within the page. These functions are sent there: they use nothing from outside themselves. */
import type { Page } from 'playwright-core';

export interface Motion {
  /** From one drawn frame to the next, in milliseconds. */
  gaps: number[];
  /** What the page itself worked for each, in milliseconds. */
  work: number[];
}

declare global {
  interface Window {
    probe: { frames: number[]; work: number[]; firstMap: number; longest: number };
  }
}

/** To run before the page's own scripts: notes every frame of the map, and what each animation frame cost. */
export function watchFrames(): void {
  window.probe = { frames: [], work: [], firstMap: 0, longest: 0 };
  const context = CanvasRenderingContext2D.prototype;
  const { putImageData, fillText } = context;
  let drew = false;
  context.putImageData = function record(this: CanvasRenderingContext2D, ...args: unknown[]) {
    drew = true;
    return Reflect.apply(putImageData, this, args);
  };
  context.fillText = function record(this: CanvasRenderingContext2D, ...args: unknown[]) {
    // Names are written when papers are: both are there from now on.
    window.probe.firstMap ||= performance.now();
    return Reflect.apply(fillText, this, args);
  };
  const { requestAnimationFrame } = window;
  window.requestAnimationFrame = (callback) =>
    requestAnimationFrame((time) => {
      drew = false;
      const started = performance.now();
      callback(time);
      if (!drew) return;
      window.probe.frames.push(started);
      window.probe.work.push(performance.now() - started);
    });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.probe.longest = Math.max(window.probe.longest, entry.duration);
  }).observe({ type: 'longtask', buffered: true });
}

/** Drags the map to and fro, or turns the wheel in and out, a little with every frame. */
export async function move(page: Page, how: 'pan' | 'zoom', frames: number): Promise<Motion> {
  return page.evaluate(
    async ([kind, count]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('#map')!;
      const box = canvas.getBoundingClientRect();
      const [x, y] = [box.x + box.width * 0.5, box.y + box.height * 0.5];
      const next = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const mouse = (type: string, dx: number, dy: number) =>
        new MouseEvent(type, { bubbles: true, cancelable: true, view: window, clientX: x + dx, clientY: y + dy });
      const { probe } = window;
      const from = probe.frames.length;
      if (kind === 'pan') canvas.dispatchEvent(mouse('mousedown', 0, 0));
      for (let i = 0; i < count; i++) {
        const turn = (2 * Math.PI * i) / count;
        if (kind === 'pan') window.dispatchEvent(mouse('mousemove', 160 * Math.sin(turn), 90 * Math.sin(2 * turn)));
        else {
          const deltaY = i < count / 2 ? -24 : 24;
          const at = { bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, deltaY };
          canvas.dispatchEvent(new WheelEvent('wheel', at));
        }
        await next();
      }
      if (kind === 'pan') window.dispatchEvent(mouse('mouseup', 0, 0));
      const times = probe.frames.slice(from);
      return { gaps: times.slice(1).map((time, i) => time - times[i]!), work: probe.work.slice(from) };
    },
    [how, frames] as const,
  );
}

/** From a pointer's move onto the middle of the map to a card on the screen, some times over, in milliseconds. */
export async function hoverToCard(page: Page, times: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const canvas = document.querySelector<HTMLCanvasElement>('#map')!;
    const box = canvas.getBoundingClientRect();
    const card = document.querySelector<HTMLElement>('.hover-card')!;
    const taken: number[] = [];
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const point = (type: string, x: number, y: number) =>
      canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerType: 'mouse', clientX: x, clientY: y }));
    for (let i = 0; taken.length < count && i < 40 * count; i++) {
      const turn = i * 2.4;
      const reach = 0.3 * Math.sqrt((i % 97) / 97);
      const x = box.x + box.width * (0.5 + reach * Math.cos(turn));
      const y = box.y + box.height * (0.5 + reach * Math.sin(turn));
      point('pointerleave', x, y);
      await pause(30);
      const started = performance.now();
      point('pointermove', x, y);
      for (let wait = 0; wait < 12 && card.hidden; wait++)
        await new Promise((resolve) => requestAnimationFrame(resolve));
      if (!card.hidden) taken.push(performance.now() - started);
    }
    return taken;
  }, times);
}
