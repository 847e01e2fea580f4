/** Refuses connections to private addresses: a feed, or a redirect, must not reach into the user's own network. */
import { lookup as systemLookup } from 'node:dns';
import { lookup as resolveName } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector } from 'undici';

/** An address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Finds all addresses of a host name, as the system does. Passed as an argument, so that tests can name hosts. */
export type Resolver = (host: string) => Promise<readonly ResolvedAddress[]>;

export const systemResolver: Resolver = (host) => resolveName(host, { all: true });

/** The addresses of NAT64, by which networks without IPv4 reach it: the last four bytes are the IPv4 address. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** The only part of IPv6 whose addresses are given out to hosts on the internet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an IP address belongs to a host on the internet: neither loopback, private, link-local, carrier-grade NAT,
 * multicast nor reserved. An IPv6 address that stands for one of IPv4 (mapped, or of NAT64) is judged by that one.
 */
export function isPublicAddress(text: string): boolean {
  // A zone (`fe80::1%eth0`) belongs to link-local addresses only.
  if (isIP(text) === 0 || text.includes('%')) return false;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.range() === 'unicast';
  const ipv6 = address as ipaddr.IPv6;
  if (ipv6.match(NAT64)) return isPublicAddress(ipv6.toByteArray().slice(12).join('.'));
  return ipv6.match(GLOBAL_UNICAST) && ipv6.range() === 'unicast';
}

/**
 * Whether a host may have a private address, because the user named it: by its name alone, or with a port.
 *
 * @param host as in a URL; an IPv6 address has brackets there
 */
export function isAllowedByName(host: string, port: string | number | undefined, allowed: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return allowed.some((entry) => {
    const plain = entry.toLowerCase();
    return plain === name || plain === `[${name}]` || plain === `${name}:${port}` || plain === `[${name}]:${port}`;
  });
}

/** A connection that was refused because of its address. */
export class PrivateAddressError extends Error {}

function refused(host: string, address: string): PrivateAddressError {
  const target = host === address ? host : `${host} (${address})`;
  return new PrivateAddressError(
    `${target} is not an address on the internet; if you mean it, add '${host}' to allowPrivate of this source`,
  );
}

/**
 * Creates the connections of requests. The address is checked after the name was resolved, and it is that very address
 * to which the socket connects, so that a name which stands for another address a moment later gains nothing.
 *
 * @param allowed hosts that may have private addresses: `name` or `name:port`
 */
export function createGuardedAgent(
  allowed: readonly string[],
  limits: { connectMs: number; idleMs: number },
  resolve: Resolver,
): Agent {
  return new Agent({
    headersTimeout: limits.idleMs,
    bodyTimeout: limits.idleMs,
    connect: (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      const isAllowed = isAllowedByName(host, options.port || (options.protocol === 'https:' ? 443 : 80), allowed);
      // Node resolves only names: an address in the URL itself is checked here.
      if (isIP(host) !== 0 && !isAllowed && !isPublicAddress(host)) {
        callback(refused(host, host), null);
        return;
      }
      const connect = buildConnector({
        timeout: limits.connectMs,
        lookup: isAllowed && resolve === systemResolver ? systemLookup : guardedLookup(isAllowed, resolve),
      });
      connect(options, (...[error, socket]) => {
        const address = socket?.remoteAddress;
        if (socket && !isAllowed && (address === undefined || !isPublicAddress(address))) {
          socket.destroy();
          callback(refused(host, address ?? 'unknown'), null);
        } else if (error) callback(error, null);
        else callback(null, socket as NonNullable<typeof socket>);
      });
    },
  });
}

function guardedLookup(isAllowed: boolean, resolve: Resolver): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        // One private address among several is reason enough: which one is used is up to the system.
        const bad = isAllowed ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
        const usable = addresses.filter(({ family }) => !options.family || options.family === family);
        const [first = addresses[0]] = usable;
        if (bad) callback(refused(host, bad.address), '', 0);
        else if (!first) callback(new Error(`${host} has no address`), '', 0);
        else if (options.all) callback(null, [...(usable.length > 0 ? usable : addresses)]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}
