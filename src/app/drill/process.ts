/**
 * The practice exchange of a drill, in a process of its own: it outlives the console, so that what
 * a crash leaves behind at an exchange can be seen. Ends when nobody was connected for a while.
 */
import { existsSync, rmSync } from 'node:fs';

import { decodeJson } from '../../domain/codec.ts';
import { required } from '../../domain/errors.ts';
import type { MarketEvent } from '../../domain/event.ts';
import { createSimulatedClock, monotonicMs } from '../../engine/clock.ts';
import { createPracticeExchange } from '../../exchange/practice/exchange.ts';
import { FaultPlan } from '../../exchange/practice/faults.ts';
import { PracticeWire } from '../../exchange/practice/faulty-client.ts';
import { servePractice } from '../../exchange/practice/server.ts';
import { startWeather } from '../../exchange/practice/weather.ts';
import { findDrill } from './drills.ts';
import type { ExchangePlan } from './launch.ts';

/** A console that restarts is back long before. */
const LONELY_MS = 10 * 60_000;
const LOOK_MS = 2_000;
/** Answers of a healthy exchange across an ocean take no longer. */
const TRAVEL_MS = [5, 40] as const;

const plan = decodeJson(process.argv[2] ?? '') as ExchangePlan;
const drill = required(findDrill(plan.drill), `drill ${plan.drill}`);
// The market's time: the console that shows the market moves it.
const clock = createSimulatedClock(plan.startTime);
const balances = new Map(plan.balances.map(({ asset, total }) => [asset, total]));
const { accountId, markets, model } = plan;
const exchange = createPracticeExchange({
  accountId,
  markets,
  clock,
  scheduler: clock,
  balances,
  positions: plan.positions,
  model,
});
const scheduler = {
  after(ms: number, fire: () => void) {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};
const faults = new FaultPlan({ seed: plan.seed, rates: drill.faults });
if (drill.firstOrder !== null) faults.script('create', drill.firstOrder);
const wire = new PracticeWire({
  exchange,
  plan: faults,
  clock: { now: monotonicMs },
  scheduler,
  travelMs: TRAVEL_MS,
});
const prices = new Map<string, number>();
startWeather({
  wire,
  rates: drill.weather,
  lastPrice: (symbol) => prices.get(symbol) ?? 0,
});
let lonely: NodeJS.Timeout | undefined;
waitForSomebody(0);
await servePractice({ wire, path: plan.socket, onMarket, onConnections: waitForSomebody });
// Whoever removes the state of a session is done with its exchange, too.
setInterval(() => {
  if (!existsSync(plan.socket)) end();
}, LOOK_MS).unref();

function onMarket(event: MarketEvent): void {
  while (clock.nextDue() <= event.time) clock.fireNext();
  clock.observe(event.time);
  const price = event.kind === 'trades' ? event.trades.at(-1)?.price : undefined;
  if (price !== undefined) prices.set(event.symbol, price);
  exchange.onMarket(event);
}

function waitForSomebody(connections: number): void {
  clearTimeout(lonely);
  if (connections === 0) lonely = setTimeout(end, LONELY_MS);
}

function end(): void {
  rmSync(plan.socket, { force: true });
  process.exit(0);
}
