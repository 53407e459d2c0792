// Plans with periods, for tests 分时电价: one season that lasts all year.

import type { Season, TimeOfUsePlan } from '../src/tariff/plan.ts'

export const allYear = (days: Season['days']): Season => ({
  name: '全年',
  ranges: [{ from: '01-01', to: '12-31' }],
  days,
})

/** Peak from 8 to 20, every day; the other half of it valley. */
export const dayNight = (peakE8: number, valleyE8: number): TimeOfUsePlan => ({
  kind: 'timeOfUse',
  prices: { peak: { priceE8: peakE8 }, valley: { priceE8: valleyE8 } },
  seasons: [
    allYear({
      workday: [
        { atMinute: 0, period: 'valley' },
        { atMinute: 480, period: 'peak' },
        { atMinute: 1_200, period: 'valley' },
      ],
    }),
  ],
})
