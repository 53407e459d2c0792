// Work on single commands 命令待办: kinds of its rows. What a batch and a push of prices are made of is
// in `batch-work.ts` and `price-work.ts`.

/** One command, by its id. */
export const COMMAND_WORK = 'control'
/** The end of keep-power, by its point. */
export const RELEASE_WORK = 'control.release'
