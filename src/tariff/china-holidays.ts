// Public holidays and swapped working days of China 法定节假日与调休, as data: the days off and the weekend
// days that are worked, as the General Office of the State Council announces them each November. A
// year that is not here is not known.

type Break = {
  name: string
  nameEn: string
  /** MM-DD, both included. */
  from: string
  to: string
  /** Weekend days that are worked instead. */
  worked: readonly string[]
}
export type HolidayYear = { year: number; source: string; breaks: readonly Break[] }

const off = (
  name: string,
  nameEn: string,
  from: string,
  to: string,
  ...worked: string[]
): Break => ({
  ...{ name, nameEn, from, to, worked },
})

export const CHINA_HOLIDAYS: readonly HolidayYear[] = [
  {
    year: 2025,
    source: '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12',
    breaks: [
      off('元旦', 'New Year', '01-01', '01-01'),
      off('春节', 'Spring Festival', '01-28', '02-04', '01-26', '02-08'),
      off('清明节', 'Qingming', '04-04', '04-06'),
      off('劳动节', 'Labour Day', '05-01', '05-05', '04-27'),
      off('端午节', 'Dragon Boat Festival', '05-31', '06-02'),
      off('国庆节、中秋节', 'National Day and Mid-Autumn', '10-01', '10-08', '09-28', '10-11'),
    ],
  },
  {
    year: 2026,
    source: '国务院办公厅关于2026年部分节假日安排的通知，国办发明电〔2025〕7号，2025-11-04',
    breaks: [
      off('元旦', 'New Year', '01-01', '01-03', '01-04'),
      off('春节', 'Spring Festival', '02-15', '02-23', '02-14', '02-28'),
      off('清明节', 'Qingming', '04-04', '04-06'),
      off('劳动节', 'Labour Day', '05-01', '05-05', '05-09'),
      off('端午节', 'Dragon Boat Festival', '06-19', '06-21'),
      off('中秋节', 'Mid-Autumn', '09-25', '09-27'),
      off('国庆节', 'National Day', '10-01', '10-07', '09-20', '10-10'),
    ],
  },
]
