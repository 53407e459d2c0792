// The drawing of the house 结构: which room may import which. Arrows only point down; a missing arrow
// here is a wall. Rooms are folders of src; the rooms above import from the rooms named.

const GROUND = ['shared', 'ports'] as const

export const EDGES: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  ports: ['shared'],
  ledger: [...GROUND],
  secrets: [...GROUND],
  work: [...GROUND, 'ledger'],
  operators: [...GROUND, 'ledger', 'secrets', 'work', 'http/contract'],
  shifts: [...GROUND, 'ledger', 'work', 'operators', 'http/contract'],
  registers: [...GROUND, 'ledger', 'work', 'operators', 'http/contract'],
  'metering/protocol': ['shared', 'ledger/money'],
  metering: [
    ...GROUND,
    'metering/protocol',
    'ledger',
    'secrets',
    'work',
    'operators',
    'http/contract',
  ],
  accounts: [
    ...GROUND,
    'ledger',
    'secrets',
    'work',
    'operators',
    'shifts',
    'registers',
    'metering/driver',
    'metering/readings/reading-sources',
    'delivery',
    'board/state',
    'http/contract',
  ],
  settlement: [...GROUND, 'ledger', 'metering'],
  delivery: [
    ...GROUND,
    'ledger',
    'work',
    'operators',
    'metering',
    'settlement/metered-use',
    'http/contract',
  ],
  control: [...GROUND, 'ledger', 'work', 'operators', 'registers', 'metering', 'http/contract'],
  alarms: [...GROUND, 'ledger', 'work', 'operators', 'registers', 'metering', 'http/contract'],
  collection: [
    ...GROUND,
    'secrets',
    'work',
    'operators',
    'registers',
    'metering',
    'board/state',
    'http/contract',
  ],
  board: [...GROUND, 'ledger', 'metering', 'operators', 'registers', 'http/contract'],
  'http/contract': [],
  http: [
    ...GROUND,
    'http/contract',
    'ledger',
    'secrets',
    'work',
    'operators',
    'registers',
    'accounts',
    'delivery',
    'control',
    'alarms',
    'board',
    'collection',
    'metering',
    'shifts',
  ],
  demo: [...GROUND, 'ledger', 'secrets', 'accounts', 'registers', 'operators'],
  'commands-line': [...GROUND, 'ledger', 'metering', 'secrets', 'adapters', 'config'],
  adapters: [...GROUND, 'ledger', 'config'],
  config: ['shared'],
  web: ['http/contract'],
}

/** What http defines for the routes of a room: rows, the contract, cursors, the complex. */
export const ROUTES_MAY = [
  'http/route',
  'http/cursor',
  'http/complex-store',
  'http/contract',
  'http/contract/asking',
  'http/contract/ledger',
  'http/contract/registers',
] as const

/** These wire everything by hand. */
export const ENTRIES = ['main', 'prewatt', 'start'] as const
