// How many status rounds may pass without a meter 漏抄轮数 before somebody is told.

export const MISSED_ROUNDS = 3
