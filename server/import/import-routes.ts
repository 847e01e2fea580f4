/** The routes of imports: files are sent one by one, read, shown, and imported or discarded. */
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { type TimedEnv, validateRequest } from '../http/endpoint.ts';
import { createOwnPageGuard } from '../http/request-guards.ts';
import { type ImportPolicy, importId, uploadRequest } from '../schemas/import.ts';
import type { ImportService } from './import-service.ts';

/** Whether files can be imported, and if so by what. */
export interface Imports {
  readonly service?: ImportService;
  readonly policy: ImportPolicy;
}

interface ImportRoutesInput extends Imports {
  readonly allowedHosts: readonly string[];
}

/** Creates the routes below `/api/imports`. Where importing is not allowed, each of them answers with 403 and why. */
export function createImportRoutes({ service, policy, allowedHosts }: ImportRoutesInput): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  const ownPage = createOwnPageGuard(allowedHosts);
  // Browsers say of a GET within a page nothing if it goes over plain http to another machine.
  routes.use('/imports/*', (c, next) => (c.req.method === 'GET' ? next() : ownPage(c, next)));
  routes.use('/imports/*', async (c, next) => {
    if (!policy.isAllowed) throw new HTTPException(403, { message: policy.reason ?? 'no files can be imported here' });
    c.header('cache-control', 'no-store');
    await next();
  });
  if (!service) return routes;
  const idOf = (id: string) => validateRequest(importId, id);
  routes.post('/imports', async (c) => c.json(await service.create(), 201));
  routes.get('/imports/:id', (c) => c.json(service.state(idOf(c.req.param('id')))));
  routes.post('/imports/:id/files', async (c) => {
    const { name } = validateRequest(uploadRequest, c.req.query());
    if (c.req.header('content-type') !== 'application/octet-stream') {
      throw new HTTPException(415, { message: 'a file is sent as application/octet-stream' });
    }
    const announced = Number(c.req.header('content-length') ?? 0);
    const body = () => c.req.raw.body ?? emptyBody();
    const id = idOf(c.req.param('id'));
    return c.json(await service.add(id, name, Number.isFinite(announced) ? announced : 0, body), 201);
  });
  routes.post('/imports/:id/preview', (c) => c.json(service.read(idOf(c.req.param('id'))), 202));
  routes.post('/imports/:id/start', (c) => c.json(service.start(idOf(c.req.param('id'))), 202));
  routes.delete('/imports/:id', async (c) => {
    await service.discard(idOf(c.req.param('id')));
    return c.body(null, 204);
  });
  return routes;
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
