/** The simulated market's clock: hold, step, speed. */
import { safeText } from '../../../domain/safe-text.ts';
import { type Action, result } from '../action.ts';
import { withDialog, withNote } from '../../model.ts';
import { hasMarketClock } from '../../mode.ts';

const SPEEDS: readonly (number | 'max')[] = [
  1, 2, 5, 10, 30, 60, 120, 300, 600, 1000, 'max',
]; // prettier-ignore

const pace =
  (id: 'hold' | 'step' | 'faster' | 'slower'): Action =>
  (model, { view }) => {
    if (!hasMarketClock(view)) {
      return result(withNote(model, `the market of ${view.mode} mode runs in real time`));
    }
    const { feed } = view;
    if (feed.ended) return result(withNote(model, 'the recording has ended'));
    if (id === 'hold') return result(model, [{ kind: 'holdFeed', held: !feed.held }]);
    if (id === 'step') {
      return feed.held
        ? result(model, [{ kind: 'stepFeed' }])
        : result(withNote(model, 'hold the market first: ,'));
    }
    const rank = (speed: number | 'max'): number => (speed === 'max' ? Infinity : speed);
    const next =
      id === 'faster'
        ? SPEEDS.find((speed) => rank(speed) > rank(feed.speed))
        : SPEEDS.findLast((speed) => rank(speed) < rank(feed.speed));
    if (next === undefined) {
      return result(withNote(model, `no ${id} than ${safeText(String(feed.speed))}`));
    }
    return result(model, [{ kind: 'setSpeed', speed: next }]);
  };

const seek: Action = (model, { view }) =>
  hasMarketClock(view)
    ? result(withDialog(model, { kind: 'seek', text: '' }))
    : result(withNote(model, `the market of ${view.mode} mode runs in real time`));

export const CLOCK_ACTIONS = {
  seek,
  hold: pace('hold'),
  step: pace('step'),
  faster: pace('faster'),
  slower: pace('slower'),
} satisfies Readonly<Record<string, Action>>;
