/**
 * Properties are tried on the same samples in every run, so that only a change can break them.
 * `PROPERTY_SEED=random npm test` looks for new ones; a failure prints the seed it had.
 */
import fc from 'fast-check';

const wanted = process.env['PROPERTY_SEED'] ?? '20261120';

if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
