/** Secrets that a machine hands over: an open file descriptor, or a credential of systemd. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { errnoOf, InputError, messageOf } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';

/** Nothing we ask for is longer. */
const MAX_BYTES = 16 * 1024;
const NEW_LINE = 0x0a;
const RETURN = 0x0d;
/** stdout and stderr are for us to write. */
const OUTPUTS: readonly number[] = [1, 2];
const MAX_FD = 65_535;

/** Name of the credential that holds the passphrase of the keystore. */
export const PASSPHRASE_CREDENTIAL = 'tapedeck-passphrase';

/** Everything an open descriptor gives, without a last line break. Throws InputError. */
export function readSecretFd(flag: string, text: string): Secret {
  const fd = Number(text);
  if (!/^\d+$/.test(text) || fd > MAX_FD || OUTPUTS.includes(fd)) {
    throw new InputError(`${flag}: allowed: the number of an open descriptor, such as 3`);
  }
  try {
    // Others are parts of Node itself, which must not be read.
    const stats = fstatSync(fd);
    const isReadable =
      stats.isFile() || stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice();
    if (!isReadable) throw new InputError(`${flag} ${text} is no file and no pipe`);
    return readAll(fd, `${flag} ${text}`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = errnoOf(error);
    const why = code === 'EBADF' ? 'is not open' : `cannot be read: ${messageOf(error)}`;
    throw new InputError(`${flag} ${text} ${why}; open it as in ${flag} 3 3<FILE`);
  }
}

/** The passphrase that systemd hands over; null where there is none. Throws InputError. */
export function readCredential(directory: string | undefined): Secret | null {
  if (directory === undefined || !isAbsolute(directory)) return null;
  const path = join(directory, PASSPHRASE_CREDENTIAL);
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw new InputError(`credential ${path} cannot be read: ${messageOf(error)}`);
  }
  try {
    if (!fstatSync(fd).isFile()) throw new InputError(`credential ${path} is not a plain file`);
    return readAll(fd, `credential ${path}`);
  } finally {
    closeSync(fd);
  }
}

function readAll(fd: number, what: string): Secret {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  try {
    let length = 0;
    for (;;) {
      const count = readSync(fd, buffer, length, buffer.length - length, null);
      length += count;
      if (length > MAX_BYTES) throw new InputError(`${what} gives more than ${MAX_BYTES} bytes`);
      if (count === 0) break;
    }
    if (buffer[length - 1] === NEW_LINE) length -= 1;
    if (length > 0 && buffer[length - 1] === RETURN) length -= 1;
    if (length === 0) throw new InputError(`${what} is empty`);
    return new Secret(Uint8Array.from(buffer.subarray(0, length)));
  } finally {
    buffer.fill(0);
  }
}
