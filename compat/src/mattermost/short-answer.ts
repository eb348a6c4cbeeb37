import type { Request, ResponseToolkit } from '@hapi/hapi'
import type { Json } from './json.ts'

export interface ShortAnswer {
  readonly status: number
  readonly json: Json
  /** Names and values in turns, as node:http writes them. */
  readonly headers: string[]
}

/** Whether hapi has nothing to do for this text: no known version to compare with, and nothing to gain by compressing. */
export function isShort(json: Json, request: Request): boolean {
  const { headers } = request.raw.req
  if (headers['if-none-match'] !== undefined) return false
  return !json.isLong || headers['accept-encoding'] === undefined
}

/**
 * Writes a JSON answer at once, past hapi's own way out: that goes over each header four times and costs as much again
 * as all that a short request takes (test/bench, B5).
 */
export function answerShortly(request: Request, reply: ResponseToolkit, { status, json, headers }: ShortAnswer): symbol {
  const { res } = request.raw
  // The client may have gone while its answer was made.
  if (!res.writableEnded && !res.destroyed) {
    const { body } = json
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    headers.push('Content-Type', 'application/json', 'Cache-Control', 'no-cache', 'Content-Length', String(length))
    res.writeHead(status, headers)
    res.end(body)
  }
  return reply.abandon
}
