/** The page `/nights`: the last nightly runs, and the report of each. Rendered here: it must work when little else does. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { NightRecord } from '../pipeline/core/night-report.ts';
import type { NightArchive } from './health.ts';

/** Number of nights on the page. */
const MAX_NIGHTS = 60;

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .failed { font-weight: 600; }
`;

/** Creates the routes `/nights` and `/nights/REPORT`. */
export function createNightsPage(nights: NightArchive): Hono {
  const routes = new Hono();
  routes.get('/nights', (c) => {
    const records = nights.records().slice(-MAX_NIGHTS).reverse();
    const list = html`<table>
      <thead><tr><th>Night</th><th>Outcome</th><th>Papers</th><th>New</th><th>Changed</th><th>Gone</th><th>Seconds</th></tr></thead>
      <tbody>${records.map(nightRow)}</tbody>
    </table>`;
    const none = html`<p>No night has run yet. docs/nightly.md says how to start them.</p>`;
    return c.html(pageOf('Nights', records.length > 0 ? list : none));
  });
  routes.get('/nights/:report', (c) => {
    const name = c.req.param('report');
    const text = nights.report(name);
    if (text === undefined) return c.notFound();
    return c.html(pageOf(name.replace(/\.md$/, ''), html`<p><a href="/nights">All nights</a></p><pre>${text}</pre>`));
  });
  return routes;
}

function nightRow({ time, tookMs, outcome, code, message, counts, papers, report }: NightRecord) {
  const date = time.slice(0, 16).replace('T', ' ');
  const gone = papers ? papers.kept.count + papers.removed.count : '';
  return html`<tr>
    <td>${report ? html`<a href="/nights/${report}">${date}</a>` : date}</td>
    <td>${outcome === 'failed' ? html`<span class="failed">failed</span> (${code}): ${message}` : outcome}</td>
    <td>${counts?.papers ?? ''}</td><td>${papers?.new.count ?? ''}</td><td>${papers?.changed.count ?? ''}</td>
    <td>${gone}</td><td>${(tookMs / 1000).toFixed(1)}</td>
  </tr>`;
}

function pageOf(title: string, content: unknown) {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · paperfield</title>
<style>${STYLE}</style></head>
<body><h1>${title}</h1>${content}<p><a href="/">Back to the map</a></p></body>
</html>`;
}
