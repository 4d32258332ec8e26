// The figures of `npm run bench:exchange` among those of `npm run bench`.
import './exchange.ts';
