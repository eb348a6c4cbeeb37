import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createClient } from '@rookery/sdk/client'
import { postsCreate, postsGet, RookeryError, uploadsAppend } from '@rookery/sdk/protocol'

const html = '<!doctype html><title>Welcome to our hotel</title>'
const post = { channelId: 'c', message: 'm' }
const answering = (make: () => Response) => createClient({ url: 'http://server', token: 't', fetch: async () => make() })
/** Answers nothing until whoever asks gives up, as fetch does it. */
const swallowing = createClient({ url: 'http://server', token: 't', fetch: (_url, init) => new Promise((_resolve, reject) => { init?.signal?.addEventListener('abort', () => { reject(init.signal?.reason as Error) }) }) })
const told = (status: number, error: object): Response => new Response(JSON.stringify({ error }), { status })

describe('the client of the sdk over HTTP', () => {
  it('takes for an answer what the server answered, and nothing that a proxy did', async () => {
    const codeOf = async (make: () => Response): Promise<string> => {
      try {
        await answering(make).run(postsCreate, post)
        return ''
      } catch (error) {
        return error instanceof RookeryError ? error.code : String(error)
      }
    }
    const pages = [200, 403, 404, 407, 500, 502, 503, 511, 413, 429].map((status) => (): Response => new Response(html, { status }))
    deepEqual(await Promise.all(pages.map(codeOf)), ['unavailable', 'unavailable', 'unavailable', 'unavailable', 'unavailable', 'unavailable', 'unavailable', 'unavailable', 'body_too_large', 'rate_limited'])
    deepEqual(await Promise.all([
      () => new Response('{"id":"p"}'), () => new Response('null'), () => new Response(''), () => new Response('{"message":"no route"}', { status: 404 }),
      () => told(403, { code: 'permission_missing', details: {} }), () => told(503, { code: 'plugin_unavailable', details: { plugin: 'x' } }), () => told(418, { code: 'of_a_newer_server', details: {} }),
    ].map(codeOf)), ['', '', 'unavailable', 'unavailable', 'permission_missing', 'plugin_unavailable', 'invalid_input'])
    await rejects(answering(() => new Response(html)).upload(uploadsAppend, { uploadId: 'u' }, new Uint8Array(3)), { code: 'unavailable' })
    await rejects(answering(() => new Response(html, { status: 503, headers: { 'retry-after': '17' } })).run(postsGet, { postId: 'p' }), { code: 'unavailable', details: { reason: 'something between here and the server answered 503', retryAfterSeconds: 17 } })
  })

  it('waits for no answer for ever, and no longer than whoever asks', async () => {
    await rejects(swallowing.run(postsCreate, post, { timeoutMs: 5 }), { code: 'unavailable' })
    const abort = new AbortController()
    const asked = swallowing.run(postsCreate, post, { signal: abort.signal })
    abort.abort()
    await rejects(asked, { name: 'AbortError' })
    // What is large has more time: a second more for 8,000 bytes.
    const startedAt = performance.now()
    await rejects(swallowing.upload(uploadsAppend, { uploadId: 'u' }, new Uint8Array(400), { timeoutMs: 1 }), { code: 'unavailable' })
    equal(performance.now() - startedAt >= 50, true)
  })
})
