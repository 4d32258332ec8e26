/**
 * `npm run prove:sim`: simulated trading days with the real engine, order manager, risk and store
 * against an exchange that outlives them, on a wire, a disk and a machine that fail (RELIABILITY
 * 6). Every day has its own seed; a seed that breaks an oracle breaks it again.
 */
import { simulateInDirectory } from '../simulation/one-day.ts';
import { prove } from './kit.ts';

const PLAN = { name: 'sim', unit: 'days', floor: 500, full: 100_000 } as const;

/** Below these a day shows nothing (DECISIONS 36). */
const LEAST_ORDERS = 500;
const LEAST_FAULTS = 3;
/** What a floor's worth of days has to have met. */
const HAPPENS: readonly string[] = [
  'requestLost',
  'answerLost',
  'answerGarbled',
  'requestTwice',
  'slow',
  'lateAccept',
  'rateLimited',
  'foreignAnswer',
  'noFills',
  'messageLost',
  'messageLate',
  'messageTwice',
  'foreignMessage',
  'linkLost',
  'linkSilent',
  'maintenance',
  'banned',
  'outsideOrder',
  'outsideClose',
  'deposit',
  'overfill',
  'crashes',
  'clockJump',
  'diskFailed',
  'inferred',
  'fillsReplaced',
  'outcomeUnknown',
  'neverPlaced',
  'resurfaced',
  'drifted',
  'positionAdopted',
  'orderAdopted',
  // What this program watches itself, at exchanges that cannot hold it.
  'at binance',
  'at kraken',
  'at gemini',
  'at cryptocom',
  'stop fired',
  'target fired',
  'trail fired',
  'fired running',
  'fired paused',
  'fired halted',
  'close filled',
  'close rejected',
  'close outcomeUnknown',
  'diesAtClose',
  'reached before a start',
  'stopMoved',
  'resting stop filled',
  'resting target filled',
  'gridChanged',
  'marketClosed',
  'marketsChanged',
];

await prove(
  PLAN,
  async (seed) => {
    const { fault, figures } = await simulateInDirectory({ seed });
    return { fault, figures };
  },
  (figures, days) => {
    const { orders = 0, faults = 0 } = figures;
    if (orders < LEAST_ORDERS * days) return `${(orders / days).toFixed(0)} orders a day`;
    if (faults < LEAST_FAULTS * days) return `${(faults / days).toFixed(1)} faults a day`;
    const never = HAPPENS.filter((name) => (figures[name] ?? 0) === 0);
    return days >= 100 && never.length > 0 ? `never happened: ${never.join(', ')}` : null;
  },
);
