/** The control API: a row per call, served under `/_control/NAME`; README's table is made of it. */
import { z } from 'zod';

import { DAY_MS } from '../../domain/time.ts';
import { ORDER_TYPES } from '../../domain/order.ts';
import { InputError } from '../../domain/errors.ts';
import type { EmulatorControl } from './control.ts';
import { toDecimal } from './control.ts';
import type { HttpReply, HttpRequest } from './dialect.ts';
import { MESSAGE_FAULTS, type MessageFault, REQUEST_FAULTS, type RequestFault } from './faults.ts';
import { CONTROL_PATH } from './server.ts';

export interface ControlRow {
  readonly name: string;
  readonly summary: string;
  /** Fields of the JSON body (or of the query). */
  readonly fields: z.ZodObject;
  readonly run: (control: EmulatorControl, fields: never) => unknown;
}

const symbol = z.string();
const account = z.string().default('main');
const flag = z.preprocess((value) => (value === 'false' ? false : value), z.coerce.boolean());
const count = z.coerce.number().int().min(0).max(1_000_000_000);
/** A decimal: text, so that no digit is lost, or a number. */
const text = z.union([z.string(), z.number()]).transform(String);

function row<F extends z.ZodObject>(of: {
  name: string;
  summary: string;
  fields: F;
  run: (control: EmulatorControl, fields: z.infer<F>) => unknown;
}): ControlRow {
  return of;
}

const FAULT_NAMES = Object.keys(REQUEST_FAULTS) as [RequestFault, ...RequestFault[]];
const MESSAGE_FAULT_NAMES = Object.keys(MESSAGE_FAULTS) as [MessageFault, ...MessageFault[]];

/** Every call, in the order README shows them. */
export const CONTROLS: readonly ControlRow[] = [
  row({
    name: 'info',
    summary: 'what runs here: time, accounts, markets, connections, faults that wait',
    fields: z.object({}),
    run: (control) => control.info(),
  }),
  row({
    name: 'price',
    summary: 'the price jumps there: triggers and fills happen before the answer',
    fields: z.object({ symbol, price: z.coerce.number().positive() }),
    run: (control, of) => control.setPrice(of.symbol, of.price),
  }),
  row({
    name: 'liquidity',
    summary: 'multiplies the quantities of the book by `factor` and its spread by `spread`',
    fields: z.object({
      symbol,
      factor: z.coerce.number().positive(),
      spread: z.coerce.number().positive().default(1),
    }),
    run: (control, of) => control.setLiquidity(of.symbol, of.factor, of.spread),
  }),
  row({
    name: 'skew',
    summary: "the exchange's clock is `ms` ahead (behind below zero)",
    fields: z.object({ ms: z.coerce.number().min(-DAY_MS).max(DAY_MS) }),
    run: (control, { ms }) => control.setSkew(ms),
  }),
  row({
    name: 'fault',
    summary: 'what happens to the next `times` requests that fit `method`, `path`, `contains`',
    fields: z.object({
      fault: z.enum(FAULT_NAMES),
      method: z.string().optional(),
      path: z.string().optional(),
      contains: z.string().optional(),
      times: count.default(1),
      chance: z.coerce.number().min(0).max(1).optional(),
      ms: count.optional(),
      status: z.coerce.number().int().min(200).max(599).optional(),
      retryAfter: count.optional(),
      body: z.string().optional(),
      from: z.string().optional(),
      to: z.string().optional(),
    }),
    run: (control, rule) => control.fault(rule),
  }),
  row({
    name: 'clear',
    summary: 'nothing goes wrong any more',
    fields: z.object({}),
    run: (control) => control.clear(),
  }),
  row({
    name: 'maintenance',
    summary: 'everything is refused while `on`',
    fields: z.object({ on: flag.default(true) }),
    run: (control, { on }) => control.setMaintenance(on),
  }),
  row({
    name: 'ban',
    summary: 'everything is refused for so many `seconds`, with Retry-After; 0 ends it',
    fields: z.object({ seconds: count }),
    run: (control, { seconds }) => control.ban(seconds),
  }),
  row({
    name: 'drop',
    summary: 'ends WebSockets, by `close` (1001) or `terminate` (a pulled cable)',
    fields: z.object({
      how: z.enum(['close', 'terminate']).default('terminate'),
      path: z.string().default(''),
    }),
    run: (control, { how, path }) => ({ dropped: control.dropSockets(how, path) }),
  }),
  row({
    name: 'upgrades',
    summary: 'refuses the next `refuse` WebSocket handshakes',
    fields: z.object({ refuse: count }),
    run: (control, { refuse }) => control.refuseUpgrades(refuse),
  }),
  row({
    name: 'silence',
    summary: 'half open: WebSockets whose path contains `path` stay, nothing passes while `on`',
    fields: z.object({ path: z.string().default('/'), on: flag.default(true) }),
    run: (control, { path, on }) => control.silence(path, on),
  }),
  row({
    name: 'pong',
    summary: 'whether pings are answered',
    fields: z.object({ on: flag }),
    run: (control, { on }) => control.setAutoPong(on),
  }),
  row({
    name: 'skip-depth',
    summary: 'leaves `count` update numbers of a book out',
    fields: z.object({ symbol, count: count.default(1) }),
    run: (control, of) => control.skipDepth(of.symbol, of.count),
  }),
  row({
    name: 'message',
    summary: 'what happens to the next `times` messages on WebSockets that fit',
    fields: z.object({
      fault: z.enum(MESSAGE_FAULT_NAMES),
      path: z.string().optional(),
      contains: z.string().optional(),
      times: count.default(1),
      ms: count.optional(),
      from: z.string().optional(),
      to: z.string().optional(),
    }),
    run: (control, rule) => control.spoilMessage(rule),
  }),
  row({
    name: 'push',
    summary: 'sends any `text`, also one that is no message, on WebSockets',
    fields: z.object({ text: z.string(), path: z.string().default('') }),
    run: (control, of) => ({ sent: control.pushText(of.text, of.path) }),
  }),
  row({
    name: 'user-events',
    summary: 'the next user events are lost (`lose`), `late` by `lateMs`, told `twice`',
    fields: z.object({
      lose: count.default(0),
      late: count.default(0),
      lateMs: count.default(1_000),
      twice: count.default(0),
    }),
    run: (control, change) => control.spoilUserEvents(change),
  }),
  row({
    name: 'user-event',
    summary: 'sends any `event` on the user streams of an account',
    fields: z.object({ account, event: z.unknown() }),
    run: (control, of) => control.pushUserEvent(of.account, of.event),
  }),
  row({
    name: 'deposit',
    summary: 'money comes, or goes below zero, without a trade',
    fields: z.object({ account, asset: z.string(), amount: text }),
    run: (control, of) => control.deposit(of.account, of.asset, of.amount),
  }),
  row({
    name: 'order',
    summary: 'a person on the web places an order',
    fields: z.object({
      account,
      symbol,
      side: z.enum(['buy', 'sell']),
      type: z.enum(ORDER_TYPES),
      quantity: text,
      price: text.optional(),
      triggerPrice: text.optional(),
      clientOrderId: z.string().optional(),
    }),
    run: (control, { account: id, quantity, price, triggerPrice, clientOrderId, ...of }) => ({
      venueOrderId: control.placeOutside(id, {
        ...of,
        quantity: toDecimal(quantity),
        ...(price === undefined ? {} : { price: toDecimal(price) }),
        ...(triggerPrice === undefined ? {} : { triggerPrice: toDecimal(triggerPrice) }),
        ...(clientOrderId === undefined ? {} : { clientOrderId }),
      }),
    }),
  }),
  row({
    name: 'cancel',
    summary: 'a person cancels one order, or all of an account',
    fields: z.object({ account, venueOrderId: z.string().optional() }),
    run: (control, of) => ({ canceled: control.cancelOutside(of.account, of.venueOrderId) }),
  }),
  row({
    name: 'close',
    summary: 'a person sells what the account has free of a coin',
    fields: z.object({ account, symbol }),
    run: (control, of) => ({ closed: control.closeOutside(of.account, of.symbol) }),
  }),
  row({
    name: 'fill-part',
    summary: 'fills `quantity` of a resting limit order, at its price',
    fields: z.object({ account, venueOrderId: z.string(), quantity: text }),
    run: (control, of) => ({ filled: control.fillPart(of.account, of.venueOrderId, of.quantity) }),
  }),
  row({
    name: 'fill-lag',
    summary: "an account's history of fills shows them `ms` later than they happen",
    fields: z.object({ account, ms: count }),
    run: (control, of) => control.setFillLag(of.account, of.ms),
  }),
  row({
    name: 'overfill',
    summary: 'fills `quantity` more of an order than was asked for',
    fields: z.object({ account, venueOrderId: z.string(), quantity: text }),
    run: (control, of) => ({ filled: control.overfill(of.account, of.venueOrderId, of.quantity) }),
  }),
  row({
    name: 'status',
    summary: 'halts, reopens or delists a market; delisting cancels its orders',
    fields: z.object({ symbol, status: z.enum(['trading', 'halted', 'delisted']) }),
    run: (control, of) => control.setStatus(of.symbol, of.status),
  }),
  row({
    name: 'filters',
    summary: 'other grids and smallest orders of a market',
    fields: z.object({
      symbol,
      tickSize: text.optional(),
      stepSize: text.optional(),
      minQuantity: text.optional(),
      minNotional: text.optional(),
    }),
    run: (control, { symbol: of, ...change }) => control.setFilters(of, change),
  }),
  row({
    name: 'key',
    summary: 'revokes a key or changes what it may do',
    fields: z.object({
      account,
      revoked: flag.optional(),
      trade: flag.optional(),
      withdraw: flag.optional(),
      transfer: flag.optional(),
      ipRestricted: flag.optional(),
    }),
    run: (control, { account: id, ...change }) => control.setKey(id, withoutUndefined(change)),
  }),
  row({
    name: 'flood',
    summary: 'so many small book changes and prints a second (`what`: one kind); 0 ends it',
    fields: z.object({
      perSecond: count.max(100_000),
      what: z.enum(['books', 'trades', 'both']).default('both'),
    }),
    run: (control, { perSecond, what }) => control.flood(perSecond, what),
  }),
  row({
    name: 'requests',
    summary: 'what clients sent, newest last, without keys and signatures',
    fields: z.object({ limit: count.default(200) }),
    run: (control, { limit }) => control.requests(limit),
  }),
  row({
    name: 'dump',
    summary: 'orders, fills and balances of an account, exact',
    fields: z.object({ account }),
    run: (control, of) => control.dump(of.account),
  }),
];

/** Answers requests under `/_control`: fields come as a JSON body or in the query. */
export function answerControl(control: EmulatorControl): (request: HttpRequest) => HttpReply {
  return ({ path, query, body }) => {
    const name = path.slice(CONTROL_PATH.length + 1);
    const found = CONTROLS.find((one) => one.name === name);
    if (!found) {
      const known = CONTROLS.map((one) => `${CONTROL_PATH}/${one.name}: ${one.summary}`);
      return { status: name === '' ? 200 : 404, body: { calls: known } };
    }
    try {
      const given: unknown =
        body.trim() === '' ? Object.fromEntries(new URLSearchParams(query)) : JSON.parse(body);
      const fields = found.fields.strict().parse(given);
      return { status: 200, body: found.run(control, fields as never) ?? { ok: true } };
    } catch (error) {
      if (error instanceof z.ZodError) return badRequest(z.prettifyError(error));
      if (error instanceof InputError || error instanceof SyntaxError) {
        return badRequest(error.message);
      }
      throw error;
    }
  };
}

const badRequest = (error: string): HttpReply => ({ status: 400, body: { error } });

function withoutUndefined<T extends object>(of: T): { [F in keyof T]: Exclude<T[F], undefined> } {
  const given = Object.entries(of).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [F in keyof T]: Exclude<T[F], undefined> };
}
