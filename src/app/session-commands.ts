/** What a session itself does about a command before the engine sees it. */
import type { Command } from '../domain/command.ts';
import type { Run } from '../engine/run.ts';
import { exportLog } from './export-log.ts';
import { takenByGate } from './live-gate.ts';
import type { Pacer } from './pacer.ts';
import { seekForward } from './seek.ts';
import type { SessionCommand, Words } from './session-types.ts';
import type { SessionPorts } from './session-ports.ts';

interface Seat {
  readonly ports: SessionPorts;
  readonly run: Run;
  /** Null before the market moves. */
  readonly pacer: Pacer | null;
  readonly say: (words: Words) => void;
}

/**
 * True: the command was one of the session's own, or the live gate keeps it from the engine. False:
 * the engine steps it.
 */
export function takenBySession(
  command: Command | SessionCommand,
  { ports, run, pacer, say }: Seat,
): command is SessionCommand {
  const { gate = null } = ports;
  if (takenByGate(command, { gate, run, say })) return true;
  const { now } = run.state.market;
  switch (command.kind) {
    case 'setSpeed':
      pacer?.setSpeed(command.speed);
      return true;
    case 'holdFeed':
      pacer?.hold(command.held);
      return true;
    case 'stepFeed':
      pacer?.step();
      return true;
    case 'seekFeed': {
      const { endTime } = ports.source;
      const notice = (level: Words['level'], text: string): void => say({ level, text });
      seekForward(command.time, { pacer, now, endTime, notice });
      return true;
    }
    case 'exportLog':
      say(exportLog(ports.directory, { lines: command.lines, time: now }));
      return true;
    case 'showAccount':
      say({ level: 'info', text: 'this console has one account' });
      return true;
    default:
      return false;
  }
}
