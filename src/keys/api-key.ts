/** What is typed or handed over for an exchange, checked. Messages never repeat a value. */
import { z } from 'zod';
import { InputError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import type { ApiKey } from './key-file.ts';

const MAX_LENGTH = 4096;
/** Below it, a lost file is guessed within days. */
const MIN_PASSPHRASE = 12;
/** What is shorter is taken out of no line that is said or written (store/redact.ts). */
const MIN_KEY = 4;
const CONTROL = /\p{Cc}/u;
/** Private keys of some exchanges have lines. */
const CONTROL_BUT_LINES = /[^\P{Cc}\n\r]/u;

/** A key from its three words; the last may be missing. Throws InputError. */
export function toApiKey(of: {
  readonly key: Secret;
  readonly secret: Secret;
  readonly passphrase: Secret | null;
}): ApiKey {
  check('API key', of.key, { least: MIN_KEY, controls: CONTROL });
  check('API secret', of.secret, { least: MIN_KEY, controls: CONTROL_BUT_LINES });
  if (of.passphrase !== null) {
    check("the exchange's passphrase", of.passphrase, { least: 1, controls: CONTROL });
  }
  return of;
}

/** The passphrase of a new key. Throws InputError. */
export function checkPassphrase(passphrase: Secret): Secret {
  check('passphrase', passphrase, { least: MIN_PASSPHRASE, controls: CONTROL });
  return passphrase;
}

function check(
  what: string,
  secret: Secret,
  of: { readonly least: number; readonly controls: RegExp },
): void {
  const text = secret.reveal();
  if (text.length < of.least) {
    throw new InputError(`${what}: too short; allowed: ${of.least} characters or more`);
  }
  if (text.length > MAX_LENGTH) {
    throw new InputError(`${what}: too long; allowed: up to ${MAX_LENGTH} characters`);
  }
  if (of.controls.test(text)) throw new InputError(`${what}: holds a control character`);
}

const handedSchema = z.strictObject({
  key: z.string(),
  secret: z.string(),
  passphrase: z.string().nullable().default(null),
});

/** A key handed over as JSON. Throws InputError that says nothing of the text. */
export function parseApiKey(flag: string, text: Secret): ApiKey {
  const allowed = '{"key": "…", "secret": "…"} and, where the exchange has one, "passphrase"';
  let data: z.output<typeof handedSchema> | undefined;
  try {
    ({ data } = handedSchema.safeParse(JSON.parse(text.reveal())));
  } catch {
    // A parser's message would quote what it read.
    throw new InputError(`${flag}: not JSON; allowed: ${allowed}`);
  }
  if (data === undefined) throw new InputError(`${flag}: allowed: ${allowed}`);
  const { key, secret, passphrase } = data;
  return toApiKey({
    key: Secret.of(key),
    secret: Secret.of(secret),
    passphrase: passphrase === null ? null : Secret.of(passphrase),
  });
}

/** Overwrites all of a key. */
export function wipeApiKey({ key, secret, passphrase }: ApiKey): void {
  key.wipe();
  secret.wipe();
  passphrase?.wipe();
}
