/**
 * One life of our process in the simulation: the real engine, order manager, risk and store,
 * plugged into the world's disk and wire. Killing it is forgetting it.
 */
import { stateCodec } from '../../src/app/state/codec.ts';
import type { Command } from '../../src/domain/command.ts';
import type { ControlEvent, MarketEvent } from '../../src/domain/event.ts';
import type { RunId } from '../../src/domain/ids.ts';
import type { RiskLimits } from '../../src/domain/limits.ts';
import type { Order } from '../../src/domain/order.ts';
import type { Envelope, JournalRecord, RecordBody } from '../../src/domain/record.ts';
import type { SimulatedClock } from '../../src/engine/clock.ts';
import { type Run, createRun } from '../../src/engine/run.ts';
import { startRun } from '../../src/engine/start.ts';
import { type RuntimeSetup, createEngineState } from '../../src/engine/state.ts';
import { type Gateway, createGateway } from '../../src/exchange/gateway/gateway.ts';
import type { MoneyState } from '../../src/execution/money.ts';
import { effectiveState } from '../../src/execution/truth.ts';
import type { PullFeed, VenueClient } from '../../src/ports.ts';
import { type Store, openStore } from '../../src/store/snapshot.ts';
import { Dice, mixSeed } from './dice.ts';
import { diskChannel } from './disk-channel.ts';
import { MarketLook } from './market-look.ts';
import { asVenue } from './venue-client.ts';
import { ACCOUNT, CASH, LEVERAGE, type World } from './world.ts';

export interface ProcessOptions {
  readonly world: World;
  readonly limits: RiskLimits;
  readonly runtimes: readonly RuntimeSetup[];
  /** Which life of this state directory it is, from 1. */
  readonly life: number;
  readonly watcher: Watcher;
  /** Window of the dead-man switch; null: it is not used. */
  readonly deadManMs: number | null;
  /** The disk was read; nothing was appended yet. */
  onRecovered(lastN: number): void;
}

/** What the oracles see of a process. */
export interface Watcher {
  /** A record was appended and applied. */
  onRecord(body: RecordBody, at: Envelope, money: MoneyState): void;
  /** The text of a record, as it goes to the disk. */
  onLine(n: number, text: string): void;
  /** A record that recovery read back, as text. */
  onRecovered(text: string): void;
  /** A create is about to leave the process. */
  onCreate(order: Readonly<Order>, money: MoneyState): void;
  onNotice(level: string, text: string): void;
}

const NO_SCOPE = { strategyId: '', symbol: '' };

type TruthStore = Store<MoneyState, RecordBody>;

/** Generations are made often enough that every day has some. */
const COMPACT_AT = { records: 900, bytes: 1e9 };

export class Process {
  readonly run: Run;
  readonly store: TruthStore;
  readonly gateway: Gateway;
  private readonly client: VenueClient;
  readonly markets: MarketLook;
  private readonly life: Life;

  private constructor(of: {
    run: Run;
    store: TruthStore;
    gateway: Gateway;
    client: VenueClient;
    life: Life;
    markets: MarketLook;
  }) {
    this.run = of.run;
    this.store = of.store;
    this.gateway = of.gateway;
    this.client = of.client;
    this.life = of.life;
    this.markets = of.markets;
  }

  /** Recovers from the disk as it is and starts. Throws what a start refuses. */
  static async start(options: ProcessOptions): Promise<Process> {
    const { world } = options;
    const life = new Life(world);
    const store = await open(options, life);
    options.onRecovered(store.recovery.lastN);
    const client = watched(connect(world, store.db.data), (order) => {
      options.watcher.onCreate(order, store.db.data);
    });
    const made = createEngine(options, { life, store, client });
    const { run, gateway } = made;
    const process = new Process({ ...made, store, client, life });
    const seed = world.seed;
    const who = { version: 'simulated', mode: 'practice', accountId: ACCOUNT, currency: 'USDT' };
    const id = liveRunId(world, options.life);
    const start = { run: id, ...who, seed, markets: world.markets, cash: CASH, start: false };
    startRun(run, NO_PAST, start);
    run.commit();
    gateway.start();
    return process;
  }

  get money(): MoneyState {
    return this.run.state.money;
  }

  /** The account's state; `recovering` while this process does not trust its books. */
  get stateOf(): string {
    const { truth } = this.run.context;
    return effectiveState(this.money, NO_SCOPE, truth.recovering !== null);
  }

  get isAlive(): boolean {
    return this.life.isAlive;
  }

  drive(event: MarketEvent): void {
    this.run.drive(event);
    this.run.commit();
    if (this.store.compactionDue) this.store.db.write().catch(() => undefined);
  }

  post(event: ControlEvent): void {
    this.run.post(event);
    this.run.commit();
  }

  command(command: Command): void {
    this.post({ kind: 'command', time: this.life.now(), command });
  }

  /** The machine's clock jumped, or the process stood still: told as the session's vigil does. */
  recover(reason: string): void {
    this.post({ kind: 'recover', time: this.life.now(), reason });
  }

  /** The process is gone; what it had sent is on its way. */
  kill(): void {
    this.life.isAlive = false;
    this.client.close();
  }
}

/** Time as a process sees it: the machine's clock, which never goes back, and timers that die. */
class Life implements SimulatedClock {
  isAlive = true;
  private readonly world: World;
  private newest = 0;

  constructor(world: World) {
    this.world = world;
  }

  now(): number {
    const now = Math.floor(this.world.clock.now()) + this.world.skewMs;
    this.newest = Math.max(this.newest, now);
    return this.newest;
  }

  after(ms: number, fire: () => void): () => void {
    if (ms <= 0) {
      fire();
      return () => undefined;
    }
    return this.world.clock.after(ms, () => {
      if (this.isAlive) fire();
    });
  }

  observe(): void {
    // Events do not move the machine's clock.
  }

  nextDue(): number {
    return Infinity; // the world fires them
  }

  fireNext(): void {
    // The world does.
  }

  /** Never jumps. */
  readonly monotonic = {
    now: (): number => this.world.clock.now(),
    after: (ms: number, fire: () => void): (() => void) => this.after(ms, fire),
  };
}

async function open(options: ProcessOptions, life: Life): Promise<TruthStore> {
  const { world, watcher } = options;
  world.disk.materialize();
  const codec = stateCodec();
  const dice = new Dice(mixSeed(world.seed, 100 + options.life));
  return await openStore<MoneyState, RecordBody>({
    dir: world.disk.dir,
    codec: {
      ...codec,
      encode(body, at) {
        const text = codec.encode(body, at);
        watcher.onLine(at.n, text);
        return text;
      },
      decode(text): JournalRecord {
        watcher.onRecovered(text);
        return codec.decode(text);
      },
    },
    channel: diskChannel(world.disk, life, dice),
    compactAt: COMPACT_AT,
  });
}

function createEngine(
  options: ProcessOptions,
  of: {
    readonly life: Life;
    readonly store: TruthStore;
    readonly client: VenueClient;
  },
): { run: Run; gateway: Gateway; markets: MarketLook } {
  const { world, limits, runtimes, watcher } = options;
  const { life, store, client } = of;
  const state = createEngineState({
    markets: world.markets,
    runtimes,
    settings: { limits, leverage: LEVERAGE },
    money: store.db.data,
    now: Math.max(life.now(), store.db.data.cursor.time),
  });
  let gateway: Gateway | null = null;
  const markets = new MarketLook(world, (event) => {
    if (!life.isAlive) return;
    run.post(event);
    run.commit();
  });
  const run = createRun({
    state,
    journal: store.journal,
    clock: life,
    feedTime: () => life.now(),
    venue: (post) => {
      gateway = createGateway({
        client,
        post,
        books: () => state.money,
        knowsRun: (id) => world.runs.has(id),
        accountId: ACCOUNT,
        transport: life.monotonic,
        clock: life,
        rng: new Dice(mixSeed(world.seed, 200 + options.life)),
        deadManMs: options.deadManMs,
        log: () => undefined,
        alarm: (text) => watcher.onNotice('alarm', text),
      });
      return gateway;
    },
    onNotice: ({ level, text }) => watcher.onNotice(level, text),
    onRecord: (body, at) => {
      if (body.kind === 'runStarted') world.runs.add(body.run);
      watcher.onRecord(body, at, state.money);
      markets.onRecord(body);
    },
  });
  if (!gateway) throw new Error('no gateway was made');
  return { run, gateway, markets };
}

/** The practice wire, as the day's exchange is reached over it. */
function connect(world: World, { markets }: MoneyState): VenueClient {
  const { venue } = world;
  const client = world.wire.connect();
  const marketOf = (symbol: string) => markets.get(symbol);
  return venue === null ? client : asVenue(client, { ...venue, marketOf });
}

/** Everything a client is asked, looked at before it leaves. */
function watched(client: VenueClient, onCreate: (order: Readonly<Order>) => void): VenueClient {
  return {
    abilities: client.abilities,
    isPolled: client.isPolled === true,
    createOrder: (order, answer) => {
      onCreate(order);
      client.createOrder(order, answer);
    },
    cancelOrder: (ref, answer) => client.cancelOrder(ref, answer),
    amendOrder: (ref, change, answer) => client.amendOrder(ref, change, answer),
    fetchOrder: (ref, answer) => client.fetchOrder(ref, answer),
    fetchOpenOrders: (answer) => client.fetchOpenOrders(answer),
    fetchFills: (since, answer) => client.fetchFills(since, answer),
    fetchAccount: (answer) => client.fetchAccount(answer),
    setDeadMan: (timeoutMs, answer) => client.setDeadMan?.(timeoutMs, answer),
    listen: (listener) => client.listen(listener),
    close: () => client.close(),
  };
}

const NO_PAST: PullFeed = { next: () => null, history: () => [], unfinished: () => [], length: 0 };

/** As a live start makes it: milliseconds and random characters (ENGINE 3). */
function liveRunId(world: World, life: number): RunId {
  const dice = new Dice(mixSeed(world.seed, 300 + life));
  const random = dice
    .between(0, 36 ** 3 - 1)
    .toString(36)
    .padStart(3, '0');
  const now = Math.floor(world.clock.now());
  return `${now.toString(36).padStart(8, '0').slice(-8)}${random}` as RunId;
}
