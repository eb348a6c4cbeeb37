import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSealedServer } from 'node:https'
import { createServer as createBareServer, type AddressInfo, type Server } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { createEgress, type EgressAnswer, type EgressLimits, type EgressRequest } from '../../src/egress/index.ts'
import { createCertificate } from '../../../test/harness/certificate.ts'

interface Seen { readonly method: string, readonly url: string, readonly headers: IncomingMessage['headers'], readonly body: string }

describe('The door through which this server asks others', () => {
  let server: Server
  let other: Server
  let seen: Seen[] = []
  /** How often each name was resolved. */
  let resolved: string[] = []
  const portOf = (each: Server): number => (each.address() as AddressInfo).port
  const listen = (each: Server): Promise<Server> => new Promise((resolve) => { each.listen(0, '127.0.0.1', () => { resolve(each) }) })
  const readBody = async (request: IncomingMessage): Promise<string> => Buffer.concat(await request.toArray() as Buffer[]).toString()

  const answers: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {
    '/text': (response) => { response.setHeader('X-Two', ['a', 'b']).setHeader('Set-Cookie', ['a=1', 'b=2']).end('grüezi') },
    '/large': (response) => { response.end(Buffer.alloc(3000)) },
    '/endless': (response) => {
      response.on('error', () => {})
      const write = (): void => { if (!response.destroyed) response.write(Buffer.alloc(500), () => { setImmediate(write) }) }
      write()
    },
    '/packed': (response) => { response.setHeader('Content-Encoding', 'gzip').end(gzipSync(Buffer.alloc(1_000_000))) },
    '/silent': () => {},
    '/halfway': (response) => { response.writeHead(200, { 'content-length': '100' }).write('half'); setImmediate(() => { response.destroy() }) },
    '/loop': (response) => { response.writeHead(302, { location: '/loop' }).end() },
    '/elsewhere': (response) => { response.writeHead(307, { location: `http://other.test:${portOf(other)}/text` }).end() },
    '/inside': (response) => { response.writeHead(302, { location: `http://inside.test:${portOf(other)}/text` }).end() },
    '/file': (response) => { response.writeHead(302, { location: 'file:///etc/passwd' }).end() },
    '/see-other': (response) => { response.writeHead(303, { location: '/text' }).end() },
    '/moved': (response) => { response.writeHead(308, { location: '/text' }).end() },
  }
  const listener: RequestListener = (request, response) => {
    void readBody(request).then((body) => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      const hop = /^\/hop\/(\d+)/.exec(request.url ?? '')
      if (hop) response.writeHead(301, { location: Number(hop[1]) > 1 ? `/hop/${Number(hop[1]) - 1}` : '/text' }).end()
      else (answers[request.url ?? ''] ?? ((each: ServerResponse) => { each.writeHead(404).end('nothing') }))(response, request)
    })
  }

  before(async () => {
    server = await listen(createServer(listener))
    other = await listen(createServer(listener))
  })
  after(() => {
    for (const each of [server, other]) each.close()
  })
  beforeEach(() => {
    seen = []
    resolved = []
  })

  const names: Record<string, readonly string[]> = {
    'api.test': ['127.0.0.1'], 'other.test': ['127.0.0.1'], 'deep.below.test': ['127.0.0.1'], 'metadata.test': ['169.254.169.254'], 'inside.test': ['10.0.0.7', '::1', 'fd00::1'], 'mapped.test': ['::ffff:10.0.0.1'],
    'two.test': ['127.0.0.2', '127.0.0.1'], 'mixed.test': ['192.168.0.1', '127.0.0.1'],
  }
  const resolve = async (hostname: string): Promise<readonly string[]> => {
    resolved.push(hostname)
    const found = names[hostname]
    if (!found) throw Object.assign(new Error('nowhere'), { code: 'ENOTFOUND' })
    return found
  }
  const egress = createEgress({ allowedPrivateAddresses: ['127.0.0.0/30'], resolve })
  const at = (path: string, host = 'api.test'): string => `http://${host}:${portOf(server)}${path}`
  const fetch = (url: string, request: Partial<EgressRequest> = {}, limits: Partial<EgressLimits> = {}): Promise<EgressAnswer> =>
    egress.fetch({ url, method: 'GET', headers: {}, ...request }, { hosts: ['*'], timeoutMs: 5000, maximumBytes: 2000, ...limits })

  it('brings what was asked, and the answer back', async () => {
    const { status, headers, body } = await fetch(at('/text?q=1'), { method: 'POST', headers: { 'X-Key': 'k', Authorization: 'Bearer t', 'Content-Type': 'text/plain' }, body: Buffer.from('hello') })
    deepEqual([status, headers['content-length'], body.toString()], [404, undefined, 'nothing'])
    const [{ method, url, body: sent, headers: { host, 'x-key': key, authorization, connection, 'user-agent': agent } }] = seen as [Seen]
    deepEqual([method, url, sent, host, key, authorization, connection, agent], ['POST', '/text?q=1', 'hello', `api.test:${portOf(server)}`, 'k', 'Bearer t', 'close', undefined])
    const { 'x-two': two, 'set-cookie': cookies } = (await fetch(at('/text'))).headers
    deepEqual([two, cookies], ['a, b', 'a=1\nb=2'])
    equal((await fetch(at('/text'), { method: 'HEAD' })).body.length, 0)
  })

  it('goes to hosts that were granted and to no other', async () => {
    const code = (url: string, ...hosts: string[]): Promise<string> => fetch(url, {}, { hosts }).then(() => 'done', ({ code: told, details }: { code: string, details: { reason: string } }) => `${told}: ${details.reason}`)
    const refused = 'host_not_allowed: it is not among those that were granted'
    deepEqual(await Promise.all([
      code(at('/text')), code(at('/text'), 'api.test'), code(at('/text'), `api.test:${portOf(server)}`), code(at('/text'), 'api.test:1'), code(at('/text'), 'other.test', '*.api.test'),
      code(at('/text', 'deep.below.test'), '*.test'), code(at('/text', 'deep.below.test'), '*.below.test'), code(at('/text', 'API.TEST.'), 'api.test'), code(at('/text', '127.0.0.1'), '*.0.0.1'), code(at('/text', 'xapi.test'), 'api.test'), code(at('/text', 'api.test.evil.test'), 'api.test'),
    ]), [refused, 'done', 'done', refused, refused, 'done', 'done', 'done', refused, refused, refused])
    equal(seen.length, 5)
  })

  it('goes to no private address, however it is spelt', async () => {
    const inward = [
      'http://10.0.0.1/', 'http://0x0a.1/', 'http://167772161/', 'http://012.0.0.1/', 'http://[::ffff:10.0.0.1]/', 'http://[::1]/', 'http://[::]/', 'http://[fe80::1]/', 'http://[fd00::1]/', 'http://[64:ff9b::a00:1]/', 'http://[2002:a00:1::]/',
      'http://[2001::1]/', 'http://[ff02::1]/', 'http://127.0.0.9/', 'http://0/', 'http://169.254.169.254/latest/meta-data', 'http://100.64.0.1/', 'http://192.168.1.1/', 'http://172.31.255.255/', 'http://255.255.255.255/', 'http://224.0.0.1/', 'http://198.18.0.1/',
      'http://metadata.test/', 'http://inside.test/', 'http://mapped.test/',
    ]
    for (const url of inward) await rejects(fetch(url), { code: 'host_not_allowed', details: { host: new URL(url).hostname, reason: 'its address is not public' } }, url)
    const strict = createEgress({ allowedPrivateAddresses: [], resolve })
    await rejects(strict.fetch({ url: at('/text'), method: 'GET', headers: {} }, { hosts: ['*'], timeoutMs: 1000, maximumBytes: 1 }), { code: 'host_not_allowed' })
    throws(() => createEgress({ allowedPrivateAddresses: ['10.0.0.0/33'] }), /10\.0\.0\.0\/33 is neither an address nor a range/)
    throws(() => createEgress({ allowedPrivateAddresses: ['localhost'] }), /localhost is neither/)
    equal(seen.length, 0)
  })

  it('asks for the address once, and connects to what it was told', async () => {
    names['rebinding.test'] = ['127.0.0.1']
    const answer = fetch(at('/text', 'rebinding.test'))
    names['rebinding.test'] = ['10.0.0.1']
    equal((await answer).status, 200)
    deepEqual(resolved, ['rebinding.test'])
    // One that does not listen, one that may not be: the next answers.
    equal((await fetch(at('/text', 'two.test'))).status, 200)
    equal((await fetch(at('/text', 'mixed.test'))).status, 200)
  })

  it('follows where it is led, within what was granted, five times', async () => {
    const hosts = ['api.test', 'inside.test']
    equal((await fetch(at('/hop/5'), {}, { hosts })).url, at('/text'))
    equal(seen.length, 6)
    await rejects(fetch(at('/hop/6'), {}, { hosts }), { code: 'request_failed', message: 'The request to api.test failed: it leads on more than 5 times.' })
    await rejects(fetch(at('/loop'), {}, { hosts }), { code: 'request_failed' })
    await rejects(fetch(at('/elsewhere'), {}, { hosts }), { code: 'host_not_allowed', details: { host: 'other.test', reason: 'it is not among those that were granted' } })
    await rejects(fetch(at('/inside'), {}, { hosts }), { code: 'host_not_allowed', details: { host: 'inside.test', reason: 'its address is not public' } })
    await rejects(fetch(at('/file'), {}, { hosts }), { code: 'invalid_input' })
  })

  it('takes secrets and bodies along only to where they belong', async () => {
    const sent = { method: 'POST', headers: { Authorization: 'Bearer t', Cookie: 'a=b', 'X-Api-Key': 'k', 'X-Other': 'o', 'Content-Type': 'text/plain' }, body: Buffer.from('hello') }
    const last = async (path: string): Promise<unknown[]> => {
      await fetch(at(path), sent)
      const { method, body, headers: { authorization, cookie, 'x-api-key': key, 'x-other': rest, 'content-type': type } } = seen.at(-1) as Seen
      return [method, body, authorization, cookie, key, rest, type]
    }
    deepEqual(await last('/elsewhere'), ['POST', 'hello', undefined, undefined, undefined, 'o', 'text/plain'])
    deepEqual(await last('/see-other'), ['GET', '', 'Bearer t', 'a=b', 'k', 'o', undefined])
    deepEqual(await last('/hop/1'), ['GET', '', 'Bearer t', 'a=b', 'k', 'o', undefined])
    deepEqual(await last('/moved'), ['POST', 'hello', 'Bearer t', 'a=b', 'k', 'o', 'text/plain'])
  })

  it('says nothing that frames the message, names another host, or claims to come from a proxy', async () => {
    const headers = ['Host', 'Connection', 'Content-Length', 'Transfer-Encoding', 'Upgrade', 'TE', 'Expect', 'Proxy-Authorization', 'X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'Accept-Encoding', 'a b', 'X-A\r\nHost', '']
    for (const name of headers) await rejects(fetch(at('/text'), { headers: { [name]: 'x' } }), { code: 'invalid_input' }, name)
    await rejects(fetch(at('/text'), { headers: { 'X-A': 'a\r\nHost: evil.test' } }), { code: 'invalid_input' })
    equal(seen.length, 0)
  })

  it('takes no more than it may, and waits no longer', async () => {
    const reason = (path: string, limits: Partial<EgressLimits> = {}): Promise<string> => fetch(at(path), {}, limits).then(() => 'done', ({ code, details }: { code: string, details: { reason: string } }) => `${code}: ${details.reason}`)
    deepEqual([await reason('/large'), await reason('/endless'), await reason('/large', { maximumBytes: 3000 })], ['request_failed: the answer has more than 2000 bytes', 'request_failed: the answer has more than 2000 bytes', 'done'])
    const packed = await fetch(at('/packed'))
    deepEqual([packed.headers['content-encoding'], packed.body.length < 2000], ['gzip', true])
    deepEqual([await reason('/silent', { timeoutMs: 100 }), await reason('/halfway')], ['request_failed: it did not answer within 100 milliseconds', 'request_failed: it cannot be reached'])
    const stuck = createEgress({ allowedPrivateAddresses: [], resolve: () => new Promise(() => {}) })
    await rejects(stuck.fetch({ url: 'http://slow.test/', method: 'GET', headers: {} }, { hosts: ['*'], timeoutMs: 50, maximumBytes: 1 }), { code: 'request_failed' })
  })

  it('says what is wrong, and nothing of this network', async () => {
    const reason = (url: string): Promise<string> => fetch(url).then(() => 'done', ({ code, details }: { code: string, details: { reason: string } }) => `${code}: ${details.reason}`)
    const bare = await listen(createBareServer((socket) => { socket.end('SSH-2.0-x\r\n') }))
    deepEqual(await Promise.all([
      reason('http://nowhere.test/'), reason('http://api.test:1/'), reason('ftp://api.test/'), reason('no address'), reason('http://user:pass@api.test/'), reason(`http://api.test/${'x'.repeat(9000)}`), reason(`http://api.test:${portOf(bare)}/`), reason(`https://api.test:${portOf(server)}/text`),
    ]), [
      'request_failed: there is no such host', 'request_failed: it cannot be reached', 'invalid_input: it is no http or https address', 'invalid_input: it is no http or https address', 'invalid_input: names and passwords do not belong into it',
      'invalid_input: it is no http or https address', 'request_failed: it does not speak HTTP', 'request_failed: it does not speak TLS',
    ])
    bare.close()
  })

  it('trusts a certificate that is for the name, though it connects to an address', async () => {
    const { key, cert } = createCertificate('api.test')
    const sealed = await listen(createSealedServer({ key: key.export({ type: 'pkcs8', format: 'pem' }), cert }, listener))
    const url = (host: string): string => `https://${host}:${portOf(sealed)}/text`
    const standard = getCACertificates('default')
    try {
      await rejects(fetch(url('api.test')), { code: 'request_failed', details: { host: 'api.test', reason: 'its certificate is not trusted' } })
      setDefaultCACertificates([...standard, cert])
      equal((await fetch(url('api.test'))).body.toString(), 'grüezi')
      await rejects(fetch(url('other.test')), { code: 'request_failed', details: { host: 'other.test', reason: 'its certificate is not trusted' } })
      await rejects(fetch(url('127.0.0.1')), { details: { host: '127.0.0.1', reason: 'its certificate is not trusted' } })
    } finally {
      setDefaultCACertificates(standard)
      sealed.close()
    }
    ok(seen.length > 0)
  })
})
