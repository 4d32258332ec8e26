import { type Decimal, toText } from '../domain/decimal.ts';
import type { RecoveredView, Words } from './session-types.ts';

/** What a start has to say: cautions about the market, what was recovered, which cash counts. */
export function startWords(of: {
  readonly caution: string | null;
  readonly recovered: RecoveredView | null;
  /** What the account began with, and what was asked for now. */
  readonly deposits: Decimal;
  readonly cash: Decimal;
}): readonly Words[] {
  const { caution, recovered, deposits, cash } = of;
  const words: Words[] = [];
  if (caution !== null) words.push({ level: 'warn', text: caution });
  if (!recovered) return words;
  const { records, positions, openOrders, tradingState, stateReason = '', repairs } = recovered;
  // What has to be looked at before anything is resumed.
  const isStopped = tradingState !== 'running' && tradingState !== 'paused';
  const why = isStopped && stateReason !== '' ? ` (${stateReason})` : '';
  words.push({
    level: 'info',
    text:
      `recovered up to record ${records}: ${counted(positions, 'position')}, ` +
      `${counted(openOrders, 'open order')}, was ${tradingState}${why}`,
  });
  for (const repair of repairs) words.push({ level: 'warn', text: repair });
  if (deposits === cash) return words;
  // Starting cash is for new accounts; an account that has a history keeps its own.
  const text = `this account began with ${toText(deposits)}; cash ${toText(cash)} is for new ones`;
  return [...words, { level: 'info', text }];
}

const counted = (of: number, noun: string): string => `${of} ${noun}${of === 1 ? '' : 's'}`;
