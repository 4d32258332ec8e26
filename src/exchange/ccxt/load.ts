/**
 * The one door to the library's files. Importing one exchange's file takes less than half of what
 * the whole library takes; that path is not among its declared exports, so the declared one stands
 * behind it (EXCHANGE 1).
 */
import type { ErrorClasses, Instance } from './instance-type.ts';

/** Makes a client of one exchange. */
export type ExchangeClass = new (config: Readonly<Record<string, unknown>>) => Instance;

export interface Loaded {
  readonly Exchange: ExchangeClass;
  readonly errors: ErrorClasses;
}

const ID = /^[a-z0-9]{2,32}$/;

/** The class of an exchange, or null when the library has none of this id. */
export async function loadExchangeClass(id: string): Promise<Loaded | null> {
  if (!ID.test(id)) return null;
  return (await loadFile(id)) ?? (await loadBarrel(id));
}

/** With streams where the library has any for this exchange, else requests alone. */
async function loadFile(id: string): Promise<Loaded | null> {
  const root = import.meta.resolve('ccxt');
  for (const file of [`./src/pro/${id}.js`, `./src/${id}.js`]) {
    try {
      const [one, errors] = await Promise.all([
        import(new URL(file, root).href) as Promise<{ default: ExchangeClass }>,
        import(new URL('./src/base/errors.js', root).href) as Promise<ErrorClasses>,
      ]);
      return { Exchange: one.default, errors };
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return null;
}

async function loadBarrel(id: string): Promise<Loaded | null> {
  const barrel = (await import('ccxt')) as unknown as ErrorClasses & {
    readonly pro: Readonly<Record<string, ExchangeClass>>;
    readonly exchanges: Readonly<Record<string, ExchangeClass>>;
  };
  const found = [barrel.pro, barrel.exchanges].find((classes) => Object.hasOwn(classes, id));
  const Exchange = found?.[id];
  return Exchange === undefined ? null : { Exchange, errors: barrel };
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
}
