import { request } from 'node:http';
import { mapAnswer, type PaperAnswer, paperAnswer } from '../../server/schemas/search.ts';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
}

/** Asks as a browser does: fetch makes the path normal and unpacks what is compressed. */
export function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return askWith(url, { headers });
}

/** Asks with another method, or with a body. */
export async function askWith(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
}

/** Asks for a path exactly as it is written, `..` and all. */
export function askRaw(base: string, path: string, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        const headers = new Headers();
        for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value));
        resolve({ status: response.statusCode ?? 0, headers, text, body: jsonOf(text) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The query part of an address: every value given as it is. */
export function queryOf(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** Every paper of a server, in the order of their rows. */
export async function allPapers(url: string): Promise<PaperAnswer[]> {
  const { ids } = mapAnswer.parse((await ask(`${url}/api/map`)).body);
  return Promise.all(
    ids.map(async (id) => paperAnswer.parse((await ask(`${url}/api/papers/${encodeURIComponent(id)}`)).body)),
  );
}
