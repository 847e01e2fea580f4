/** The page `/nights`: the last nightly runs, and the report of each. Rendered here: it must work when little else does. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { NightRecord } from '../pipeline/core/night-report.ts';
import type { NightArchive } from './health.ts';

/** Number of nights on the page. */
const MAX_NIGHTS = 60;

/** The colors are those of the page (web/styles/tokens.css). */
const STYLE = `
  :root {
    color-scheme: light dark;
    font: 15px/1.5 -apple-system, "Segoe UI", Inter, Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
    background: light-dark(#fdfcf9, #161a1f);
    color: light-dark(#211f1b, #ece9e3);
  }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font: 1.7rem/1.3 Palatino, Charter, Georgia, "Liberation Serif", serif; }
  a { color: light-dark(#1f5a8f, #8fbfee); }
  .frame { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { text-align: left; vertical-align: top; padding: .45rem 1rem .45rem 0; border-bottom: 1px solid light-dark(#e4ded3, #2b3038); }
  th { color: light-dark(#6c655b, #96918a); font-weight: 550; font-size: .9em; }
  td:first-child { white-space: nowrap; }
  .number { text-align: right; }
  .failed { color: light-dark(#9a3b1c, #f0a07e); font-weight: 600; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  @media (max-width: 40rem) { .detail { display: none; } th, td { padding-right: .6rem; } }
`;
/** What the outcomes of a night are called; a failed one says why. */
const OUTCOMES = { promoted: 'new snapshot', unchanged: 'nothing new' } as const;

/** Creates the routes `/nights` and `/nights/REPORT`. */
export function createNightsPage(nights: NightArchive): Hono {
  const routes = new Hono();
  routes.get('/nights', (c) => {
    const records = nights.records().slice(-MAX_NIGHTS).reverse();
    const list = html`<div class="frame"><table>
      <thead><tr><th>Night (UTC)</th><th>Outcome</th><th class="number">Papers</th><th class="number">New</th><th class="number detail">Changed</th><th class="number detail">Gone</th><th class="number detail">Seconds</th></tr></thead>
      <tbody>${records.map(nightRow)}</tbody>
    </table></div>`;
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
    <td>${outcome === 'failed' ? html`<span class="failed">failed</span> (${code}): ${message}` : OUTCOMES[outcome]}</td>
    <td class="number">${counts?.papers ?? ''}</td><td class="number">${papers?.new.count ?? ''}</td>
    <td class="number detail">${papers?.changed.count ?? ''}</td><td class="number detail">${gone}</td>
    <td class="number detail">${(tookMs / 1000).toFixed(1)}</td>
  </tr>`;
}

function pageOf(title: string, content: unknown) {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · paperfield</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<style>${STYLE}</style></head>
<body><h1>${title}</h1>${content}<p><a href="/">Back to the map</a></p></body>
</html>`;
}
