import { Hono } from 'hono';
import { handle, validate } from '../http/endpoint.ts';
import { isNotModified } from '../http/etag.ts';
import type { TimedEnv } from '../http/server-timing.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import { compareTopicsRequest, topicPapersRequest, topicsRequest } from '../schemas/topics.ts';

export function topicRoutes(live: LiveEngine): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  routes.get('/topics', async (c) => {
    const timing = c.get('timing');
    const request = await timing.measure('parse', () => validate(topicsRequest, c.req.query()));
    return live.with(async (engine) => {
      const response = await timing.measure('topics', () => engine.topics(request));
      // By the cut, not by the request: a level, a resolution and a number of topics may ask for the same one.
      const { level, resolution } = response.cut;
      const cut = level === null ? `from-${resolution}` : `level-${level}`;
      if (isNotModified(c, `"${engine.snapshotId}-topics-${cut}"`)) return c.body(null, 304);
      return timing.measure('serialize', () => c.json(response));
    });
  });
  // Before `/topics/:id`, which would match too.
  routes.get(
    '/topics/compare',
    handle(live, {
      name: 'compare-topics',
      request: compareTopicsRequest,
      answer: (engine, request) => engine.compareTopics(request),
    }),
  );
  routes.get('/topics/changes', handle(live, { name: 'topic-changes', answer: (engine) => engine.topicChanges() }));
  routes.get(
    '/topics/:id',
    handle(live, { name: 'topic', answer: (engine, _request, { path }) => engine.topic(path.id) }),
  );
  routes.get(
    '/topics/:id/papers',
    handle(live, {
      name: 'topic-papers',
      request: topicPapersRequest,
      answer: (engine, request, { path }) => engine.topicPapers(path.id, request),
    }),
  );
  return routes;
}
