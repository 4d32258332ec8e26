/** The dialects, each loaded when it is asked for. */
import { InputError } from '../../domain/errors.ts';
import type { CreateDialect, DialectName } from './dialect.ts';

export const DIALECTS = ['binance', 'kraken'] as const satisfies readonly DialectName[];

/** Makes the dialect of a name over a core. */
export async function loadDialect(name: DialectName): Promise<CreateDialect> {
  throw new InputError(`the dialect ${name} is being written`, 1);
}
