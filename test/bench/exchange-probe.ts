// Loaded before a console by exchange.ts: leaves the moment at which the library was asked for.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const path = process.env['BENCH_PROBE'] ?? '';
let isKnown = false;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    if (!isKnown && found.url.includes('/node_modules/ccxt/')) {
      isKnown = true;
      writeFileSync(path, String(Date.now()));
    }
    return found;
  },
});
