import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import { RookeryError } from '@rookery/sdk/protocol'
import type { HttpServer } from './http-server.ts'

/** Web code of plugins by its hash; undefined where it is not shown, or no more. */
export interface PluginScripts { readScript(pluginId: string, sha256: string): Promise<string | undefined> }

/** The address has the hash of the script, so it may be kept for ever. What it may do is this server's to say, each time. */
const keptForEver = 'public, max-age=31536000, immutable'

/**
 * What a document for a frame may do (ADR 17): run one script, draw, and speak through the port that the page gives it.
 * Two policies hold at once: the script has the hash from the package, and comes from this server. By the hash alone a
 * document could ask other servers for "the script with this hash", and tell them things by the address.
 * `sandbox` holds wherever it is opened: it never has the origin of this server, no forms, windows, downloads or dialogs.
 */
const policyOf = (digest: string): string => [
  "default-src 'none'", "script-src 'self'", "style-src 'unsafe-inline'", 'img-src data: blob:', 'font-src data:', 'media-src data: blob:', "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'", 'sandbox allow-scripts',
].join('; ') + `, script-src 'sha256-${digest}'`

const documentOf = (digest: string): string => `<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>-</title><script src="web.js" integrity="sha256-${digest}" crossorigin="anonymous" defer></script></head><body></body></html>
`

/** Where the web code of plugins is that did not come with the release: a document for a frame, and its one script. */
export function openPluginFrames({ http, scripts }: { http: HttpServer, scripts: PluginScripts }): void {
  const route = (name: string, answer: (reply: ResponseToolkit, script: string, digest: string) => ResponseObject): void => {
    http.hapi.route({
      method: 'GET', path: `/web-parts/{plugin}/{hash}/${name}`,
      async handler(request: Request, reply: ResponseToolkit) {
        try {
          const hash = String(request.params['hash'])
          const script = /^[0-9a-f]{64}$/.test(hash) ? await scripts.readScript(String(request.params['plugin']), hash) : undefined
          if (script === undefined) throw new RookeryError('not_found', { noun: 'file' })
          return answer(reply, script, Buffer.from(hash, 'hex').toString('base64')).header('X-Content-Type-Options', 'nosniff').header('Referrer-Policy', 'no-referrer').header('X-DNS-Prefetch-Control', 'off')
        } catch (error) {
          return http.refuse(error, request, reply)
        }
      },
    })
  }
  route('frame.html', (reply, _script, digest) => reply.response(documentOf(digest)).type('text/html; charset=utf-8').header('Cache-Control', 'no-cache').header('Content-Security-Policy', policyOf(digest)).header('Permissions-Policy', 'camera=(), display-capture=(), geolocation=(), microphone=()'))
  // From a frame without an origin every address is elsewhere: its hash can be judged only where anybody may read it.
  route('web.js', (reply, script) => reply.response(script).type('text/javascript; charset=utf-8').header('Cache-Control', keptForEver).header('Access-Control-Allow-Origin', '*'))
}
