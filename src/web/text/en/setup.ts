// Texts of the first set-up and of the settings 首次设置与设置.

import type { setup as source } from '../zh/setup.ts'

export const setup = {
  'setup.title': 'First set-up',
  'setup.lead':
    'A few steps and it is ready. Leave whenever you like and go on here later; every step but ' +
    'the first may be skipped.',
  'setup.done': 'done',
  'setup.todo': 'to do',
  'setup.next': 'Next',
  'setup.skip': 'Skip for now',
  'setup.previous': 'Back',
  'setup.finish': 'To the board',
  'setup.resume': 'Go on with the first set-up',
  'setup.step.complex': 'Complex',
  'setup.step.buildings': 'Buildings',
  'setup.step.line': 'Gateways and meters',
  'setup.step.plan': 'Price',
  'setup.step.operator': 'Operators',
  'setup.step.end': 'Ready',
  'setup.complex.lead':
    'A complex is one commercial property: its name stands on receipts, its time zone and day ' +
    'cut say when a day begins. Both stay as they are once there are accounts or books.',
  'setup.complex.code': 'Code',
  'setup.complex.codeHint': 'Letters, digits and hyphens; names it in files and programs for good',
  'setup.complex.make': 'Make the complex',
  'setup.complex.zone': 'Time zone',
  'setup.complex.dayCut': 'Day cut',
  'setup.complex.dayCutHint': 'When the business day begins, mostly 00:00',
  'setup.complex.money':
    'Money is shown in yuan (CNY) with two decimals, as 1,234.56; energy in kWh.',
  'setup.complex.isMade': 'The complex is made: {{name}}',
  'setup.buildings.lead':
    'Buildings have floors and premises; board, reports and what an operator may see go by them.',
  'setup.buildings.places':
    'Premises and points are entered one by one under Places, or all at once in the next step.',
  'setup.line.lead':
    'A gateway brings the meters here. Enter a few of them by hand; import many, with buildings, ' +
    'premises, gateways and meters, from one workbook.',
  'setup.line.import': 'Import a workbook',
  'setup.line.gateways': 'Gateways: {{n}}, meters: {{meters}}',
  'setup.plan.lead':
    'An account needs a plan. One flat price is enough to begin with; times of use and tiers are ' +
    'made on the plans page.',
  'setup.plan.name': 'Name of the plan',
  'setup.plan.usualName': 'Shops, flat price',
  'setup.plan.price': 'Price (yuan/kWh)',
  'setup.plan.save': 'Save the price',
  'setup.plan.more': 'Make another plan',
  'setup.plan.have': 'Plans: {{n}}',
  'setup.plan.asDefault': 'Take it as the default when accounts are opened',
  'setup.operator.lead':
    'The administrator may do everything and should not sell or stand watch. Give everybody an ' +
    'own user with the role of the job; the password is changed at the first log-in.',
  'setup.operator.have': 'Operators: {{n}} (you included)',
  'setup.end.lead':
    'Ready: once the meters are read, open accounts and sell. All of this can be changed later.',
  'setup.end.settings': 'Defaults and settings',
  'settings.identity': 'Complex',
  'settings.code': 'Code',
  'settings.currency': 'Money',
  'settings.currencyText': 'Yuan (CNY), two decimals: 1,234.56',
  'settings.daysStay': 'There are accounts or books: time zone and day cut stay as they are',
  'settings.defaults': 'Defaults when an account is opened',
  'settings.defaultsLead':
    'The form begins with these and they can be changed there; open accounts stay as they are.',
  'settings.plan': 'Default plan',
  'settings.planNone': 'Chosen when opening',
  'settings.alarm1': 'Alarm 1 (yuan)',
  'settings.alarm1Hint': 'A balance below it raises the first alarm; standard {{standard}}',
  'settings.alarm2': 'Alarm 2 (yuan)',
  'settings.alarm2Hint': 'The second alarm, below alarm 1; standard {{standard}}',
  'settings.overdraft': 'Overdraft (yuan)',
  'settings.overdraftHint': 'What may be used once the balance is gone; standard {{standard}}',
  'settings.hoarding': 'Hoarding limit (yuan)',
  'settings.hoardingHint': 'Balance and purchase together stay within it; standard {{standard}}',
  'settings.reading': 'Reading and clocks',
  'settings.readingLead':
    'For the whole complex; gateways and meters may have their own, and the nearest holds.',
  'settings.status': 'Status round (minutes)',
  'settings.energy': 'Energy round (minutes)',
  'settings.clockLimit': 'Clocks may be off by (s)',
  'settings.standard': 'Standard: {{standard}}',
  'settings.saved': 'Saved',
  'settings.elsewhere': 'Set elsewhere',
  'settings.elsewhereLead': 'These have pages of their own:',
  'settings.moreAlarms': 'Alarm rules and overload thresholds',
  'settings.morePolicy': 'Power policy: trips for arrears, recovery, holidays',
  'settings.moreCalendar': 'Holidays and swapped days',
  'settings.moreCap': 'Price cap',
  'settings.moreSetup': 'First set-up',
} satisfies Record<keyof typeof source, string>
