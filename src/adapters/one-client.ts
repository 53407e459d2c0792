// One connection for one piece of work at the start, before there is a pool.

import pg from 'pg'

export const withClient = async <T>(
  url: string,
  run: (client: pg.Client) => Promise<T>,
): Promise<T> => {
  const client = new pg.Client({ connectionString: url })
  // The loss of the connection reaches us as the failure of the statement under way.
  client.on('error', () => {})
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}
