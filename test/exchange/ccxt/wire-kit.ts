/** The real client over a wire that answers what a test says; nothing is dialed. */
import { Secret } from '../../../src/domain/secret.ts';
import { findExchange } from '../../../src/exchange/ccxt/catalog.ts';
import {
  createInstance,
  type Instance,
  type Purpose,
} from '../../../src/exchange/ccxt/instance.ts';
import type { ExchangePlan } from '../../../src/exchange/ccxt/plan.ts';
import type { ExchangeRow } from '../../../src/exchange/ccxt/row.ts';
import { required } from '../../../src/domain/errors.ts';

/** One request as the client wanted to send it. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WireAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body: unknown;
}

/** Answers a request, or throws as a broken connection does. */
export type AnswerRequest = (request: WireRequest) => WireAnswer;

/** 32 zero bytes in base64, which kraken decodes; a key that gemini takes for one of an account. */
export const KEYS = { key: 'account-testkey', secret: `${'A'.repeat(43)}=` } as const;

export interface ScriptedInstance {
  readonly instance: Instance;
  readonly row: ExchangeRow;
  readonly plan: ExchangePlan;
  /** Every request so far. */
  readonly requests: readonly WireRequest[];
}

/** A client of an exchange whose every request is answered by `answer`. */
export async function openScripted(
  of: {
    readonly id: string;
    readonly purpose?: Purpose;
    readonly symbols?: readonly string[];
    readonly venue?: ExchangePlan['venue'];
    readonly nonce?: () => number;
    readonly onClockRefused?: () => void;
  },
  answer: AnswerRequest,
): Promise<ScriptedInstance> {
  const row = required(findExchange(of.id), `row of ${of.id}`);
  const { venue = 'live', symbols = ['BTC/USDT'], purpose = 'trading' } = of;
  const plan: ExchangePlan = { id: of.id, account: 'main', venue, endpoint: null, symbols };
  const instance = await createInstance({
    plan,
    row,
    credentials: {
      key: Secret.of(KEYS.key),
      secret: Secret.of(KEYS.secret),
      passphrase: row.needsPassphrase ? Secret.of('words') : null,
    },
    purpose,
    ...(of.nonce ? { nonce: of.nonce } : {}),
    ...(of.onClockRefused ? { onClockRefused: of.onClockRefused } : {}),
  });
  const requests: WireRequest[] = [];
  Object.assign(instance, {
    undiciModule: undefined,
    fetchIsNative: false,
    fetchImplementation: (url: string, options: RawRequest) => {
      const request = {
        method: options.method,
        url: new URL(url),
        body: options.body ?? '',
        headers: options.headers,
      };
      requests.push(request);
      return Promise.resolve(toResponse(answer(request)));
    },
  });
  return { instance, row, plan, requests };
}

interface RawRequest {
  readonly method: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
}

function toResponse({ status = 200, headers = {}, body }: WireAnswer): object {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, statusText: '', headers: new Headers(headers), text: async () => text };
}
