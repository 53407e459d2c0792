// What is not even HTTP 非法报文: an answer where there is no request yet, so no language is known and
// no route; the same shape of problem all the same.

import type { Duplex } from 'node:stream'
import { type HttpProblemCode, problemOf } from './problem.ts'

const CODES: Readonly<Record<string, HttpProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** The whole answer as it goes over the line. */
export const clientErrorAnswer = (errorCode: string): string => {
  const problem = problemOf(CODES[errorCode] ?? 'not_http', {}, 'zh')
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${REASONS[problem.status] ?? 'Bad Request'}`,
    'content-type: application/problem+json; charset=utf-8',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n')
}

export const answerClientError = (error: Error, socket: Duplex): void => {
  const code = 'code' in error ? String(error.code) : ''
  // Before TLS stands there is nobody who could read an answer.
  const early = 'secureConnecting' in socket && socket.secureConnecting === true
  // Whoever has gone, or has had the head of an answer already, is told nothing more.
  const spoken = 'bytesWritten' in socket && Number(socket.bytesWritten) > 0
  if (early || code === 'ECONNRESET' || !socket.writable || (spoken && socket.writableLength > 0))
    socket.destroy()
  else socket.end(clientErrorAnswer(code))
}
