import type { EpochMs } from '../domain/time.ts';
import type { Pacer } from './pacer.ts';
import type { Notice } from './session-types.ts';

/** Goes forward to a time; who can start the recording anew goes back. */
export function seekForward(
  time: EpochMs,
  of: {
    readonly pacer: Pick<Pacer, 'ended' | 'seek'> | null;
    readonly now: EpochMs;
    readonly endTime: EpochMs | null;
    readonly notice: (level: Notice['level'], text: string) => void;
  },
): void {
  const { pacer, now, endTime, notice } = of;
  if (pacer?.ended === true) return notice('warn', 'the recording has ended');
  if (time <= now) return notice('warn', 'only a recording goes back');
  if (endTime !== null && time > endTime) notice('info', 'goes on to the end, before that time');
  pacer?.seek(time);
}
