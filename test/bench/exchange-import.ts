// Child of exchange.ts: says how long the exchange's class takes to load in a process of its own.
import { loadExchangeClass } from '../../src/exchange/ccxt/load.ts';

const begun = performance.now();
const loaded = await loadExchangeClass('binance');
if (loaded === null) throw new Error('the library has no binance');
process.stdout.write(String(performance.now() - begun));
