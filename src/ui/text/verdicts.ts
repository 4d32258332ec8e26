/** A rule's answer in words and the unit of its code (`DENIAL_CODES` says the units). */
import { safeText } from '../../domain/safe-text.ts';
import type { DenialCode, Verdict } from '../../domain/verdict.ts';
import { formatNumber, formatPercent, words } from './format.ts';
import { type Row, span } from './rows.ts';

type Unit = 'fraction' | 'bps' | 'quote' | 'count' | 'seconds' | 'ratio' | 'plain';

const RULES: Readonly<Record<DenialCode, { name: string; unit: Unit }>> = {
  TRADING_STATE: { name: 'state', unit: 'plain' },
  SYMBOL_NOT_ALLOWED: { name: 'symbol', unit: 'plain' },
  INVALID_NUMBER: { name: 'number', unit: 'plain' },
  PROTECTION_SIDE: { name: 'protection', unit: 'plain' },
  PRICE_BAND: { name: 'price band', unit: 'fraction' },
  SPREAD_LIMIT: { name: 'spread', unit: 'bps' },
  MIN_NOTIONAL: { name: 'min notional', unit: 'quote' },
  MAX_NOTIONAL: { name: 'max notional', unit: 'quote' },
  MAX_POSITION: { name: 'position', unit: 'quote' },
  MAX_ACCOUNT_POSITION: { name: 'all positions', unit: 'quote' },
  MAX_POSITIONS: { name: 'open positions', unit: 'count' },
  ORDER_RATE: { name: 'orders a minute', unit: 'count' },
  DUPLICATE_INTENT: { name: 'duplicate', unit: 'seconds' },
  BALANCE: { name: 'balance', unit: 'quote' },
  MARGIN: { name: 'margin', unit: 'quote' },
  RISK_PER_TRADE: { name: 'risk to stop', unit: 'fraction' },
  OPEN_RISK: { name: 'open risk', unit: 'fraction' },
  EXPOSURE_GROSS: { name: 'gross exposure', unit: 'fraction' },
  EXPOSURE_NET: { name: 'net exposure', unit: 'fraction' },
  CLUSTER_EXPOSURE: { name: 'cluster', unit: 'fraction' },
  FEED_BAD: { name: 'bad data', unit: 'count' },
  EXPIRE_TIME: { name: 'good till', unit: 'plain' },
  STALE_DATA: { name: 'data age', unit: 'seconds' },
  SHORT_NOT_ALLOWED: { name: 'short', unit: 'plain' },
  EXIT_TOO_LARGE: { name: 'exit size', unit: 'plain' },
  COOLDOWN: { name: 'cooldown', unit: 'seconds' },
  REFUSED_OFTEN: { name: 'refused often', unit: 'seconds' },
  SIZE_ZERO: { name: 'size', unit: 'plain' },
};

/** What a rule is called: `max notional`; a breaker by its name, with whose it is. */
export function ruleName(code: string): string {
  if (isCode(code)) return RULES[code].name;
  const [name = '', , ...of] = code.split(' ');
  return safeText([words(name, ' '), ...of].join(' '), 40);
}

export const isCode = (code: string): code is DenialCode => Object.hasOwn(RULES, code);

/** A figure in its unit, without the sign of it: fractions as percent. */
export const formatUnit = (value: number, unit: Exclude<Unit, 'plain'>): string =>
  amount(value, unit);

/** `✓ spread 0.1 of 10 bp`, or with the code and the setting that changes the limit. */
export function verdictRow(verdict: Verdict): Row {
  const { name, unit } = RULES[verdict.code];
  const value = amount(verdict.value, unit);
  const limit = amount(verdict.limit, unit);
  const measured = limit === '' ? value : `${value}${joiner(verdict)}${limit}${UNIT_SIGN[unit]}`;
  if (verdict.ok) return [span('✓', 'good'), span(` ${name} ${measured}`, 'text.muted')];
  const setting = verdict.setting === null ? '' : `  see ${safeText(verdict.setting, 40)}`;
  return [
    span(`✗ ${verdict.code}`, 'danger'),
    span(` ${name} ${measured}`),
    span(setting, 'text.muted'),
  ];
}

function joiner({ code, limit }: Verdict): string {
  if (typeof limit === 'string') return ', needs ';
  return code === 'MIN_NOTIONAL' ? ' above ' : ' of ';
}

/** What stands behind a figure of the unit. */
export const UNIT_SIGN: Readonly<Record<Unit, string>> = {
  fraction: ' %',
  bps: ' bp',
  quote: '',
  count: '',
  seconds: ' s',
  ratio: ' ×',
  plain: '',
};

function amount(value: number | string, unit: Unit): string {
  if (typeof value === 'string') return safeText(value, 40);
  switch (unit) {
    case 'fraction':
      return formatPercent(value, 2);
    case 'bps':
    case 'seconds':
      return formatNumber(value, 1);
    case 'quote':
      return formatNumber(value, Math.abs(value) >= 1000 ? 0 : 2);
    case 'count':
      return formatNumber(value, 0);
    case 'ratio':
      return formatNumber(value, 2);
    case 'plain':
      return formatNumber(value, Number.isInteger(value) ? 0 : 8).replace(/(\.\d*?)0+$/, '$1');
  }
}
