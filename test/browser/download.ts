import { buffer, text } from 'node:stream/consumers';
import type { Download } from 'playwright-core';

// A browser that is connected to cannot give the path of a file.
export async function downloadedBytes(download: Download): Promise<Buffer> {
  return buffer(await download.createReadStream());
}

export async function downloadedText(download: Download): Promise<string> {
  return text(await download.createReadStream());
}
