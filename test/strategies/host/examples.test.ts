import { toDefinition } from '../../../src/strategies/host/contract.ts';
import { describeStrategy } from '../../contracts/strategy-contract.ts';
import { strategy } from './examples/my-cross.ts';

// The strategy that the README shows keeps every promise of a built-in.
describeStrategy(toDefinition(strategy));
