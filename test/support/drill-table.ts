/** The drills of README.md: what each does is the product's own word, what to try is ours. */
import { DRILLS, type Drill } from '../../src/app/drill/drills.ts';
import { row, table } from './tables.ts';

const TRY: Readonly<Record<Drill['name'], string>> = {
  calm: 'hold a position, `kill -9` the console, start it again; or stop it with `kill -STOP` and `tapedeck panic` from another terminal',
  'lost-answers':
    'place an order (`o`): it is `unknown`, with all of its room reserved, then found: `accepted` or `filled`, once',
  'lost-requests':
    'place an order: `unknown` for a minute or so, then `never placed` in the log, and the room is free again',
  'bad-stream':
    'compare positions and fills after some minutes: nothing is missing, nothing is twice; the state shows RECOVERING after each lost connection',
  maintenance:
    'watch RECOVERING come and go; press `H` meanwhile: the banner says what is not confirmed yet',
  strangers:
    'wait for `not ours` or `differs at the venue`, then `d` in the orders (`6`) or the positions (`5`) and decide',
  storm: 'all of the above at once; then `F`, and see that it ends flat or says `NOT FLAT`',
};

export function drillTable(): string {
  const rows = DRILLS.map(({ name, summary }) => row(`\`${name}\``, summary, TRY[name]));
  return table(['`--drill`', 'What goes wrong', 'What to try'], rows);
}
