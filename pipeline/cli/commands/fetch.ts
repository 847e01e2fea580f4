/** The command `fetch`, which fetches what is new from the sources of the config file. */
import { PaperfieldError } from '../../core/errors.ts';
import type { SourceOptions } from '../../fetch/source-options.ts';
import type { SourceReport } from '../../fetch/source-report.ts';
import { dataPaths } from '../../store/data-folder.ts';
import { acquireLock } from '../../store/lock.ts';
import type { Command } from '../command-line.ts';
import { formatDuration } from '../terminal.ts';

export const fetchCommand: Command = {
  name: 'fetch',
  summary: 'fetch what is new from the sources of the config file, or from some of them',
  operand: '[NAME…]',
  options: ['dataDir', 'contact'],
  flags: {
    'dry-run': { type: 'boolean', description: 'Fetch only the first page of each source, and keep nothing' },
    json: { type: 'boolean', description: 'Print one JSON object per source' },
  },
  async run({ config, operands, flags, print, effects }) {
    const sources = chooseSources(config.sources, operands);
    const { fetchSources } = await import('../../fetch/fetch-sources.ts');
    const isDryRun = flags['dry-run'] === true;
    const release = isDryRun ? () => undefined : acquireLock(dataPaths(config.dataDir).lock, effects.now());
    let reports: readonly SourceReport[];
    try {
      const contact = config.contact === '' ? undefined : config.contact;
      const environment = (name: string) => process.env[name];
      reports = await fetchSources(sources, { dataDir: config.dataDir, isDryRun, contact, environment }, effects);
    } finally {
      release();
    }
    for (const report of reports) print(flags.json === true ? JSON.stringify(report) : reportLines(report).join('\n'));
    const failed = reports.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
    if (failed.length > 0) {
      throw new PaperfieldError(
        'fetch_failed',
        `${failed.length} of ${reports.length} sources failed (${failed.join(', ')}); what they gave before stays`,
      );
    }
  },
};

/** @throws PaperfieldError bad_request, if there are no sources, or none with one of the names */
function chooseSources(sources: readonly SourceOptions[], names: readonly string[]): readonly SourceOptions[] {
  if (sources.length === 0) {
    throw new PaperfieldError(
      'bad_request',
      'no sources: name some in paperfield.config.json, which paperfield config init writes',
    );
  }
  const known = sources.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new PaperfieldError('bad_request', `no source is called '${unknown}'; there are ${known.join(', ')}`);
  }
  // A source that is named is fetched even if it is not enabled.
  return sources.filter(({ name, enabled }) => (names.length === 0 ? enabled : names.includes(name)));
}

/** What came of a source, for people: one line, then one for each note. */
export function reportLines(report: SourceReport): string[] {
  const { name, outcome, pages, records, bytes, total, kept, problem, isResumable, notes, tookMs } = report;
  const counts = [
    `${pages} ${pages === 1 ? 'answer' : 'answers'}`,
    ...(records > 0 ? [`${records.toLocaleString('en-US')} records`] : []),
    `${(bytes / 1e6).toFixed(1)} MB`,
  ].join(', ');
  const first = {
    fetched: () => `${counts} in ${formatDuration(tookMs)}; ${kept} kept in all`,
    unchanged: () => `nothing new (${kept} kept)`,
    planned: () =>
      total === undefined
        ? `would fetch: ${counts} in the first answer`
        : `would fetch: ${total.toLocaleString('en-US')} records`,
    failed: () => `${problem}${isResumable ? `; ${counts} wait for the next run, which goes on from there` : ''}`,
  }[outcome]();
  return [`${name}: ${outcome === 'failed' ? 'FAILED, ' : ''}${first}`, ...notes.map((note) => `  ${note}`)];
}
