// Keys for tests: what is derived from a passphrase is kept, so that a file can be tried often.
import { createHash } from 'node:crypto';

import { Secret } from '../../src/domain/secret.ts';
import { type ApiKey, type Derive, type KeyLabel, sealKey } from '../../src/keys/key-file.ts';

export const PASSPHRASE = 'correct horse battery staple';
export const LABEL: KeyLabel = { name: 'main', exchange: 'kraken', created: 1_795_168_994_453 };

/** As good as scrypt for everything but guessing: every input changes the key. */
export const quickDerive: Derive = (passphrase, salt, cost) =>
  Promise.resolve(
    createHash('sha256')
      .update(passphrase.bytes())
      .update(salt)
      .update(JSON.stringify(cost))
      .digest(),
  );

export const apiKey = (): ApiKey => ({
  key: Secret.of('API-KEY-1234567890'),
  secret: Secret.of('-----BEGIN EC\nÜ/+=secret\n-----END EC'),
  passphrase: Secret.of('third word'),
});

export const sealed = (passphrase = PASSPHRASE): Promise<Buffer> =>
  sealKey(LABEL, {
    content: apiKey(),
    passphrase: Secret.of(passphrase),
    derive: quickDerive,
  });
