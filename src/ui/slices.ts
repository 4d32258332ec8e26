/** Parts of the session's view by name: the screen knows the engine only through the session. */
import type { Session, SessionView } from '../app/session-types.ts';

export type AccountView = SessionView['account'];
export type BreakerView = SessionView['breakers'][number];
export type ScopeView = SessionView['scopes'][number];
export type ClusterView = SessionView['clusters'][number];
export type AlertView = SessionView['alerts'][number];
export type LimitView = SessionView['limits'][number];
export type LogLine = SessionView['log'][number];
export type MarketView = SessionView['markets'][number];
export type OrderView = SessionView['orders'][number];
export type PnlView = SessionView['pnl'];
export type PnlRow = PnlView['byDay'][number];
export type PositionView = SessionView['positions'][number];
export type StrategyStatus = SessionView['strategies'][number];
export type TicketPreview = ReturnType<Session['preview']>;
export type TradingState = AccountView['tradingState'];
