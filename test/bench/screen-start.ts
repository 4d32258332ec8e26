/** Process start → first complete frame of the demo console, seen at a terminal. */
import { createHome, openRobot } from '../support/robot.ts';

/** Header, prices and footer: the frame a person can read and act on. */
const FRAME = /DEMO 60×[^]*PAUSED[^]*BTC\/USDT +\d[^]*H HALT/;

/** Milliseconds of one start; the program is ended `lingerMs` after its first frame. */
export async function startToFrame(lingerMs = 0): Promise<number> {
  const { home, remove } = createHome();
  const begun = performance.now();
  const robot = openRobot({ home, args: [] });
  await robot.waitFor(FRAME);
  const elapsed = performance.now() - begun;
  await new Promise((resolve) => setTimeout(resolve, lingerMs));
  robot.kill('SIGTERM');
  await robot.exited();
  remove();
  return elapsed;
}
