/** The dialects, each loaded when it is asked for. */
import type { CreateDialect, DialectName } from './dialect.ts';

export const DIALECTS = ['binance', 'kraken'] as const satisfies readonly DialectName[];

/** Is there a local exchange that speaks as this one? */
export const isDialect = (name: string): name is DialectName =>
  DIALECTS.some((dialect) => dialect === name);

/** Makes the dialect of a name over a core. */
export async function loadDialect(name: DialectName): Promise<CreateDialect> {
  if (name === 'binance') return (await import('./binance/dialect.ts')).createBinanceDialect;
  return (await import('./kraken/dialect.ts')).createKrakenDialect;
}
