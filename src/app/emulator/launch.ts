/** Finds the emulator of a session, or starts it. */
import { get } from 'node:http';

import { encodeJson } from '../../domain/codec.ts';
import { InputError, errnoOf } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import type { Credentials } from '../../exchange/ccxt/plan.ts';
import { DIALECTS, isDialect } from '../../exchange/emulator/dialects.ts';
import type { DialectName } from '../../exchange/emulator/dialect.ts';
import { startCompanion } from '../companion.ts';
import { type EmulatorNote, readNote } from './note.ts';

/** Everything the process is told; JSON on its command line, no secrets in it. */
export interface EmulatorPlan {
  readonly dialect: DialectName;
  readonly seed: number;
  readonly directory: string;
  /** Where it was before; 0 for any. */
  readonly port: number;
}

export interface FoundEmulator {
  readonly endpoint: string;
  /** Of the account `main`. */
  readonly credentials: Credentials;
}

const LOG = 'emulator.log';
const ASK_MS = 2_000;
const PATIENCE = 15;

/**
 * The emulator that still runs from the session before, with its orders; else a new process. A new
 * one takes over the money of the one before, on the same port where that is free; orders end with
 * their process, and prices are where the seed has them now. Throws InputError for an exchange
 * that no dialect speaks as, or when the process does not come up.
 */
export async function findOrStartEmulator(of: {
  readonly exchange: string;
  /** State directory of the session. */
  readonly directory: string;
  readonly seed: number;
}): Promise<FoundEmulator> {
  const { exchange, directory, seed } = of;
  if (!isDialect(exchange)) {
    throw new InputError(
      `there is no emulator of ${exchange}; --emulator works with ${DIALECTS.join(' and ')}`,
    );
  }
  const before = readNote(directory);
  if (before?.dialect === exchange && (await stillRuns(before))) return toFound(before);
  return startCompanion({
    what: `the emulator of ${exchange}`,
    script: new URL('./process.ts', import.meta.url),
    plan: encodeJson({ dialect: exchange, seed, directory, port: before?.port ?? 0 }),
    directory,
    log: LOG,
    async connect() {
      const note = readNote(directory);
      if (note === null || note.instance === before?.instance || !(await isOurs(note))) {
        throw new Error('it has not said where it is');
      }
      return toFound(note);
    },
  });
}

function toFound({ port, key, secret }: EmulatorNote): FoundEmulator {
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { key: Secret.of(key), secret: Secret.of(secret), passphrase: null },
  };
}

/** A process that is there and says nothing is waited for: its orders must not be left alone. */
async function stillRuns(note: EmulatorNote): Promise<boolean> {
  for (let asked = 0; asked < PATIENCE; asked += 1) {
    try {
      return await isOurs(note);
    } catch {
      // Too busy to answer in time: asked again, as long as there is one.
      if (!isRunning(note.pid)) return false;
    }
  }
  throw new InputError(
    `the emulator of this session (pid ${note.pid}) does not answer; end it, and a new one starts`,
    1,
  );
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

/** Does the process that wrote the note answer on its port? Rejects when nothing is said in time. */
function isOurs({ port, instance }: EmulatorNote): Promise<boolean> {
  const url = `http://127.0.0.1:${port}/_control/info`;
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: ASK_MS, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => resolve(text.includes(`"instance":"${instance}"`)));
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (error) => {
      if (errnoOf(error) === 'ECONNREFUSED') resolve(false);
      else reject(error);
    });
  });
}
