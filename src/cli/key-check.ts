/** `keys check`: opens a key and asks its exchange what it may do. */
import { findCredentials, noCredentials, unlockKey } from '../app/account-keys.ts';
import { EXIT } from '../app/failure.ts';
import { checkKey, type KeyReport } from '../app/live/key-check.ts';
import { DEFAULT_EMULATOR_PORT } from '../app/emulator/run.ts';
import { keysDirectory } from '../config/files.ts';
import { loadConfig } from '../config/load.ts';
import { readEnvironment, type Started } from '../config/secrets.ts';
import { checkKeyName } from '../keys/key-store.ts';
import { UsageError } from './command.ts';
import { passphrasesOf } from './exchange-keys.ts';
import { print, printJson, toPairs, toTable } from './output.ts';
import { textOf, type Values } from './run-flags.ts';

type Key = Awaited<ReturnType<typeof unlockKey>>['content'];
type Plan = Parameters<typeof checkKey>[0]['plan'];

interface OpenedKey {
  /** Null: of the environment, or the only one of its exchange. */
  readonly name: string | null;
  readonly exchange: string;
  readonly created: number | null;
  readonly content: Key;
}

/** Runs the check. Returns the exit code: 3 for a key that live trading refuses. */
export async function checkNamed(
  name: string | undefined,
  values: Values,
  started: Started | undefined,
): Promise<number> {
  const key = await openKey(name, values, started);
  const { content, ...label } = key;
  const known = { ...label, unlocks: true, hasPassphrase: content.passphrase !== null };
  if (values['offline'] === true) {
    await say(values, { ...known, permissions: null }, null);
    return EXIT.done;
  }
  const plan = planOf(key, values);
  const unsafe = started?.unsafe ?? { dropped: [], inForce: [] };
  const report = await checkKey({ plan, credentials: content, unsafe });
  await say(values, { ...known, endpoint: plan.endpoint, ...report }, report);
  const isFit = report.checks.every(({ required, ok }) => !required || ok !== false);
  return isFit ? EXIT.done : EXIT.refused;
}

async function openKey(
  name: string | undefined,
  values: Values,
  started: Started | undefined,
): Promise<OpenedKey> {
  const asked = textOf(values, 'exchange');
  const directory = keysDirectory(readEnvironment());
  const passphrases = passphrasesOf(values);
  if (name !== undefined) {
    checkKeyName(name);
    const { label, content } = await unlockKey(name, { directory, passphrases });
    if (asked !== null && asked !== label.exchange) {
      throw new UsageError(`key ${name} is of ${label.exchange}; leave --exchange out`);
    }
    return { name, exchange: label.exchange, created: label.created, content };
  }
  if (asked === null) throw new UsageError('the name of a key, or --exchange ID');
  const content = await findCredentials({
    exchange: asked,
    keyName: null,
    secrets: started?.secrets ?? new Map(),
    keysDirectory: directory,
    passphrases,
  });
  if (content === null) throw noCredentials(asked);
  return { name: null, exchange: asked, created: null, content };
}

/** Where it is asked: as the account's own configuration says, or at an emulator. */
function planOf({ name, exchange }: OpenedKey, values: Values): Plan {
  const directory = textOf(values, 'config');
  const environment = readEnvironment();
  const { exchanges } = loadConfig({ directory, environment, flags: [], cwd: process.cwd() });
  const files = exchanges.filter(({ id }) => id === exchange);
  const file = files.find(({ key }) => key === name) ?? files[0];
  const local = `http://127.0.0.1:${DEFAULT_EMULATOR_PORT}`;
  return {
    id: exchange,
    account: file?.account ?? 'main',
    venue: file?.sandbox === true ? 'testnet' : 'live',
    endpoint: values['emulator'] === true ? local : (file?.endpoint ?? null),
    symbols: [],
  };
}

async function say(
  values: Values,
  all: Readonly<Record<string, unknown>> & Omit<OpenedKey, 'content'>,
  report: KeyReport | null,
): Promise<void> {
  if (values['json'] === true) return printJson(all);
  const pairs = toPairs([
    ['key', all.name ?? '-'],
    ['exchange', all.exchange],
    ['created', dateText(all.created)],
    ['unlocks', 'yes'],
    ["exchange's passphrase", all['hasPassphrase'] === true ? 'yes' : 'no'],
  ]);
  if (report === null) return print(pairs);
  const table = toTable(report.checks, [
    { title: 'check', cell: ({ name }) => name },
    { title: 'ok', cell: ({ ok }) => (ok === null ? 'not told' : ok ? 'yes' : 'NO') },
    { title: 'value', cell: ({ value }) => value },
    { title: 'advice', cell: ({ advice }) => advice },
  ]);
  await print(`${pairs}\n\n${table}`);
}

/** The day of a key, such as `2026-11-20`. */
export const dateText = (time: number | null): string =>
  time === null ? '-' : new Date(time).toISOString().slice(0, 10);
