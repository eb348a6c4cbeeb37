import { createServer } from 'node:http'
import { server as createHapi } from '@hapi/hapi'
import { serveWorker } from './worker.ts'
serveWorker({ async go(v: string[]) {
  const listener = createServer(v.includes('opts') ? { maxHeaderSize: 32 * 1024, headersTimeout: 20_000, requestTimeout: 600_000, keepAliveTimeout: 65_000 } : {})
  const hapi = createHapi({ ...(v.includes('listener') ? { listener, autoListen: false, port: undefined } : { port: 0, host: '127.0.0.1' }), ...(v.includes('query') ? { query: { parser: (q) => ({ ...q }) } } : {}), ...(v.includes('nocomp') ? { compression: false } : {}),
    routes: { ...(v.includes('nostate') ? { state: { parse: false, failAction: 'ignore' } } : {}), ...(v.includes('routes') ? { response: { emptyStatusCode: 200 }, security: false, cors: false } : {}), ...(v.includes('nocache') ? { cache: false } : {}) }, ...(v.includes('debug') ? { debug: false } : {}) } as never)
  if (v.includes('pre')) hapi.ext('onPreResponse', (_q, h) => h.continue)
  if (v.includes('req')) hapi.ext('onRequest', (_q, h) => h.continue)
  const six = (r: any) => r.header('X-Version-Id', '11.9.0.11.9.0.0.false').header('X-Request-Id', 'abcdefghijklmnopqrstuvwxyz').header('X-Content-Type-Options', 'nosniff').header('Referrer-Policy', 'no-referrer').header('Permissions-Policy', '').header('Expires', '0')
  hapi.route({ method: 'GET', path: '/ping', handler: v.includes('async') ? async (_r, h) => { await null; await null; await null; const r = h.response('{"status":"OK"}').type('application/json').charset(''); return v.includes('six') ? six(r) : r } : (_r, h) => {
    if (v.includes('raw6')) { const res = _r.raw.res; res.setHeader('X-Version-Id', '11.9.0.11.9.0.0.false'); res.setHeader('X-Request-Id', 'abcdefghijklmnopqrstuvwxyz'); res.setHeader('X-Content-Type-Options', 'nosniff'); res.setHeader('Referrer-Policy', 'no-referrer'); res.setHeader('Permissions-Policy', ''); res.setHeader('Expires', '0') }
    if (v.includes('six')) return six(h.response('{"status":"OK"}').type('application/json').charset(''))
    return { status: 'OK' } } })
  await hapi.start()
  if (v.includes('listener')) { await new Promise<void>((r) => listener.listen(0, '127.0.0.1', () => r())); return (listener.address() as any).port }
  return hapi.info.port
} })
