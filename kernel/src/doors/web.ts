import { createReadStream } from 'node:fs'
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import { RookeryError } from '@rookery/sdk/protocol'
import type { HttpServer } from './http-server.ts'
import { formFor, readWebFiles, type WebFile } from './web-files.ts'

// Styles of elements are set by scripts of ours (heights, places); whole style sheets come from files alone.
const contentSecurityPolicy = [
  "default-src 'self'", "script-src 'self'", "style-src 'self'", "style-src-attr 'unsafe-inline'", "img-src 'self' data: blob: https:", "media-src 'self' blob:",
  "connect-src 'self'", "worker-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'",
].join('; ')

/** What stands at the root as long as no web app is built. */
const placeholder = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Rookery</title></head>
<body>
<h1>Rookery</h1>
<p>This is a Rookery chat server, and it is running.</p>
<p>To chat, open the Mattermost app for your phone or your computer and give it the address of this page as the server.</p>
</body>
</html>
`

/** Names of built files change with their content, so they may be kept for ever. */
const yearSeconds = 31_536_000

/** The page of the app: every address that is no file and no API answers with it. */
const page = 'root.html'

/**
 * The web app: its files by their names, and its one page for every other address that is asked for with GET or HEAD
 * and is no API. `folder` holds a build that does not change; without one, a small page says what this is.
 */
export function openWeb({ http, folder }: { http: HttpServer, folder?: string }): void {
  const files: ReadonlyMap<string, WebFile> = folder ? readWebFiles(folder) : new Map()

  const secured = (response: ResponseObject): ResponseObject => response
    .header('Content-Security-Policy', contentSecurityPolicy)
    .header('X-Frame-Options', 'SAMEORIGIN')
    .header('X-Content-Type-Options', 'nosniff')
    .header('Referrer-Policy', 'no-referrer')
    .header('Cross-Origin-Opener-Policy', 'same-origin')

  const nothing = (): never => { throw new RookeryError('not_found', { noun: 'file' }) }

  const send = (request: Request, reply: ResponseToolkit, file: WebFile): ResponseObject => {
    const { encoding, file: name, sizeBytes } = formFor(file, String(request.headers['accept-encoding'] ?? ''))
    // A tag of its own for each form: caches between us and the browser keep them apart.
    const tag = `"${file.tag}${encoding === 'identity' ? '' : `-${encoding}`}"`
    const isKnown = String(request.headers['if-none-match'] ?? '').split(',').some((known) => known.trim().replace(/^W\//, '') === tag)
    const response = isKnown ? reply.response().code(304)
      : (reply.response(createReadStream(name)).type(file.type).charset('') as ResponseObject).header('Content-Length', String(sizeBytes))
    if (encoding !== 'identity' && !isKnown) response.header('Content-Encoding', encoding)
    return secured(response).header('ETag', tag).header('Vary', 'Accept-Encoding')
  }
  const root = (request: Request, reply: ResponseToolkit): ResponseObject => {
    const file = files.get(page)
    const response = file ? send(request, reply, file) : secured(reply.response(placeholder).type('text/html; charset=utf-8'))
    return response.header('Cache-Control', 'no-cache, max-age=31556926, public')
  }
  const route = (address: string, answer: (request: Request, reply: ResponseToolkit) => ResponseObject): void => {
    http.hapi.route({
      method: 'GET', path: address,
      handler(request, reply) {
        try {
          return answer(request, reply)
        } catch (error) {
          return http.refuse(error, request, reply)
        }
      },
    })
  }

  route('/static/{name*}', (request, reply) => send(request, reply, files.get(`static/${String(request.params['name'] ?? '')}`) ?? nothing())
    .header('Cache-Control', `public, max-age=${yearSeconds}, immutable`))
  route('/robots.txt', (_request, reply) => secured(reply.response('User-agent: *\nDisallow: /\n').type('text/plain')))
  // Clients ask here for things that are not there; a page would confuse them.
  for (const address of ['/.well-known/{rest*}', '/files/{rest*}']) route(address, nothing)
  route('/{rest*}', (request, reply) => {
    if (/^\/api(\/|$)/.test(request.path)) return nothing()
    const file = files.get(String(request.params['rest'] ?? ''))
    return file ? send(request, reply, file).header('Cache-Control', 'no-cache') : root(request, reply)
  })
}
