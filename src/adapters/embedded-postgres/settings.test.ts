// The server's settings as text.

import { expect, test } from 'vitest'
import { settingsText } from './settings.ts'

const lines = (durable: boolean) => settingsText({ durable, socketFolder: "/o'data" }).split('\n')

test('the product never forgets: fsync, full pages and synchronous commits are on', () => {
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    expect(lines(true)).toContain(`${name} = 'on'`)
    expect(lines(false)).toContain(`${name} = 'off'`)
  }
})

test('no port is opened, and a quote in the path stays one', () => {
  expect(lines(true)).toContain("listen_addresses = ''")
  expect(lines(true)).toContain("unix_socket_directories = '/o''data'")
})
