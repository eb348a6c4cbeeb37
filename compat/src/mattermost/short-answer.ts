import type { Request, ResponseToolkit } from '@hapi/hapi'

/** From here on compressing pays; hapi has the same bound. */
const compressibleBytes = 1024

export interface ShortAnswer {
  readonly status: number
  readonly text: string
  /** Names and values in turns, as node:http writes them. */
  readonly headers: string[]
}

/** Whether hapi has nothing to do for this text: no known version to compare with, and nothing to gain by compressing. */
export function isShort(text: string, request: Request): boolean {
  const { headers } = request.raw.req
  if (headers['if-none-match'] !== undefined) return false
  return text.length < compressibleBytes || headers['accept-encoding'] === undefined
}

/**
 * Writes a JSON answer at once, past hapi's own way out: that goes over each header four times and costs as much again
 * as all that a short request takes (test/bench, B5).
 */
export function answerShortly(request: Request, reply: ResponseToolkit, { status, text, headers }: ShortAnswer): symbol {
  const { res } = request.raw
  // The client may have gone while its answer was made.
  if (!res.writableEnded && !res.destroyed) {
    headers.push('Content-Type', 'application/json', 'Cache-Control', 'no-cache', 'Content-Length', String(Buffer.byteLength(text)))
    res.writeHead(status, headers)
    res.end(text)
  }
  return reply.abandon
}
