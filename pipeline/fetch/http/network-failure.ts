import { errors } from 'undici';
import { errorMessage } from '../../core/errors.ts';
import { PrivateAddressError } from './address-guard.ts';
import { FetchError, shownUrl } from './fetch-error.ts';

/** Codes of errors of the network. Those of the disk (ENOSPC …) are not among them: no attempt will mend a full disk. */
const NETWORK_CODE =
  /^(?:ECONN\w+|ENOTFOUND|EAI_\w+|ETIMEDOUT|E(?:HOST|NET)\w+|EPIPE|EPROTO|UND_ERR_\w+|HPE_\w+|ERR_(?:TLS|SSL|STREAM)\w*|\w*CERT\w*)$/;

/** An error of the network as a FetchError; any other error unchanged. */
export function networkFailure(url: URL, error: unknown, idleMs: number): unknown {
  if (error instanceof FetchError) return error;
  const reason = privateAddressIn(error);
  if (reason) return new FetchError(`${shownUrl(url)}: ${reason.message}`, { isTransient: false, cause: error });
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return new FetchError(`${shownUrl(url)}: the server sent nothing for ${idleMs / 1000} s`, { isTransient: true });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!NETWORK_CODE.test(code)) return error;
  const isTransient = !/CERT|ERR_TLS|ERR_SSL|UND_ERR_INVALID/.test(code);
  const message = `${shownUrl(url)}: the connection failed (${errorMessage(error) || code})`;
  return new FetchError(message, { isTransient, cause: error });
}

function privateAddressIn(error: unknown): PrivateAddressError | undefined {
  if (error instanceof PrivateAddressError) return error;
  return error instanceof Error && error.cause !== undefined ? privateAddressIn(error.cause) : undefined;
}
