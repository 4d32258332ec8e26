// A live session on a local exchange, opened as the console opens it.
import { openSession } from '../../../src/app/build.ts';
import type { RunOptions } from '../../../src/app/run-options.ts';
import type { RunningSession } from '../../../src/app/session.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Credentials } from '../../../src/exchange/ccxt/plan.ts';
import type { DialectName } from '../../../src/exchange/emulator/dialect.ts';
import type { TestEmulator } from '../../support/emulator.ts';
import { WIDE } from '../../support/wide-limits.ts';
import { demoOptions, makeDirectory, until } from '../../support/session-kit.ts';

export const SYMBOL = 'BTC/USDT';

/** What of a local exchange a session needs to reach it, from another process too. */
export type Reachable = Pick<TestEmulator, 'endpoint' | 'credentials'>;

export function credentialsOf(emulator: Reachable, account = 'main'): Credentials {
  const { apiKey, secret } = emulator.credentials(account);
  return { key: Secret.of(apiKey), secret: Secret.of(secret), passphrase: null };
}

/** Options of a live run; `credentials` are those of the account `main` unless given. */
export function liveOptions(
  emulator: Reachable,
  dialect: DialectName,
  change: { readonly credentials?: Credentials } & Partial<RunOptions> = {},
): RunOptions {
  const { credentials = credentialsOf(emulator), ...options } = change;
  const { endpoint } = emulator;
  const { key, secret } = credentials;
  return demoOptions({
    mode: 'live',
    symbols: [SYMBOL],
    strategies: [],
    risk: WIDE,
    start: false,
    stateDirectory: makeDirectory(),
    secrets: [key, secret],
    exchange: {
      plan: { id: dialect, account: 'main', venue: 'live', endpoint, symbols: [SYMBOL] },
      ownEmulator: false,
      keyName: null,
      risk: {},
      source: 'a test',
      credentials,
    },
    ...options,
  });
}

/** A live session whose books agree and whose gate has had its answers. */
export async function openLive(options: RunOptions): Promise<RunningSession> {
  const session = await openSession(options);
  session.start();
  await until(() => {
    const { truth, gate } = session.view();
    return truth.recovering === null && gate?.asking === false;
  });
  return session;
}
