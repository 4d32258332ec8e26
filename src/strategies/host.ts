/** Strategies of users: files that run outside the engine's process and speak to it in events. */
import { z } from 'zod';
import { InputError, messageOf } from '../domain/errors.ts';
import type { Timeframe } from '../domain/time.ts';
import type { StrategyContext, StrategyDefinition } from '../ports.ts';
import { LockStepStrategy } from './host/lock-step.ts';
import {
  type HostLimits,
  type HostPorts,
  LIMITS,
  type RemoteSetup,
  RemoteStrategy,
} from './host/remote-strategy.ts';
import type { Loaded } from './host/messages.ts';
import type { UserFile, UserStrategy } from './host/user-file.ts';

export interface HostOptions {
  /**
   * The engine waits for every answer, so that a run is the same as with a built-in; only where no
   * key and no screen waits with it.
   */
  readonly isLockStep: boolean;
  readonly limits?: HostLimits;
}

/** A user's strategy as the engine knows every strategy: data of it, and how to make one. */
export class StrategyHost {
  readonly #options: HostOptions;
  readonly #running = new Map<string, RemoteStrategy | LockStepStrategy>();
  #ports: HostPorts | null = null;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /** Lends what strategies answer to. Until then they warm up and are silent. */
  attach(ports: HostPorts): void {
    this.#ports = ports;
  }

  /** A strategy has not yet answered a finished candle or a fill: a market that can wait does. */
  get isBehind(): boolean {
    for (const strategy of this.#running.values()) {
      if (strategy instanceof RemoteStrategy && strategy.isBehind) return true;
    }
    return false;
  }

  /** The definition of one instance. */
  define(strategyId: string, file: UserFile, known: UserStrategy): StrategyDefinition {
    const { loaded, configured } = known;
    return {
      name: loaded.name,
      summary: loaded.summary,
      params: paramsSchema(loaded),
      timeframes: loaded.timeframes as readonly Timeframe[],
      canShort: loaded.canShort,
      ...(loaded.worstCaseFraction !== null && { worstCaseFraction: loaded.worstCaseFraction }),
      // Of other parameters only its own process could tell; these are those it was started with.
      warmup: () => configured.warmup,
      higherTimeframes: () => configured.higherTimeframes as readonly Timeframe[],
      chart: () => configured.chart,
      create: (params, context) => this.#create({ strategyId, file, known, params, context }),
    };
  }

  /** Ends every process. Definitions can be used again, by the session that comes next. */
  close(): void {
    this.#ports = null;
    for (const strategy of this.#running.values()) strategy.close();
    this.#running.clear();
  }

  #create(of: {
    readonly strategyId: string;
    readonly file: UserFile;
    readonly known: UserStrategy;
    readonly params: unknown;
    readonly context: StrategyContext;
  }): RemoteStrategy | LockStepStrategy {
    const { strategyId, file, known, params, context } = of;
    const key = `${strategyId} ${context.symbol}`;
    // With new parameters it begins anew: the old one's process ends.
    this.#running.get(key)?.close();
    const setup: RemoteSetup = {
      strategyId,
      source: file.source,
      configured: known.configured,
      params,
      context,
      limits: this.#options.limits ?? LIMITS,
      ports: () => this.#ports,
    };
    const strategy = this.#options.isLockStep
      ? new LockStepStrategy(setup)
      : new RemoteStrategy(setup);
    this.#running.set(key, strategy);
    return strategy;
  }
}

/**
 * The schema of a strategy's parameters, made of its JSON. Patterns of texts are left to the
 * strategy's own process: a bad one would hold ours up. Throws InputError.
 */
export function paramsSchema(loaded: Loaded): z.ZodType {
  try {
    return z.fromJSONSchema(withoutPatterns(loaded.params) as z.core.JSONSchema.JSONSchema);
  } catch (error) {
    throw new InputError(`${loaded.name}: its parameters cannot be used: ${messageOf(error)}`);
  }
}

function withoutPatterns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPatterns);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) => typeof inner !== 'string' || !/^(pattern|format|\$ref)$/.test(key),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutPatterns(inner)]));
}
