/** Errors as responses: the one place that decides their status and body. */
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { errorKinds, errorMessage, PaperfieldError } from '../../pipeline/core/errors.ts';
import type { ErrorResponse } from '../schemas/status.ts';

/** The codes of errors that only HTTP has. Those of a `PaperfieldError` are its kinds. */
const httpCodes: Readonly<Record<number, string>> = {
  403: 'forbidden',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** @param report is given errors that are bugs, with their stack */
export function errorHandler(report: (line: string) => void): ErrorHandler {
  return (error, c) => {
    if (error instanceof PaperfieldError) {
      const { status } = errorKinds[error.kind];
      return c.json(errorBody(error.kind, error.message), status === 499 ? 503 : status);
    }
    if (error instanceof HTTPException) {
      return c.json(errorBody(httpCodes[error.status] ?? 'bad_request', error.message), error.status);
    }
    report(`${c.req.method} ${c.req.path}: ${error.stack ?? errorMessage(error)}`);
    return c.json(errorBody('internal', 'internal error of the server; its log has the details'), 500);
  };
}

export const notFoundHandler: NotFoundHandler = (c: Context) =>
  c.json(errorBody('not_found', `there is no ${c.req.method} ${c.req.path}`), 404);

function errorBody(code: string, message: string): ErrorResponse {
  return { error: { code, message } };
}
