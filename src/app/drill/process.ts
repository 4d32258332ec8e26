/**
 * The practice exchange of a drill, in a process of its own: it outlives the console, so that what
 * a crash leaves behind at an exchange can be seen. Ends when nobody was connected for a while.
 */
import { existsSync, rmSync } from 'node:fs';

import { decodeJson } from '../../domain/codec.ts';
import { required } from '../../domain/errors.ts';
import type { MarketEvent } from '../../domain/event.ts';
import { type SimulatedClock, createSimulatedClock, monotonicMs } from '../../engine/clock.ts';
import { createPracticeExchange } from '../../exchange/practice/exchange.ts';
import { FaultPlan } from '../../exchange/practice/faults.ts';
import { PracticeWire } from '../../exchange/practice/faulty-client.ts';
import { servePractice } from '../../exchange/practice/server.ts';
import { startWeather } from '../../exchange/practice/weather.ts';
import { untilLonely } from '../companion.ts';
import { type Drill, findDrill } from './drills.ts';
import type { ExchangePlan } from './launch.ts';

const LOOK_MS = 2_000;
/** Answers of a healthy exchange across an ocean take no longer. */
const TRAVEL_MS = [5, 40] as const;

await serve(decodeJson(process.argv[2] ?? '') as ExchangePlan);

async function serve(plan: ExchangePlan): Promise<void> {
  const drill = required(findDrill(plan.drill), `drill ${plan.drill}`);
  // The market's time: the console that shows the market moves it.
  const clock = createSimulatedClock(plan.startTime);
  const wire = createWire(plan, drill, clock);
  const prices = new Map<string, number>();
  startWeather({ wire, rates: drill.weather, lastPrice: (symbol) => prices.get(symbol) ?? 0 });
  const onMarket = (event: MarketEvent): void => {
    while (clock.nextDue() <= event.time) clock.fireNext();
    clock.observe(event.time);
    const price = event.kind === 'trades' ? event.trades.at(-1)?.price : undefined;
    if (price !== undefined) prices.set(event.symbol, price);
    wire.exchange.onMarket(event);
  };
  const onConnections = untilLonely(() => end(plan));
  onConnections(0);
  await servePractice({ wire, path: plan.socket, onMarket, onConnections });
  // Whoever removes the state of a session is done with its exchange, too.
  setInterval(() => {
    if (!existsSync(plan.socket)) end(plan);
  }, LOOK_MS).unref();
}

function createWire(plan: ExchangePlan, drill: Drill, clock: SimulatedClock): PracticeWire {
  const { accountId, markets, positions, model, seed } = plan;
  const balances = new Map(plan.balances.map(({ asset, total }) => [asset, total]));
  const money = { balances, positions };
  const exchange = createPracticeExchange({
    accountId,
    markets,
    clock,
    scheduler: clock,
    model,
    ...money,
  });
  const faults = new FaultPlan({ seed, rates: drill.faults });
  // The console knows the account before it is told otherwise: a drill begins with an order.
  for (const op of ['account', 'openOrders', 'fills'] as const) faults.script(op, null);
  if (drill.firstOrder !== null) faults.script('create', drill.firstOrder);
  const scheduler = {
    after(ms: number, fire: () => void) {
      const timer = setTimeout(fire, ms);
      return () => clearTimeout(timer);
    },
  };
  const wall = { now: monotonicMs };
  return new PracticeWire({
    exchange,
    plan: faults,
    clock: wall,
    scheduler,
    travelMs: TRAVEL_MS,
  });
}

function end(plan: ExchangePlan): void {
  rmSync(plan.socket, { force: true });
  process.exit(0);
}
