/** A visit to the page, which collects everything that must not happen. */
import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright-core';

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Errors of the page, and requests to any host but the server's. */
  problems: string[];
  /** The texts drawn on the map in the current frame, with their positions in pixels of the window. */
  onMap(): Promise<{ text: string; x: number; y: number }[]>;
  /** The number of fully opaque pixels of the canvas: those covered by a paper. */
  opaquePixels(): Promise<number>;
}

declare global {
  interface Window {
    drawnTexts: { text: string; x: number; y: number }[];
  }
}

/** A frame starts with `putImageData`; the texts drawn after it are the labels of this frame. */
function recordTexts(): void {
  const context = CanvasRenderingContext2D.prototype;
  const { putImageData, fillText } = context;
  window.drawnTexts = [];
  context.putImageData = function record(this: CanvasRenderingContext2D, ...args: unknown[]) {
    // The minimap is another canvas.
    if (this.canvas.id === 'map') window.drawnTexts = [];
    return Reflect.apply(putImageData, this, args);
  };
  context.fillText = function record(this: CanvasRenderingContext2D, text: string, x: number, y: number) {
    if (this.globalAlpha > 0.8) window.drawnTexts.push({ text, x, y });
    return Reflect.apply(fillText, this, [text, x, y]);
  };
}

/** A tab that a next visit may use: a new one takes a renderer process, which is half the time of a visit. */
interface Tab {
  readonly page: Page;
  readonly protocol: CDPSession;
  /** A test changed something that the next navigation does not undo: the tab is not used again. */
  isChanged: boolean;
}

const tabs = new WeakMap<BrowserContext, Tab>();

/** Makes a method note that the tab of a profile is changed. */
function noteChange<Arguments extends unknown[], Result>(
  context: BrowserContext,
  method: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  return (...args) => {
    const tab = tabs.get(context);
    if (tab) tab.isChanged = true;
    return method(...args);
  };
}

/** A new browser profile with a desktop window, unless the options say otherwise. */
export async function newProfile(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.newCDPSession = noteChange(context, context.newCDPSession.bind(context));
  return context;
}

async function openTab(context: BrowserContext): Promise<Tab> {
  const page = await context.newPage();
  const tab: Tab = { page, protocol: await context.newCDPSession(page), isChanged: false };
  await page.addInitScript(recordTexts);
  page.addInitScript = noteChange(context, page.addInitScript.bind(page));
  page.setViewportSize = noteChange(context, page.setViewportSize.bind(page));
  page.emulateMedia = noteChange(context, page.emulateMedia.bind(page));
  tabs.set(context, tab);
  return tab;
}

/** The tab of the previous visit, without its listeners and routes; or a new one. */
async function cleanTab(context: BrowserContext): Promise<Tab> {
  const tab = tabs.get(context);
  for (const page of context.pages()) if (page !== tab?.page || tab.isChanged) await page.close();
  if (!tab || tab.page.isClosed()) return openTab(context);
  const { page } = tab;
  for (const event of ['console', 'pageerror', 'request', 'response', 'download'] as const) {
    await page.removeAllListeners(event, { behavior: 'ignoreErrors' });
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.mouse.move(-1, -1);
  await page.evaluate(() => sessionStorage.clear());
  return tab;
}

/**
 * Opens the page in a profile as if for the first time. The tab of the previous visit is used again, without its page,
 * listeners and routes; permissions, cookies and storage are cleared. The HTTP cache stays, because filling it is half the
 * time of a visit.
 */
export async function visit(context: BrowserContext, url: string): Promise<Visit> {
  const { host, origin } = new URL(url);
  await context.clearPermissions();
  const { page, protocol } = await cleanTab(context);
  await protocol.send('Storage.clearDataForOrigin', { origin, storageTypes: 'cookies,local_storage' });
  const problems: string[] = [];
  // What happens before the navigation belongs to the previous page.
  page.once('framenavigated', () => {
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('request', (request) => {
      const to = new URL(request.url());
      if (to.protocol !== 'data:' && to.host !== host) problems.push(`request to ${to.host}`);
    });
  });
  await page.goto(url);
  const canvas = page.getByRole('img', { name: /^Map of \d/ });
  await canvas.waitFor();
  await page.waitForFunction(() => window.drawnTexts.length > 0);

  return {
    page,
    context,
    problems,
    async onMap() {
      const box = (await canvas.boundingBox())!;
      const texts = await page.evaluate(() => window.drawnTexts);
      return texts.map(({ text, x, y }) => ({ text, x: box.x + x, y: box.y + y }));
    },
    opaquePixels: () =>
      canvas.evaluate((element: HTMLCanvasElement) => {
        const { data } = element.getContext('2d')!.getImageData(0, 0, element.width, element.height);
        let count = 0;
        for (let i = 3; i < data.length; i += 4) if (data[i] === 255) count++;
        return count;
      }),
  };
}
