// Makers' own functions 厂家自定义功能, such as 20H, AAH, or 11H with a key: raw data out, and the
// form of the answer said by whoever knows the maker's protocol.

import { assert } from '../../../../shared/assert.ts'
import type { Reply, Request } from '../../request.ts'
import { ask } from '../exchange.ts'
import { newFrame, pduAt, type Target } from '../framing.ts'
import { PDU_BYTES_MAX } from '../functions.ts'
import type { AnswerForm } from '../question.ts'

export type VendorExchange<T> = {
  label: string
  fn: number
  /** What follows the function. */
  data: Buffer
  /** Without the form of its answer the end of a frame can't be found. */
  form: AnswerForm
  repeatable: boolean
  /** What follows the function, and the byte count where the form has one. */
  read: (content: Buffer) => Reply<T>
}

/** Refusals of functions from 80H up can't be told from answers: the exception bit is taken. */
export const vendorRequest = <T>(target: Target, x: VendorExchange<T>): Request<T> => {
  const isFunction = Number.isInteger(x.fn) && x.fn >= 1 && x.fn <= 0xff
  assert(isFunction, `not a function: ${x.fn}`)
  assert(x.data.length < PDU_BYTES_MAX, `${x.data.length} data bytes do not fit a frame`)
  const bytes = newFrame(target, 1 + x.data.length)
  const at = pduAt(target.framing)
  bytes[at] = x.fn
  x.data.copy(bytes, at + 1)
  const { label, form, repeatable, read } = x
  return ask({ label, target, bytes, form, repeatable, read })
}
