import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import { RookeryError } from '@rookery/sdk/protocol'
import mimeTypes from 'mime-types'
import type { HttpServer } from './http-server.ts'

const contentSecurityPolicy = [
  "default-src 'self'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob: https:", "media-src 'self' blob:",
  "connect-src 'self' ws: wss:", "worker-src 'self' blob:", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'self'",
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

/**
 * The web app: files under /static/, and its one page for every other address that is asked for with GET or HEAD and
 * is no API. `folder` holds the built app with its `root.html`; without one, a small page says what this is.
 */
export function openWeb({ http, folder }: { http: HttpServer, folder?: string }): void {
  const secured = (response: ResponseObject): ResponseObject => response
    .header('Content-Security-Policy', contentSecurityPolicy)
    .header('X-Frame-Options', 'SAMEORIGIN')
    .header('X-Content-Type-Options', 'nosniff')
    .header('Referrer-Policy', 'no-referrer')

  const nothing = (): never => { throw new RookeryError('not_found', { noun: 'file' }) }

  /** Sends a file of the folder; nothing outside of it, not through a link either. */
  const send = async (reply: ResponseToolkit, name: string): Promise<ResponseObject> => {
    if (!folder || name.includes('\u0000')) return nothing()
    const root = await realpath(folder).catch(nothing)
    const file = await realpath(path.join(root, name)).catch(nothing)
    const found = await stat(file)
    if (!file.startsWith(root + path.sep) || !found.isFile()) return nothing()
    const type = mimeTypes.lookup(path.extname(file)) || 'application/octet-stream'
    return secured(reply.response(createReadStream(file)).type(type.startsWith('text/') ? `${type}; charset=utf-8` : type).charset('') as ResponseObject).header('Content-Length', String(found.size))
  }
  const root = async (reply: ResponseToolkit): Promise<ResponseObject> => {
    const page = folder ? await send(reply, 'root.html') : secured(reply.response(placeholder).type('text/html; charset=utf-8'))
    return page.header('Cache-Control', 'no-cache, max-age=31556926, public')
  }
  const answering = (answer: (request: Request, reply: ResponseToolkit) => Promise<ResponseObject> | ResponseObject) =>
    async (request: Request, reply: ResponseToolkit): Promise<ResponseObject> => {
      try {
        return await answer(request, reply)
      } catch (error) {
        return http.refuse(error, request, reply)
      }
    }
  const route = (address: string, answer: Parameters<typeof answering>[0]): void => { http.hapi.route({ method: 'GET', path: address, handler: answering(answer) }) }

  route('/static/{name*}', async (request, reply) => (await send(reply, path.join('static', String(request.params['name'] ?? ''))))
    .header('Cache-Control', `max-age=${yearSeconds}, public`))
  route('/robots.txt', (_request, reply) => secured(reply.response('User-agent: *\nDisallow: /\n').type('text/plain')))
  // Clients ask here for things that are not there; a page would confuse them.
  for (const address of ['/.well-known/{rest*}', '/files/{rest*}']) route(address, nothing)
  route('/{rest*}', (_request, reply) => root(reply))
}
