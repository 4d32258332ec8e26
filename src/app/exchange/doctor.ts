/** `doctor --exchange ID`: what is proven of an exchange, and what is so from here and now. */
import type { UnsafeStart } from '../../config/secrets.ts';
import { messageOf } from '../../domain/errors.ts';
import { CLOCK_OFF_MS } from '../../domain/time.ts';
import { createWallClock } from '../../engine/clock.ts';
import { findExchange } from '../../exchange/ccxt/catalog.ts';
import { type Connection, connect } from '../../exchange/ccxt/connection.ts';
import { loadExchangeClass } from '../../exchange/ccxt/load.ts';
import type { Credentials, ExchangePlan } from '../../exchange/ccxt/plan.ts';
import type { ExchangeRow } from '../../exchange/ccxt/row.ts';
import { PROOF_WORDS, shapeName, watchedHere } from '../../exchange/ccxt/shapes.ts';
import { unprovenRow } from '../../exchange/ccxt/unproven.ts';
import type { Check } from '../doctor.ts';
import { checkKey } from '../live/key-check.ts';

export interface ExchangeDoctorOptions {
  readonly id: string;
  /** Where it is asked, with which symbols, as the configuration says. */
  readonly plan: Pick<ExchangePlan, 'account' | 'endpoint' | 'symbols' | 'isLenient'>;
  /** Null: no key is looked at. */
  readonly credentials: Credentials | null;
  readonly unsafe: UnsafeStart;
}

/** How long the client of one exchange may take to load. */
const IMPORT_MS = 500;

/** Every check of an exchange, in the order it is shown. Throws InputError for one nobody knows. */
export async function runExchangeDoctor(options: ExchangeDoctorOptions): Promise<Check[]> {
  const { id, plan } = options;
  const started = performance.now();
  await loadExchangeClass(id);
  const importMs = Math.round(performance.now() - started);
  const row = findExchange(id) ?? (await unprovenRow(id));
  return [
    fact('exchange', row.title),
    fact('proven', PROOF_WORDS[row.proof]),
    ...modeChecks(row),
    ...orderFacts(row),
    ...row.quirks.map((quirk) => listed('mind', null, quirk)),
    {
      check: 'client loads',
      ok: importMs <= IMPORT_MS,
      value: `${importMs} ms`,
      limit: `<= ${IMPORT_MS} ms`,
      advice: importMs <= IMPORT_MS ? '' : 'this machine is slow or busy; it is loaded once a run',
    },
    listed(
      'hosts',
      plan.endpoint === null ? 'by TLS' : 'local',
      plan.endpoint ?? row.hosts.live.join(', '),
    ),
    ...(await networkChecks(row, options)),
    ...(await keyChecks(row, options)),
  ];
}

const fact = (check: string, value: Check['value']): Check => ({
  check,
  ok: true,
  value,
  limit: null,
  advice: '',
});

/** A fact whose words are long: they stand last, where nothing has to be aligned with them. */
const listed = (check: string, value: Check['value'], words: string): Check => ({
  ...fact(check, value),
  advice: words,
});

function modeChecks({ modes }: ExchangeRow): Check[] {
  return (['paper', 'testnet', 'live'] as const).map((mode) => {
    const offer = modes[mode];
    return {
      check: `mode ${mode}`,
      ok: offer.offered,
      value: offer.offered ? 'offered' : 'not offered',
      limit: null,
      advice: offer.offered ? '' : offer.why,
    };
  });
}

/** What rests there, and what Tapedeck watches itself. */
function orderFacts(row: ExchangeRow): Check[] {
  const { shapes, abilities, clientIds } = row;
  if (shapes.length === 0) return [];
  const own = watchedHere(row);
  const { amend, cancelAll, deadMan } = abilities;
  return [
    listed('orders there', `${shapes.length} kinds`, shapes.map(shapeName).join(', ')),
    listed('watched here', `${own.length} kinds`, own.join(', ')),
    fact('changes', amend === 'native' ? 'in place' : 'none; cancel it and place another'),
    fact('cancel all', cancelAll ? 'one request' : 'order by order'),
    fact('dead-man timer', deadMan === null ? 'none' : 'there'),
    fact(
      'found again by our id',
      { order: 'asked', lists: 'in lists', scan: 'looked through' }[clientIds.fetchBy],
    ),
  ];
}

async function networkChecks(row: ExchangeRow, options: ExchangeDoctorOptions): Promise<Check[]> {
  const wall = createWallClock();
  const asked = performance.now();
  const plan: ExchangePlan = { ...options.plan, id: row.id, venue: 'data' };
  const limit = options.plan.endpoint === null ? 'TLS to its own hosts' : 'a local exchange';
  let connection: Connection;
  try {
    connection = await connect({
      plan,
      credentials: null,
      now: () => wall.now(),
      log: () => undefined,
    });
  } catch (error) {
    return [{ check: 'network', ok: false, value: null, limit, advice: messageOf(error) }];
  }
  const tookMs = Math.round(performance.now() - asked);
  try {
    const { markets, clock } = connection;
    const names = markets.map(({ symbol }) => symbol).join(', ');
    return [
      {
        check: 'network',
        ok: true,
        value: `answers in ${tookMs} ms`,
        limit,
        advice: '',
      },
      fact('markets', names === '' ? 'none asked for' : names),
      clockCheck(clock.skewMs(), clock.doubtMs()),
    ];
  } finally {
    await connection.close();
  }
}

function clockCheck(skewMs: number | null, doubtMs: number | null): Check {
  const limit = `within ${CLOCK_OFF_MS} ms`;
  if (skewMs === null) {
    return { check: 'clock', ok: true, value: 'the exchange does not tell', limit, advice: '' };
  }
  const ok = Math.abs(skewMs) - (doubtMs ?? 0) <= CLOCK_OFF_MS;
  return {
    check: 'clock',
    ok,
    value: `${Math.round(skewMs)} ms off, ± ${Math.round(doubtMs ?? 0)}`,
    limit,
    advice: ok ? '' : 'set the system clock; timedatectl set-ntp true keeps it right',
  };
}

/** Of a key that the environment brought; the keystore is asked by `keys check`. */
async function keyChecks(row: ExchangeRow, options: ExchangeDoctorOptions): Promise<Check[]> {
  const { credentials, unsafe } = options;
  if (credentials === null) {
    return [listed('key', 'none here', 'tapedeck keys check asks about one of the keystore')];
  }
  try {
    const plan: ExchangePlan = { ...options.plan, id: row.id, venue: 'live' };
    const { checks } = await checkKey({ plan, credentials, unsafe });
    // The clock was looked at without a key.
    const ofKey = checks.filter(({ name }) => name !== 'clock');
    return ofKey.map(({ name, ok, value, advice }) => ({
      check: name,
      ok: ok !== false,
      value: ok === null ? `not told: ${value}` : value,
      limit: null,
      advice,
    }));
  } catch (error) {
    return [{ check: 'key', ok: false, value: null, limit: null, advice: messageOf(error) }];
  }
}
