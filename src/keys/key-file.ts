/**
 * One encrypted key as bytes of a file: a line of JSON that anybody may read (name, exchange, how
 * the key is derived), and a line with the secrets, sealed with AES-256-GCM. The first line is
 * part of the seal: no byte of the file can be changed unnoticed.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { InputError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';

/** Names of keys: they are file names as well. */
export const KEY_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** Ids of exchanges as ccxt writes them. */
export const EXCHANGE_ID = /^[a-z0-9]{2,32}$/;

/** What signs in at an exchange. */
export interface ApiKey {
  readonly key: Secret;
  readonly secret: Secret;
  /** The exchange's own third word, where it has one. */
  readonly passphrase: Secret | null;
}

/** What a file tells without its passphrase; proven only once it is unlocked. */
export interface KeyLabel {
  readonly name: string;
  readonly exchange: string;
  /** Epoch milliseconds, UTC. */
  readonly created: number;
}

const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
const CIPHER_KEY_BYTES = 32;
const MIB = 1024 * 1024;
/** 128 MiB and a good part of a second for every guess. */
const COST = { n: 2 ** 17, r: 8, p: 1 } as const;
/** A changed header must neither make guessing cheap nor fill the machine. */
const MAX_MEMORY = 256 * MIB;
const MAX_PARALLEL = 4;
const MAX_SECRET = 4096;

export interface Cost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

const base64 = (bytes: number) =>
  z.string().refine((text) => bytesOf(text)?.length === bytes, `${bytes} bytes`);

const headerSchema = z.strictObject({
  format: z.literal('tapedeck-key'),
  version: z.literal(1),
  name: z.string().regex(KEY_NAME),
  exchange: z.string().regex(EXCHANGE_ID),
  created: z.int().min(0),
  kdf: z.literal('scrypt'),
  n: z.int().min(COST.n),
  r: z.int().min(COST.r),
  p: z.int().min(COST.p).max(MAX_PARALLEL),
  salt: base64(SALT_BYTES),
  cipher: z.literal(CIPHER),
  nonce: base64(NONCE_BYTES),
});
type Header = z.output<typeof headerSchema>;

const secretText = z.string().min(1).max(MAX_SECRET);
const contentSchema = z.strictObject({
  key: secretText,
  secret: secretText,
  passphrase: secretText.nullable(),
});

/** From passphrase to cipher key; tests keep what they derived. */
export type Derive = (passphrase: Secret, salt: Buffer, cost: Cost) => Promise<Buffer>;

/** scrypt in the thread pool. */
export const deriveKey: Derive = (passphrase, salt, { n, r, p }) =>
  new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: MAX_MEMORY };
    scrypt(passphrase.bytes(), salt, CIPHER_KEY_BYTES, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });

/** Bytes of a new file, with fresh salt and nonce. */
export async function sealKey(
  label: KeyLabel,
  of: { readonly content: ApiKey; readonly passphrase: Secret; readonly derive?: Derive },
): Promise<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const header: Header = {
    format: 'tapedeck-key',
    version: 1,
    name: label.name,
    exchange: label.exchange,
    created: label.created,
    kdf: 'scrypt',
    ...COST,
    salt: salt.toString('base64url'),
    cipher: CIPHER,
    nonce: nonce.toString('base64url'),
  };
  const line = Buffer.from(JSON.stringify(header));
  const cipherKey = await (of.derive ?? deriveKey)(of.passphrase, salt, COST);
  const plain = plainContent(of.content);
  try {
    const cipher = createCipheriv(CIPHER, cipherKey, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(line);
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return Buffer.concat([line, Buffer.from(`\n${sealed.toString('base64url')}\n`)]);
  } finally {
    cipherKey.fill(0);
    plain.fill(0);
  }
}

function plainContent({ key, secret, passphrase }: ApiKey): Buffer {
  const content = {
    key: key.reveal(),
    secret: secret.reveal(),
    passphrase: passphrase?.reveal() ?? null,
  };
  return Buffer.from(JSON.stringify(content));
}

/**
 * The key of a file. Whatever is wrong, passphrase or any byte of the file, is refused with the
 * same words. Throws InputError (exit 3).
 */
export async function openKey(
  bytes: Buffer,
  of: { readonly name: string; readonly passphrase: Secret; readonly derive?: Derive },
): Promise<{ readonly label: KeyLabel; readonly content: ApiKey }> {
  const parts = split(bytes);
  if (parts === null || parts.header.name !== of.name) throw refused(of.name);
  const { header, line, sealed } = parts;
  const { n, r, p, exchange, created } = header;
  const salt = Buffer.from(header.salt, 'base64url');
  const cipherKey = await (of.derive ?? deriveKey)(of.passphrase, salt, { n, r, p });
  try {
    const nonce = Buffer.from(header.nonce, 'base64url');
    const cipher = createDecipheriv(CIPHER, cipherKey, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(line);
    cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()]);
    try {
      return { label: { name: of.name, exchange, created }, content: toContent(plain) };
    } finally {
      plain.fill(0);
    }
  } catch {
    // What exactly failed would tell a guesser something.
    throw refused(of.name);
  } finally {
    cipherKey.fill(0);
  }
}

function refused(name: string): InputError {
  const why = 'the passphrase is wrong, or the file was changed or is of a newer version';
  return new InputError(`key ${name} cannot be unlocked: ${why}`, 3);
}

function toContent(plain: Buffer): ApiKey {
  const { key, secret, passphrase } = contentSchema.parse(JSON.parse(plain.toString('utf8')));
  return {
    key: Secret.of(key),
    secret: Secret.of(secret),
    passphrase: passphrase === null ? null : Secret.of(passphrase),
  };
}

/** What the first line tells; null where it is none of ours. */
export function readLabel(bytes: Buffer): KeyLabel | null {
  const header = split(bytes)?.header;
  if (header === undefined) return null;
  const { name, exchange, created } = header;
  return { name, exchange, created };
}

interface Parts {
  readonly header: Header;
  /** The header's own bytes. */
  readonly line: Buffer;
  /** Ciphertext and tag. */
  readonly sealed: Buffer;
}

function split(bytes: Buffer): Parts | null {
  const end = bytes.indexOf('\n');
  const line = bytes.subarray(0, Math.max(0, end));
  const rest = bytes.subarray(end + 1);
  const sealed = rest.at(-1) === 0x0a ? bytesOf(rest.subarray(0, -1).toString('latin1')) : null;
  const header = readHeader(line.toString('utf8'));
  if (header === null || sealed === null || sealed.length <= TAG_BYTES) return null;
  return { header, line, sealed };
}

function readHeader(text: string): Header | null {
  try {
    const { data } = headerSchema.safeParse(JSON.parse(text));
    return data !== undefined && isAffordable(data) ? data : null;
  } catch {
    // Not JSON: no key file.
    return null;
  }
}

/** scrypt's working memory is 128·n·r bytes; n is a power of two. */
function isAffordable({ n, r }: Cost): boolean {
  return Number.isInteger(Math.log2(n)) && 128 * n * r < MAX_MEMORY;
}

/** Node's decoder skips what is no base64url: only the one way to write the bytes is theirs. */
function bytesOf(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === text ? bytes : null;
}
