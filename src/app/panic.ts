/** `tapedeck panic`: over the control socket, or by itself where nobody answers there. */
import { existsSync } from 'node:fs';
import { InputError, messageOf } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import type { OrderRef } from '../domain/venue.ts';
import type { Credentials, ExchangePlan } from '../exchange/ccxt/plan.ts';
import { runningHolder } from '../store/lock.ts';
import { prepareStateDirectory } from '../store/state-dir.ts';
import { writeStopFile } from '../store/stop-file.ts';
import { noCredentials } from './account-keys.ts';
import { exchangeSocket } from './drill/launch.ts';
import { Clearance, type Cleared } from './emergency/clearance.ts';
import {
  connectExchange,
  connectPracticeClient,
  type EmergencyClient,
} from './emergency/client.ts';
import { askConsole } from './emergency/control-client.ts';
import type { StopOutcome } from './emergency/control-protocol.ts';
import type { StopKind } from './emergency/messages.ts';
import { PANIC, stateOf } from './emergency/stop-words.ts';
import { readNote } from './emulator/note.ts';
import { type ExchangeNote, readExchangeNote } from './exchange-note.ts';
import { readState } from './state/reader.ts';

/** A console that moves answers within milliseconds; then we act as well (DECISIONS 17). */
const ALONE_MS = 300;
/** A console on a busy machine may still say later that it has stopped. */
const FIRST_MS = 3_000;
/** Longer than a console needs to give up on its venue. */
const FINAL_MS = 25_000;

const WRITTEN = 'the stop file is written: the next start is halted';

export interface PanicReport {
  /** Who carried it out. */
  readonly by: 'console' | 'panic';
  /** Known closed: no order of ours can leave any more. */
  readonly gateClosed: boolean;
  readonly canceled: number;
  readonly open: number;
  readonly kept: number;
  readonly unknown: number;
  readonly holdings: readonly string[];
  /** Everything that was to be done is done and proven. */
  readonly done: boolean;
  /** What was done, and what could not be, one line each. */
  readonly lines: readonly string[];
}

/** Finds, or asks for, the keys of an account; null: there are none. */
export type KeysOf = (note: ExchangeNote) => Promise<Credentials | null>;

/**
 * Halts or flattens what trades on a state directory. Throws InputError where there is no state: a
 * panic that looks at the wrong place must not look like one that worked.
 */
export async function panic(
  directory: string,
  stop: StopKind,
  keysOf: KeysOf,
): Promise<PanicReport> {
  if (!existsSync(directory)) {
    throw new InputError(
      `nothing was ever stored in ${directory}: name the console with --state, --profile or --mode`,
    );
  }
  const first = Promise.withResolvers<'heard' | 'late'>();
  const onAnswer = (): void => first.resolve('heard');
  const times = { firstMs: FIRST_MS, finalMs: FINAL_MS, onAnswer };
  const asking = askConsole(directory, { ask: stop }, times);
  const late = setTimeout(() => first.resolve('late'), ALONE_MS);
  const isLate = (await Promise.race([first.promise, asking])) === 'late';
  clearTimeout(late);
  const alone = isLate ? await actAlone(directory, stop, keysOf) : null;
  const asked = await asking;
  const last = asked.answers.at(-1);
  if (last?.ok === true && 'stopped' in last) return told(last.stopped, stop);
  const gateClosed = asked.answers.some((answer) => !answer.final && answer.ok);
  const why = last?.final === true && !last.ok ? last.problem : (asked.problem ?? 'no answer');
  const report = alone ?? (await actAlone(directory, stop, keysOf));
  const lines = [`the console was not reached: ${why}`, ...report.lines];
  return { ...report, gateClosed: report.gateClosed || gateClosed, lines };
}

/** A console's own words, from its books and from the venue. */
function told({ books, cleared, stopFile }: StopOutcome, stop: StopKind): PanicReport {
  const lines: string[] = [];
  if (books === null) lines.push('the main loop of the console does not answer; its thread acted');
  else lines.push(`the console is ${books.tradingState}: ${books.reason}`);
  if (books?.problem) lines.push(books.problem);
  if (cleared?.problem) lines.push(`not verified: ${cleared.problem}`);
  if (stopFile === 'written') lines.push(WRITTEN);
  else if (stopFile !== 'notNeeded') lines.push(`no stop file: ${stopFile.problem}`);
  if (books === null && cleared === null) {
    lines.push('orders of a simulated venue wait for the main loop; none of them leaves');
  }
  const holdings = cleared?.holdings ?? books?.holdings ?? [];
  const isProven = cleared === null ? books !== null : cleared.verified;
  const isFlat = stop === 'halt' || holdings.length === 0;
  const { open, kept } = cleared ?? books ?? { open: 0, kept: 0 };
  return {
    by: 'console',
    gateClosed: true,
    canceled: Math.max(cleared?.canceled ?? 0, books?.canceled ?? 0),
    open,
    kept,
    unknown: cleared?.unknown ?? 0,
    holdings,
    done: isProven && open === 0 && isFlat && !books?.problem,
    lines,
  };
}

/** Nobody answers: the stop is left where the next start, or a console that moves again, finds it. */
async function actAlone(path: string, stop: StopKind, keysOf: KeysOf): Promise<PanicReport> {
  const directory = prepareStateDirectory(path);
  const lines: string[] = [];
  const pid = runningHolder(directory)?.pid ?? null;
  const isWritten = leaveStop(directory, stop, lines);
  if (pid === null) lines.push('no console runs: nothing of ours can leave');
  else
    lines.push(`process ${pid} still runs: it halts as soon as it moves; kill -9 ${pid} ends it`);
  const cleared = await clearAlone(directory, { stop, lines, keysOf });
  const gateClosed = pid === null;
  const { canceled, open, kept, unknown, verified } = cleared;
  const holdings = cleared.holdings ?? [];
  const isFlat = stop === 'halt' || holdings.length === 0;
  const done = gateClosed && isWritten && verified && open === 0 && isFlat;
  return { by: 'panic', gateClosed, canceled, open, kept, unknown, holdings, done, lines };
}

function leaveStop(directory: string, stop: StopKind, lines: string[]): boolean {
  try {
    writeStopFile(directory, {
      state: stateOf(stop),
      reason: 'tapedeck panic',
      time: Date.now(),
      by: PANIC,
    });
    lines.push(WRITTEN);
    return true;
  } catch (error) {
    lines.push(messageOf(error));
    return false;
  }
}

const NOTHING: Cleared = {
  canceled: 0,
  open: 0,
  kept: 0,
  unknown: 0,
  verified: true,
  holdings: null,
  problem: null,
};

interface Alone {
  readonly stop: StopKind;
  readonly lines: string[];
  readonly keysOf: KeysOf;
}

/** Cancels over a client of our own what the journal names, and whatever the venue shows of ours. */
async function clearAlone(directory: string, { stop, lines, keysOf }: Alone): Promise<Cleared> {
  const known = knownOrders(directory, lines);
  let client: EmergencyClient | null;
  try {
    client = await reachVenue(directory, keysOf);
  } catch (error) {
    const problem = `the exchange cannot be reached: ${messageOf(error)}`;
    lines.push(problem);
    return { ...NOTHING, unknown: known.length, verified: false, problem };
  }
  if (client === null) {
    lines.push('its venue is simulated: there is nothing outside to cancel');
    return NOTHING;
  }
  const cleared = await clear(client, known, stop);
  client.close();
  if (cleared.problem !== null) lines.push(`not verified: ${cleared.problem}`);
  return cleared;
}

/** A client of the venue outside; null where there is none. */
async function reachVenue(directory: string, keysOf: KeysOf): Promise<EmergencyClient | null> {
  const socket = exchangeSocket(directory);
  if (existsSync(socket)) return connectPracticeClient(socket);
  const note = readExchangeNote(directory);
  if (note === null || note.plan.venue === 'data') return null;
  const { plan, markets = null } = note;
  const credentials = practiceKeys(directory, plan) ?? (await keysOf(note));
  if (credentials === null) throw noCredentials(plan.id);
  const accountId = `${plan.id}:${plan.account}`;
  return connectExchange({ plan, credentials, nonce: null, markets, accountId });
}

/** Of the session's own emulator; null where it trades elsewhere. */
function practiceKeys(directory: string, { endpoint }: ExchangePlan): Credentials | null {
  const own = readNote(directory);
  if (own === null || endpoint !== `http://127.0.0.1:${own.port}`) return null;
  return { key: Secret.of(own.key), secret: Secret.of(own.secret), passphrase: null };
}

function clear(
  client: EmergencyClient,
  known: readonly OrderRef[],
  stop: StopKind,
): Promise<Cleared> {
  return new Promise((resolve) => {
    const clearance = new Clearance({
      client,
      known,
      isLater: () => false,
      after: (ms, run) => void setTimeout(run, ms),
      now: () => performance.now(),
      onDone: resolve,
    });
    clearance.start();
    if (stop === 'flatten') clearance.closeAll();
  });
}

/** Every order the journal knows to be working; a damaged journal leaves it to the venue's list. */
function knownOrders(directory: string, lines: string[]): readonly OrderRef[] {
  try {
    const { working } = readState(directory).money;
    return [...working.values()].map(({ id, symbol, venueOrderId }) => {
      return { orderId: id, symbol, venueOrderId };
    });
  } catch (error) {
    lines.push(`the journal cannot be read (${messageOf(error)}): only the venue's list counts`);
    return [];
  }
}
