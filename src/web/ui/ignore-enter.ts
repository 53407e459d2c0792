// A form with few fields would be submitted by Enter 回车不提交: where money moves, a hand presses the
// button.

import type { KeyboardEvent } from 'react'

export const ignoreEnter = (event: KeyboardEvent): void => {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault()
}
