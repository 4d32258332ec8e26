import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import { createRedact, redactHead, redactWords } from '../../src/store/redact.ts';

const SECRET = 'sEcr3t+/=ü value';
const redact = createRedact([SECRET]);
const basic = (text: string): string => Buffer.from(text).toString('base64');

describe('a text without secrets', () => {
  test.each<[string, string]>([
    ['inside base64 of more, at each of its places', basic(`x${SECRET}`)],
    ['and two before it', basic(`xy${SECRET}`)],
    ['and three before it', basic(`xyz${SECRET}`)],
    ['in capitals of hex', Buffer.from(SECRET).toString('hex').toUpperCase()],
    [
      'in lower case of URLs',
      encodeURIComponent(SECRET).replace(/%../g, (one) => one.toLowerCase()),
    ],
    ['with + for spaces', encodeURIComponent(SECRET).replaceAll('%20', '+')],
    ['base64 in a URL', encodeURIComponent(basic(SECRET))],
  ])('has none %s', (_name, form) => {
    const text = redact(`before ${form} after`);
    expect(text).toMatch(/^before .*\*\*\*.* after$/);
    expect(text.length).toBeLessThan(form.length + 14);
    expect(Buffer.from(text.slice(7, -6), 'base64').toString('utf8')).not.toContain('sEcr');
  });

  test.each([
    ['GET https://x.test/o?symbol=A&signature=0a1b2c3d&x=1', '0a1b2c3d'],
    ['{"apiKey":"abc\\"def","symbol":"A"}', 'abc'],
    ['Authorization: Bearer eyJhbGciOi.x.y', 'eyJhbGciOi'],
    ["headers: { 'X-MBX-APIKEY': 'abcdef' }", 'abcdef'],
    ['API-Sign=abcdef==', 'abcdef'],
    ['{"OK-ACCESS-PASSPHRASE":"pass word","x":1}', 'pass word'],
    ['cookie: session=abcdef; other=ghi', 'abcdef'],
    ['password=hunter2', 'hunter2'],
  ])('has no value that is named as one: %s', (text, value) => {
    const clean = createRedact([])(text);
    expect(clean).not.toContain(value);
    expect(clean).toContain('***');
  });

  test.each(['sell 0.1 BTC/USDT at 67,000', 'key main is unknown', 'design=1', 'a secret: none'])(
    'stays as it is: %s',
    (text) => {
      expect(redact(text)).toBe(text);
    },
  );

  test('has no line of a private key', () => {
    const pem = '-----BEGIN\nMHcCAQEEIIrYSSNQFaA2Hwf1\nduRSxKtLYX5CIlSM2Vz7\n-----END';
    const clean = createRedact([pem])(
      'error near MHcCAQEEIIrYSSNQFaA2Hwf1, "duRSxKtLYX5CIlSM2Vz7"',
    );
    expect(clean).toBe('error near ***, "***"');
  });
});

describe('a long text', () => {
  test('is cut where no half of a secret stays behind, wherever the secret lies', () => {
    const long = createRedact(['S'.repeat(3000)]);
    fc.assert(
      fc.property(fc.nat(60_000), fc.nat(3), (before, count) => {
        const text = `${'x'.repeat(before)}${'S'.repeat(3000).repeat(count)}${'y'.repeat(60_000)}`;
        expect(redactHead(long, text, 8_000)).not.toContain('S');
      }),
      { numRuns: 30 },
    );
  });

  test('keeps its beginning', () => {
    expect(redactHead(redact, 'x'.repeat(1e6), 100).slice(0, 100)).toBe('x'.repeat(100));
    expect(redactHead(redact, 'short', 100)).toBe('short');
  });
});

describe('the words of an event', () => {
  test('lose secrets and length; numbers, ids and everything else stay', () => {
    const digits = createRedact(['12345678']);
    const event = {
      kind: 'report',
      id: '12345678',
      price: decimal('12345678'),
      time: 12_345_678,
      balances: new Map([['12345678', 1]]),
      orders: [{ reason: 'refused 12345678', quantity: decimal('1') }, { reason: 'fine' }],
    };
    expect(redactWords(digits, event)).toEqual({
      ...event,
      orders: [{ reason: 'refused ***', quantity: decimal('1') }, { reason: 'fine' }],
    });
    const page = redactWords(digits, { reason: 'x'.repeat(10_000_000) });
    expect(page.reason).toHaveLength(2_000);
  });

  test('without any are the same value, not a copy', () => {
    const event = { kind: 'x', record: { reason: 'fine', list: [1, { text: 'y' }] } };
    expect(redactWords(redact, event)).toBe(event);
  });
});
