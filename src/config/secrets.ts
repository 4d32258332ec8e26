/** The only reader of the process environment. */
import { Secret } from '../domain/secret.ts';

const SECRET = /(KEY|SECRET|PASSPHRASE|PASSWORD|TOKEN)$/;
const EXCHANGE_SECRET = /^TAPEDECK_([A-Z0-9]{2,32})_(KEY|SECRET|PASSPHRASE)$/;

/** Environment variables by name. What looks like a secret is left out. */
export function readEnvironment(): Readonly<Record<string, string>> {
  const found = Object.entries(process.env).filter(([name]) => !SECRET.test(name));
  return Object.fromEntries(found.map(([name, value]) => [name, value ?? '']));
}

export type SecretPart = 'key' | 'secret' | 'passphrase';

/** Secrets from the environment by the exchange's id in lower case. */
export type EnvironmentSecrets = ReadonlyMap<string, ReadonlyMap<SecretPart, Secret>>;

/**
 * Takes `TAPEDECK_<ID>_KEY`, `_SECRET` and `_PASSPHRASE` out of the environment, once, before
 * anything else runs: no child process, no report and no strategy finds them there. The kernel
 * still shows this user what the process was started with.
 */
export function takeSecrets(): EnvironmentSecrets {
  const found = new Map<string, Map<SecretPart, Secret>>();
  for (const [name, value = ''] of Object.entries(process.env)) {
    const [, id, part] = EXCHANGE_SECRET.exec(name) ?? [];
    if (id === undefined || part === undefined) continue;
    delete process.env[name];
    if (value === '') continue;
    const exchange = id.toLowerCase();
    const parts = found.get(exchange) ?? new Map<SecretPart, Secret>();
    found.set(exchange, parts.set(part.toLowerCase() as SecretPart, Secret.of(value)));
  }
  return found;
}

/** Set by the launcher: names of variables it did not pass on. */
const DROPPED = 'TAPEDECK_DROPPED';
/**
 * Variables that make Node run code, open a debugger, trust any certificate, or write down what
 * passes through it. The launcher keeps the same list.
 */
const UNSAFE_VARIABLES = [
  'NODE_OPTIONS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_DEBUG',
  'NODE_DEBUG_NATIVE',
  'NODE_V8_COVERAGE',
  'NODE_PATH',
  'NODE_REPL_EXTERNAL_MODULE',
  'OPENSSL_CONF',
  'OPENSSL_MODULES',
] as const;
const UNSAFE_FLAG =
  /^--(inspect|require|import|loader|experimental-loader|report|heapsnapshot|heap-prof|cpu-prof|trace|env-file|tls-keylog|use-env-proxy)/;

export interface UnsafeStart {
  /** The launcher did not let these reach Node. */
  readonly dropped: readonly string[];
  /** These did reach it: variables by name, flags as given. */
  readonly inForce: readonly string[];
}

/** What a process was started with that is nobody else's business, taken once. */
export interface Started {
  readonly secrets: EnvironmentSecrets;
  readonly unsafe: UnsafeStart;
}

/** What of the way this process was started a live account must not be traded with. */
export function takeUnsafeStart(): UnsafeStart {
  const dropped = (process.env[DROPPED] ?? '').split(' ').filter((name) => name !== '');
  delete process.env[DROPPED];
  const variables = UNSAFE_VARIABLES.filter((name) => (process.env[name] ?? '') !== '');
  const flags = process.execArgv.filter((flag) => UNSAFE_FLAG.test(flag));
  return { dropped, inForce: [...variables, ...flags] };
}
