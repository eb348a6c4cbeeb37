import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import { RookeryError } from '@rookery/sdk/protocol'
import { isInlineSafe } from '../images/index.ts'
import type { Download } from '../operations/index.ts'

/** Should a browser ever show what somebody uploaded as a page of ours, then one that can do nothing. */
const sandbox = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

/**
 * Answers with the bytes of a download: whole, in part, or not at all where the caller has them. What a browser might
 * run within our origin is sent as an attachment, whatever is asked.
 */
export async function answerDownload(
  request: Request, reply: ResponseToolkit, download: Download<unknown>, { asAttachment = false }: { asAttachment?: boolean } = {},
): Promise<ResponseObject> {
  const { sizeBytes, mimeType, fileName, version, maximumAgeSeconds } = download
  const asked = request.raw.req.headers
  const tag = `"${version}"`
  const disposition = asAttachment || !isInlineSafe(mimeType) ? 'attachment' : 'inline'
  const headers: Record<string, string> = {
    'ETag': tag,
    'Cache-Control': maximumAgeSeconds === undefined ? 'no-cache, private' : `max-age=${maximumAgeSeconds}, private`,
    'Accept-Ranges': 'bytes',
    'Content-Disposition': contentDisposition(disposition, fileName),
    'Content-Security-Policy': sandbox,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  }
  const answer = (body: unknown, status: number): ResponseObject => {
    const response = reply.response(body as string).code(status)
    for (const [name, value] of Object.entries(headers)) response.header(name, value)
    return response
  }
  if (isKnown(asked['if-none-match'], tag)) return answer('', 304)

  headers['Content-Type'] = mimeType === 'text/plain' ? 'text/plain; charset=utf-8' : mimeType
  // Parts of a compressed body would be parts of other bytes.
  request.info.acceptEncoding = 'identity'
  const range = request.method === 'get' && isSame(asked['if-range'], tag) ? parseRange(asked.range, sizeBytes) : undefined
  if (range === 'outside') throw new RookeryError('range_not_satisfiable', { sizeBytes })
  const length = range ? range.end - range.start + 1 : sizeBytes
  if (range) headers['Content-Range'] = `bytes ${range.start}-${range.end}/${sizeBytes}`
  const body = request.method === 'head' ? '' : await download.open(range)
  return answer(body, range ? 206 : 200).header('Content-Length', String(length)).charset('') as ResponseObject
}

/** RFC 6266: the name in ASCII for old programs, and as it is for all others. */
export function contentDisposition(disposition: 'attachment' | 'inline', fileName: string): string {
  const name = fileName.toWellFormed()
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${disposition}; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** Some clients of API v4 show tags without their quotes. */
function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  const told = (ifNoneMatch ?? '').slice(0, 2000)
  return told.trim() === '*' || told.split(',').some((each) => each.trim().replace(/^W\//, '').replace(/^([^"]+)$/, '"$1"') === tag)
}

const isSame = (ifRange: string | string[] | undefined, tag: string): boolean => ifRange === undefined || ifRange === tag

/** One range is served; several, and what cannot be read, are answered with the whole, as RFC 9110 allows. */
function parseRange(header: string | undefined, sizeBytes: number): { start: number, end: number } | 'outside' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec((header ?? '').replaceAll(' ', '')) ?? []
  if (first === '' && last === '') return undefined
  if (first === '') return Number(last) === 0 ? 'outside' : { start: Math.max(0, sizeBytes - Number(last)), end: sizeBytes - 1 }
  const start = Number(first)
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  if (last !== '' && Number(last) < start) return undefined
  return start >= sizeBytes ? 'outside' : { start, end }
}
