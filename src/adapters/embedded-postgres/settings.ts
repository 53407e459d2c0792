// The server's settings 数据库参数, written at every start. Durable is the only way the product runs.

export type ServerSettings = { durable: boolean; socketFolder: string }

const SHARED = {
  // No port is opened: the bundled OpenSSL is old, and nobody else has business here.
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
  log_line_prefix: '%m [%p] %q%u@%d ',
}

const DURABLE = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '100',
  shared_buffers: '256MB',
  wal_level: 'replica',
  max_wal_size: '2GB',
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%Y%m%d-%H%M%S.log',
  log_rotation_age: '0',
  log_rotation_size: '10MB',
  log_checkpoints: 'off',
}

// For test clusters that live as long as one run; the start-up check refuses them in the product.
const FORGETFUL = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  autovacuum: 'off',
  checkpoint_timeout: '1h',
  log_checkpoints: 'off',
}

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`

/** The text of prewatt.conf. */
export const settingsText = ({ durable, socketFolder }: ServerSettings): string => {
  const settings = {
    ...SHARED,
    ...(durable ? DURABLE : FORGETFUL),
    unix_socket_directories: socketFolder,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${quoted(value)}`)
  const head =
    '# Written by Prewatt at every start. Settings of your own go to the end of postgresql.conf.'
  return `${[head, ...lines].join('\n')}\n`
}
