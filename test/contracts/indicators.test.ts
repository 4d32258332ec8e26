import { listIndicators } from '../../src/indicators/registry.ts';
import { describeIndicator } from './indicator-contract.ts';

for (const spec of listIndicators()) describeIndicator(spec);
