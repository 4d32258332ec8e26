/** The drills: what goes wrong between the console and its practice exchange. One table. */
import type { DrillName } from '../../config/schema.ts';
import { type FaultRates, STORMY, type WireFault } from '../../exchange/practice/faults.ts';
import { STORMY_WEATHER, type WeatherRates } from '../../exchange/practice/weather.ts';

export interface Drill {
  readonly name: Exclude<DrillName, 'none'>;
  /** One line for help and README. */
  readonly summary: string;
  /** Probabilities per request or message. */
  readonly faults: FaultRates;
  /** What the first order meets, so that a drill shows its point at once; null: chance decides. */
  readonly firstOrder: WireFault | null;
  /** Mean number a day of wall time. */
  readonly weather: WeatherRates;
}

const PER_MINUTE = 24 * 60;

export const DRILLS: readonly Drill[] = [
  {
    name: 'calm',
    summary: 'nothing goes wrong: an exchange in a process of its own that outlives the console',
    faults: {},
    firstOrder: null,
    weather: {},
  },
  {
    name: 'lost-answers',
    summary:
      'one answer in ten never comes, the stream says nothing: orders are unknown until found',
    faults: { answerLost: 0.1, lateAccept: 0.02, messageLost: 1 },
    firstOrder: 'answerLost',
    weather: {},
  },
  {
    name: 'lost-requests',
    summary: 'one request in ten never arrives: orders are unknown until proven never placed',
    faults: { requestLost: 0.1 },
    firstOrder: 'requestLost',
    weather: {},
  },
  {
    name: 'bad-stream',
    summary: 'messages are lost, late, twice and out of order; the connection drops every minute',
    faults: { messageLost: 0.2, messageLate: 0.2, messageTwice: 0.2 },
    firstOrder: null,
    weather: { linkLost: PER_MINUTE },
  },
  {
    name: 'maintenance',
    summary: 'the exchange closes for maintenance and limits requests every few minutes',
    faults: { rateLimited: 0.02 },
    firstOrder: null,
    weather: { maintenance: PER_MINUTE / 3 },
  },
  {
    name: 'strangers',
    summary:
      'somebody else trades on the account: other orders, positions closed on the web, deposits',
    faults: {},
    firstOrder: null,
    weather: { outsideOrder: PER_MINUTE, outsideClose: PER_MINUTE / 2, deposit: PER_MINUTE / 2 },
  },
  {
    name: 'storm',
    summary: 'all of it',
    faults: STORMY,
    firstOrder: null,
    weather: Object.fromEntries(
      Object.entries(STORMY_WEATHER).map(([kind, perDay]) => [kind, perDay * 60]),
    ),
  },
];

/** The drill of a name; undefined when there is none. */
export const findDrill = (name: string): Drill | undefined =>
  DRILLS.find((drill) => drill.name === name);
