import type { Clock, Scheduler } from '../../ports.ts';
import type { AccountPlan } from './accounts.ts';
import { answerControl } from './control-api.ts';
import { EmulatorControl } from './control.ts';
import { LiveCore } from './core.ts';
import type { CreateDialect, DialectName } from './dialect.ts';
import type { Listing } from './listing.ts';
import { loadDialect } from './dialects.ts';
import { FaultBoard } from './faults.ts';
import { RequestLog } from './request-log.ts';
import { listenOn } from './server.ts';
import { Sockets } from './sockets.ts';

export interface EmulatorOptions {
  readonly dialect: DialectName;
  readonly seed: number;
  /** 0: any that is free. */
  readonly port: number;
  /** The machine's time and timers, or simulated ones. */
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly accounts?: readonly AccountPlan[] | undefined;
  /** Other markets than those of every emulator. */
  readonly listings?: readonly Listing[] | undefined;
  /** Told by `/_control/info`: which process this is. */
  readonly instance?: string | undefined;
  /** Another dialect than the one of the name, for its own tests. */
  readonly create?: CreateDialect | undefined;
}

/** A local exchange that answers. */
export interface Emulator {
  /** `http://127.0.0.1:PORT`; WebSockets are upgraded on the same port. */
  readonly endpoint: string;
  readonly port: number;
  readonly core: LiveCore;
  readonly control: EmulatorControl;
  /** Connections open now. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/**
 * Starts a local exchange on the loopback interface, in this process. Rejects with the system's
 * error when the port cannot be had.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const create = options.create ?? (await loadDialect(options.dialect));
  const core = new LiveCore(options);
  const dialect = create(core);
  const { instance = 'none' } = options;
  const faults = new FaultBoard(options.seed);
  const log = new RequestLog();
  const now = (): number => core.clock.now();
  const sockets = new Sockets({ dialect, faults, log, now });
  const control = new EmulatorControl({ core, dialect, sockets, log, faults, instance });
  const answer = answerControl(control);
  try {
    const server = await listenOn(options.port, {
      dialect,
      faults,
      log,
      sockets,
      now,
      control: answer,
    });
    const { port } = server;
    return {
      endpoint: `http://127.0.0.1:${port}`,
      port,
      core,
      control,
      connections: () => sockets.count,
      async close() {
        core.close();
        await server.close();
      },
    };
  } catch (error) {
    core.close();
    sockets.close();
    throw error;
  }
}
