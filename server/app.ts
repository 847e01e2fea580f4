import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { secureHeaders } from 'hono/secure-headers';
import { errorHandler, notFoundHandler } from './http/error-response.ts';
import { type PageFile, servePage } from './http/page-files.ts';
import { crossSiteGuard, type HostOptions, hostGuard } from './http/request-guards.ts';
import { serverTiming, type TimedEnv } from './http/server-timing.ts';
import type { LiveEngine } from './live-snapshot.ts';
import { exploreRoutes } from './routes/explore.ts';
import { exportRoutes } from './routes/export.ts';
import { mapRoutes } from './routes/map.ts';
import { paperRoutes } from './routes/papers.ts';
import { searchRoutes } from './routes/search.ts';
import { statusRoutes } from './routes/status.ts';
import { topicRoutes } from './routes/topics.ts';

export interface AppOptions extends HostOptions {
  readonly live: LiveEngine;
  /** The files of the built web page by URL path; empty if it is not built. */
  readonly page: ReadonlyMap<string, PageFile>;
  now(): Date;
  /** Is given errors that are bugs. */
  reportError(line: string): void;
}

/**
 * The web page and the HTTP API.
 *
 * @throws PaperfieldError bad_request, if one of `allowedHosts` is not a host name
 */
export function createApp({ live, page, host, allowedHosts = [], now, reportError }: AppOptions): Hono<TimedEnv> {
  const app = new Hono<TimedEnv>();
  app.use(serverTiming);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      // Plain http on the user's own machine: there is no https to insist on.
      strictTransportSecurity: false,
    }),
  );
  app.use(hostGuard({ host, allowedHosts }));
  app.use('/api/*', crossSiteGuard(allowedHosts));
  app.use(compress());

  app.route('/api', searchRoutes(live));
  app.route('/api', paperRoutes(live));
  app.route('/api', mapRoutes(live));
  app.route('/api', topicRoutes(live));
  app.route('/api', exploreRoutes(live));
  app.route('/api', exportRoutes(live));
  app.route('/', statusRoutes(live, now));
  app.get('*', servePage(page));

  app.notFound(notFoundHandler);
  app.onError(errorHandler(reportError));
  return app;
}
