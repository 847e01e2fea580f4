/** Every view of the page, for tests that visit them all. A new view of the page gets an entry here. */
import type { Page } from 'playwright-core';
import type { StatusResponse } from '../../server/schemas/status.ts';

export interface View {
  name: string;
  /** The query string of the address. */
  search: string;
  /** Called when the address is open: waits for the content of the view, and opens its disclosures. */
  reach(page: Page): Promise<void>;
}

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

/** Over the sample papers. */
export const views: readonly View[] = [
  {
    name: 'start page',
    search: '',
    reach: (page) => page.getByRole('tree', { name: 'Topics' }).getByRole('treeitem').first().waitFor(),
  },
  {
    name: 'results',
    search: '?q=robots that learn from people',
    reach: (page) => region(page, 'Results').getByRole('listitem').nth(20).waitFor(),
  },
  {
    name: 'no matches',
    search: '?q=how to bake sourdough bread',
    reach: (page) => page.getByRole('heading', { name: /^No papers about/ }).waitFor(),
  },
  {
    name: 'a query with an error',
    search: '?q=since:yesterday',
    reach: (page) => page.getByRole('alert').filter({ hasText: /\S/ }).waitFor(),
  },
  {
    name: 'search tips',
    search: '',
    async reach(page) {
      await page.getByRole('button', { name: 'Search tips' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'completions',
    search: '',
    async reach(page) {
      await page.getByRole('combobox', { name: 'Search papers' }).pressSequentially('topic:');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'a paper',
    search: '?q=replay&paper=hindsight-experience-replay-755eb3da',
    async reach(page) {
      await region(page, 'Paper').getByRole('listitem').nth(9).waitFor();
      await page.getByText('closest papers by meaning').click();
    },
  },
  {
    name: 'an unknown paper',
    search: '?paper=unknown-id',
    reach: (page) => page.getByRole('alert').filter({ hasText: 'unknown-id' }).waitFor(),
  },
  {
    name: 'a topic',
    search: '?topic=0',
    async reach(page) {
      await region(page, 'Papers').getByRole('listitem').nth(4).waitFor();
      for (const summary of ['Show as table', 'Compare', 'All topics']) {
        await page.locator('summary').filter({ hasText: summary }).first().click();
      }
      await page.getByText(/closest papers are in the other topic/).waitFor();
    },
  },
  {
    name: 'a selection',
    search: '?sel=t:1',
    reach: (page) => region(page, 'Selection').getByRole('heading').first().waitFor(),
  },
  {
    name: 'results within a selection',
    search: '?q=robots&sel=r:0,-99,99,99&within=on',
    reach: (page) => region(page, 'Results').getByRole('link', { name: 'Within the selection' }).waitFor(),
  },
  {
    name: 'a draft',
    search: '?show=draft',
    async reach(page) {
      await page.getByRole('textbox', { name: 'Title' }).fill('Robots that learn to grasp');
      await page.getByRole('textbox', { name: 'Abstract' }).fill('We teach a robot to grasp and push things by trial.');
      await page.getByRole('button', { name: 'Place on map' }).click();
      await region(page, 'Draft').getByRole('listitem').nth(4).waitFor();
    },
  },
  {
    name: 'a reading path',
    search:
      '?from=hindsight-experience-replay-755eb3da&to=learning-synergies-between-pushing-and-grasping-with-self-c3425759',
    reach: (page) => region(page, 'Reading path').getByRole('listitem').first().waitFor(),
  },
  {
    name: 'hidden gems',
    search: '?show=gems',
    reach: (page) => region(page, 'Hidden gems').getByRole('listitem').first().waitFor(),
  },
  {
    name: 'new papers',
    search: '?since=2025-12',
    reach: (page) => region(page, 'What’s new').getByRole('listitem').first().waitFor(),
  },
  {
    name: 'adding papers',
    search: '',
    async reach(page) {
      await page.getByRole('button', { name: 'Add papers…' }).click();
      await page.getByRole('dialog', { name: 'Add papers' }).waitFor();
    },
  },
  {
    name: 'a search that fails',
    search: '',
    async reach(page) {
      const json = { error: { code: 'internal', message: 'the index is on fire' } };
      await page.route('**/api/search?*', (route) => route.fulfill({ status: 500, json }));
      await page.getByRole('combobox', { name: 'Search papers' }).fill('planning');
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  {
    name: 'notices of old and of newer papers',
    search: '',
    async reach(page) {
      await page.route('**/api/status', async (route) => {
        const status: StatusResponse = await (await route.fetch()).json();
        status.snapshot = { ...status.snapshot, id: 'tomorrow', ageSeconds: 9 * 86_400 };
        await route.fulfill({ json: status });
      });
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await page.getByRole('note').waitFor();
      await page.getByRole('button', { name: 'Refresh' }).waitFor();
    },
  },
];
