/** How many are named. */
const MOST = 3;

/** Spot symbols that may be meant by one that is unknown: best first, at most three. */
export function alikeSymbols(symbol: string, known: readonly string[]): readonly string[] {
  const spot = known.filter((one) => !one.includes(':'));
  const bare = toBare(symbol);
  const same = spot.filter((one) => toBare(one) === bare);
  if (same.length > 0) return same.slice(0, MOST);
  const base = symbol.toUpperCase().split(/[/:_-]/)[0] ?? '';
  const ofBase = spot.filter((one) => one.startsWith(`${base}/`));
  return ofBase.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, MOST);
}

/** `btc-usdt`, `BTCUSDT` and `BTC/USDT` are one. */
const toBare = (symbol: string): string => symbol.toUpperCase().replace(/[^A-Z0-9]/g, '');

const COMMON = ['USDT', 'USDC', 'USD', 'EUR', 'BTC'];

function rank(symbol: string): number {
  const place = COMMON.indexOf(symbol.split('/')[1] ?? '');
  return place < 0 ? COMMON.length : place;
}
