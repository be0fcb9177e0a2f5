/**
 * How much of the chaos is run: a little with every `npm test`, all of it with `npm run test:chaos`, which sets
 * ROLLCALL_CHAOS=full.
 */
export const isFull = process.env.ROLLCALL_CHAOS === 'full'
