import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOrderId, createRunId, type Role } from '../../../src/domain/ids.ts';
import { EXCHANGES } from '../../../src/exchange/ccxt/catalog.ts';

const ROLES: readonly Role[] = ['entry', 'exit', 'protective'];
const ids = fc
  .tuple(
    fc.integer({ min: 0, max: Date.UTC(2059, 0, 1) }),
    fc.double({ min: 0, max: 0.999999, noNaN: true }),
    fc.nat(36 ** 5 - 1),
    fc.constantFrom(...ROLES),
  )
  .map(([start, chance, sequence, role]) =>
    createOrderId(
      createRunId(start, () => chance),
      sequence,
      role,
    ),
  );

describe('ids of our orders at an exchange', () => {
  it.each(EXCHANGES.map((row) => [row.id, row] as const))(
    'of %s are taken back to what they were, and never meet',
    (_id, { clientIds }) => {
      fc.assert(
        fc.property(fc.uniqueArray(ids, { minLength: 2, maxLength: 20 }), (many) => {
          const sent = many.map((id) => clientIds.encode(id));
          expect(sent.map((text) => clientIds.decode(text))).toEqual(many);
          expect(new Set(sent).size).toBe(many.length);
        }),
      );
    },
  );

  it.each(EXCHANGES.map((row) => [row.id, row] as const))(
    'of %s are never taken for ours where they are not',
    (_id, { clientIds }) => {
      fc.assert(
        fc.property(fc.string({ maxLength: 40 }), (text) => {
          const id = clientIds.decode(text);
          expect(id === null || clientIds.encode(id) === text).toBe(true);
        }),
      );
      for (const text of ['', '0', 'x-TKT5PX2F123456789', 'T0abcdefghij00001e', 'td']) {
        expect(clientIds.decode(text)).toBeNull();
      }
    },
  );

  it('of kraken have 18 characters of letters and digits', () => {
    const kraken = EXCHANGES.find(({ id }) => id === 'kraken');
    fc.assert(
      fc.property(ids, (id) => {
        expect(kraken?.clientIds.encode(id)).toMatch(/^t[0-9a-z]{17}$/);
      }),
    );
  });
});
