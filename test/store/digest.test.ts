import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createDigest, createResumableDigest } from '../../src/store/digest.ts';

function plainSha256(texts: readonly string[]): string {
  return createHash('sha256')
    .update(texts.map((text) => `${text}\n`).join(''))
    .digest('hex');
}

test('is the sha256 of the texts and their newlines, in memory and resumed anywhere', () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 30 });
  fc.assert(
    fc.property(texts, fc.nat(), fc.boolean(), (all, where, inLumps) => {
      const expected = plainSha256(all);
      const memory = createDigest();
      for (const text of all) memory.update(text);
      const cut = where % (all.length + 1);
      const first = createResumableDigest();
      for (const text of all.slice(0, cut)) first.update(text);
      const second = createResumableDigest(first.save());
      if (inLumps) second.updateAll(all.slice(cut));
      else for (const text of all.slice(cut)) second.update(text);
      expect([memory.hex(), second.hex()]).toEqual([expected, expected]);
    }),
  );
});

test('tells the digest so far without ending it', () => {
  for (const digest of [createDigest(), createResumableDigest()]) {
    digest.update('a');
    expect(digest.hex()).toBe(plainSha256(['a']));
    digest.update('b');
    expect(digest.hex()).toBe(plainSha256(['a', 'b']));
  }
});

test.each(['', 'x', `${'0'.repeat(64)}:1:`, `${'0'.repeat(64)}:0:00`, `${'g'.repeat(64)}:0:`])(
  'refuses to continue from %j',
  (saved) => {
    expect(() => createResumableDigest(saved)).toThrow(/not a saved digest/);
  },
);
