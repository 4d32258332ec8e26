import { inspect } from 'node:util';

import { expect, test } from 'vitest';

import { Secret } from '../../src/domain/secret.ts';

const TEXT = 'KEY-ü-1234';

test.each<[string, (secret: Secret) => unknown]>([
  ['String', String],
  ['a template', (secret) => `${secret.toString()}`],
  ['concatenation', (secret) => ''.concat(secret as unknown as string)],
  ['JSON', (secret) => JSON.stringify({ secret })],
  ['inspect', (secret) => inspect({ secret }, { depth: null, showHidden: true })],
  ['entries', (secret) => JSON.stringify(Object.entries(secret))],
  ['a copy', (secret) => JSON.stringify(Object.assign({}, secret))],
  ['a clone', (secret) => inspect(structuredClone(secret))],
])('a secret says nothing to %s', (_name, show) => {
  expect(String(show(Secret.of(TEXT)))).not.toMatch(/KEY|1234|75/);
});

test('what prints it says *** instead', () => {
  const secret = Secret.of(TEXT);
  expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual([
    '***',
    '"***"',
    '***',
  ]);
});

test('it comes out where it is asked for, until it is wiped', () => {
  const bytes = new TextEncoder().encode(TEXT);
  const secret = new Secret(bytes);
  expect(secret.reveal()).toBe(TEXT);
  expect(secret.length).toBe(bytes.length);
  secret.wipe();
  expect([...bytes].every((byte) => byte === 0)).toBe(true);
  expect(() => secret.reveal()).toThrow('used after it was wiped');
  expect(() => secret.bytes()).toThrow('used after it was wiped');
});
