/** Who asks: key, time window and HMAC of a signed request (EXCHANGE 3.1). */
import { createHmac, timingSafeEqual } from 'node:crypto';

import type { EpochMs } from '../../../domain/time.ts';
import type { EmulatorAccount, EmulatorCore, HttpRequest } from '../dialect.ts';
import { ApiError, badKey, badKeyFormat, badSignature, mandatory } from './api-error.ts';
import { Params } from './params.ts';

const USUAL_WINDOW_MS = 5_000;
const LONGEST_WINDOW_MS = 60_000;
/** How far ahead of the exchange a client's clock may be. */
const AHEAD_MS = 1_000;
const SIGNATURE = /(?:^|&)signature=([^&]*)/;

/** What a request proves: `signed` is the text its signature is made over. */
interface Proof {
  readonly key: string | undefined;
  readonly signed: string;
  readonly signature: string | null;
  readonly params: Params;
}

/** The account behind a signed HTTP request. Throws ApiError. */
export function authorizeRequest(core: EmulatorCore, request: HttpRequest): EmulatorAccount {
  const text = [request.query, request.body];
  return authorize(core, {
    key: request.headers['x-mbx-apikey'],
    // Query and body are one text to the exchange, as they came, without a sign between them.
    signed: text.map((part) => part.replace(SIGNATURE, '')).join(''),
    signature: text.map((part) => SIGNATURE.exec(part)?.[1]).find((part) => part) ?? null,
    params: paramsOf(request),
  });
}

/** The account behind a signed request of the WebSocket API. Throws ApiError. */
export function authorizeMessage(core: EmulatorCore, params: Params): EmulatorAccount {
  const signed = Array.from(params.entries())
    .filter(([name]) => name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const key = params.text('apiKey') ?? undefined;
  return authorize(core, { key, signed, signature: params.text('signature'), params });
}

/** Everything that was sent with a request, wherever it stood. */
export function paramsOf(request: HttpRequest): Params {
  const { query, body } = request;
  return Params.ofText(query === '' || body === '' ? query + body : `${query}&${body}`);
}

function authorize(core: EmulatorCore, of: Proof): EmulatorAccount {
  if (!of.key) throw badKeyFormat();
  const account = core.account(of.key);
  if (!account || account.revoked) throw badKey();
  checkTime(of.params, core.clock.now());
  if (of.signature === null) throw mandatory('signature');
  if (!isSigned(account.secret, of.signed, of.signature)) throw badSignature();
  return account;
}

function checkTime(params: Params, now: EpochMs): void {
  const window = params.whole('recvWindow') ?? USUAL_WINDOW_MS;
  if (window > LONGEST_WINDOW_MS) {
    throw new ApiError(-1131, `recvWindow must be less than ${LONGEST_WINDOW_MS}.`);
  }
  const time = params.whole('timestamp');
  if (time === null) throw mandatory('timestamp');
  if (time >= now + AHEAD_MS) {
    const words = `Timestamp for this request was ${AHEAD_MS}ms ahead of the server's time.`;
    throw new ApiError(-1021, words);
  }
  if (now - time > window) {
    throw new ApiError(-1021, 'Timestamp for this request is outside of the recvWindow.');
  }
}

function isSigned(secret: string, text: string, signature: string): boolean {
  const right = createHmac('sha256', secret).update(text).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === right.length && timingSafeEqual(given, right);
}
