import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAllowedByName, isPublicAddress } from '../../../../pipeline/fetch/http/address-guard.ts';

/** Blocks that are not on the internet: prefix and the number of its bits. */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const toNumber = (text: string) => text.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
const toText = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
const hex = (value: number) => value.toString(16);
const addressIn = fc
  .tuple(fc.constantFrom(...PRIVATE_V4), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
  .map(([[prefix, bits], random]) => toText(toNumber(prefix) + (random % 2 ** (32 - bits))));

describe('an address', () => {
  test('of a private block is refused, also as IPv6 mapped or of NAT64', () => {
    fc.assert(
      fc.property(addressIn, (address) => {
        const value = toNumber(address);
        const [high, low] = [Math.floor(value / 65536), value % 65536];
        expect(isPublicAddress(address)).toBe(false);
        expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
        expect(isPublicAddress(`::ffff:${hex(high)}:${hex(low)}`)).toBe(false);
        expect(isPublicAddress(`0:0:0:0:0:ffff:${hex(high)}:${hex(low)}`)).toBe(false);
        expect(isPublicAddress(`64:ff9b::${hex(high)}:${hex(low)}`)).toBe(false);
        expect(isPublicAddress(`::${hex(high)}:${hex(low)}`)).toBe(false);
      }),
    );
  });

  test.each([
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fec0::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2001::1',
    '100::1',
    'localhost',
    '',
    '999.1.1.1',
    '1.2.3',
    '[::1]',
  ])('%s is refused', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    '8.8.8.8',
    '128.84.21.199',
    '2606:4700::6810:1',
    '2a02:2e0:3fe:1001:302::',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('%s is on the internet', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

test('a host is allowed by its name, with or without its port', () => {
  expect(isAllowedByName('localhost', 23119, ['localhost'])).toBe(true);
  expect(isAllowedByName('LocalHost', 23119, ['localhost:23119'])).toBe(true);
  expect(isAllowedByName('localhost', 80, ['localhost:23119'])).toBe(false);
  expect(isAllowedByName('[::1]', 80, ['::1'])).toBe(true);
  expect(isAllowedByName('[::1]', 80, ['[::1]:80'])).toBe(true);
  expect(isAllowedByName('evil-localhost', 80, ['localhost'])).toBe(false);
  expect(isAllowedByName('localhost.evil.example', 80, ['localhost'])).toBe(false);
  expect(isAllowedByName('localhost', 80, [])).toBe(false);
});
