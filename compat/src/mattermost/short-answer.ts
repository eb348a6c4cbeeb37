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
 * Writes JSON answers past hapi's own way out, which goes over each header four times and costs as much again as all that
 * a short request takes. Those of one turn of the event loop leave one after the other: a client that is woken up by each
 * in turn costs the server more than the answer does (test/bench, B5).
 */
export function createShortAnswers(): (request: Request, reply: ResponseToolkit, answer: ShortAnswer) => symbol {
  let waiting: (() => void)[] = []
  const leave = (): void => {
    const leaving = waiting
    waiting = []
    for (const end of leaving) end()
  }
  return ({ raw: { res } }, reply, { status, json: { body }, headers }) => {
    // The client may have gone while its answer was made.
    if (!res.writableEnded && !res.destroyed) {
      const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
      headers.push('Content-Type', 'application/json', 'Cache-Control', 'no-cache', 'Content-Length', String(length))
      res.writeHead(status, headers)
      if (waiting.push(() => { res.end(body) }) === 1) setImmediate(leave)
    }
    return reply.abandon
  }
}
