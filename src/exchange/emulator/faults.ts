/** What goes wrong on purpose between a client and the local exchange. */
import { dropOldest } from '../../domain/bounded.ts';
import { SeededRng } from '../../domain/rng.ts';
import type { HttpRequest } from './dialect.ts';

/** What can happen to one request. All but the first three are carried out before. */
export const REQUEST_FAULTS = {
  drop: 'the connection is cut, nothing is carried out',
  status: 'refused with `status`, `retryAfter` seconds and `body`, nothing is carried out',
  delay: 'carried out only after `ms`',
  late: 'carried out at once, answered after `ms`',
  hang: 'carried out, never answered',
  reset: 'carried out, then the connection is cut',
  badGateway: 'carried out, then an HTML page with status 502',
  timeoutCode: "carried out, then the exchange's own code for a timeout of its backend",
  stall: 'carried out, the answer stops after its first half and never ends',
  truncate: 'carried out, the answer ends after its first half',
  html: 'carried out, answered 200 with an HTML page, as by a captive portal',
  empty: 'carried out, answered 200 with nothing',
  replace: 'carried out, in the answer the text `from` becomes `to`: another symbol or account',
} as const;
export type RequestFault = keyof typeof REQUEST_FAULTS;

export interface FaultRule {
  readonly fault: RequestFault;
  /** `POST`; any method when left out. */
  readonly method?: string | undefined;
  /** Part of the path, such as `/order`; any path when left out. */
  readonly path?: string | undefined;
  /** Part of query or body, such as `symbol=BTCUSDT`. */
  readonly contains?: string | undefined;
  /** How many requests it meets; 1 when left out. */
  readonly times?: number | undefined;
  /** Chance per request that fits, by the seed; 1 when left out. */
  readonly chance?: number | undefined;
  readonly ms?: number | undefined;
  readonly status?: number | undefined;
  readonly retryAfter?: number | undefined;
  readonly body?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What can happen to a message that the exchange sends on a WebSocket. */
export const MESSAGE_FAULTS = {
  lose: 'it is never sent',
  late: 'it is sent after `ms`, behind what came later',
  twice: 'it is sent twice',
  cut: 'its second half is missing',
  replace: 'the text `from` in it becomes `to`',
} as const;
export type MessageFault = keyof typeof MESSAGE_FAULTS;

export interface MessageRule {
  readonly fault: MessageFault;
  /** Part of the connection's path; any when left out. */
  readonly path?: string | undefined;
  /** Part of the message. */
  readonly contains?: string | undefined;
  readonly times?: number | undefined;
  readonly ms?: number | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What the next user events meet: lost first, then late, then twice. */
export interface UserEventFaults {
  lose: number;
  late: number;
  lateMs: number;
  twice: number;
}

const MOST_RULES = 200;

/** The faults that wait for requests and messages. Chance is drawn by the seed. */
export class FaultBoard {
  readonly userEvents: UserEventFaults = { lose: 0, late: 0, lateMs: 0, twice: 0 };
  /** Everything is refused: the exchange is closed for maintenance. */
  maintenance = false;
  /** The address is banned until then (true time of the exchange); 0: it is not. */
  bannedUntil = 0;
  refusedUpgrades = 0;
  answersPings = true;
  /** Parts of paths of connections on which nothing arrives any more. */
  readonly silent = new Set<string>();
  private readonly rules = new Map<FaultRule, number>();
  private readonly messages = new Map<MessageRule, number>();
  private readonly rng: SeededRng;

  constructor(seed: number) {
    this.rng = new SeededRng(seed);
  }

  add(rule: FaultRule): void {
    this.rules.set({ ...rule }, rule.times ?? 1);
    dropOldest(this.rules, MOST_RULES);
  }

  addMessage(rule: MessageRule): void {
    this.messages.set({ ...rule }, rule.times ?? 1);
    dropOldest(this.messages, MOST_RULES);
  }

  /** Nothing goes wrong any more; connections that were cut stay cut. */
  clear(): void {
    this.rules.clear();
    this.messages.clear();
    this.silent.clear();
    Object.assign(this.userEvents, { lose: 0, late: 0, lateMs: 0, twice: 0 });
    this.maintenance = false;
    this.bannedUntil = 0;
    this.refusedUpgrades = 0;
    this.answersPings = true;
  }

  /** Rules that still wait, with how often they will strike. */
  get waiting(): readonly { readonly rule: FaultRule | MessageRule; readonly left: number }[] {
    return [...this.rules, ...this.messages].map(([rule, left]) => ({ rule, left }));
  }

  /** The oldest rule that fits the request, counted down; null when nothing happens to it. */
  take(request: Pick<HttpRequest, 'method' | 'path' | 'query' | 'body'>): FaultRule | null {
    for (const [rule, left] of this.rules) {
      if (!fits(rule, request)) continue;
      if (rule.chance !== undefined && this.rng.next() >= rule.chance) continue;
      if (left <= 1) this.rules.delete(rule);
      else this.rules.set(rule, left - 1);
      return rule;
    }
    return null;
  }

  /** The oldest rule that fits a message, counted down; null when nothing happens to it. */
  takeMessage(path: string, text: string): MessageRule | null {
    for (const [rule, left] of this.messages) {
      if (rule.path !== undefined && !path.includes(rule.path)) continue;
      if (rule.contains !== undefined && !text.includes(rule.contains)) continue;
      if (left <= 1) this.messages.delete(rule);
      else this.messages.set(rule, left - 1);
      return rule;
    }
    return null;
  }

  isSilent(path: string): boolean {
    for (const part of this.silent) if (path.includes(part)) return true;
    return false;
  }
}

function fits(
  rule: FaultRule,
  { method, path, query, body }: Pick<HttpRequest, 'method' | 'path' | 'query' | 'body'>,
): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  if (rule.path !== undefined && !path.includes(rule.path)) return false;
  const { contains } = rule;
  return contains === undefined || query.includes(contains) || body.includes(contains);
}
