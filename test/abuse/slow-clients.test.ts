import { equal, match, ok } from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { ask } from '../harness/ask.ts'
import { createWorld, type World } from '../harness/world.ts'

/** Long in a test, short for a person: what is slower than this is told so. */
const patienceMs = 400

describe('clients that send a little at a time', function () {
  this.timeout(30_000)
  let world: World
  before(async () => {
    world = await createWorld()
    const { http } = world.server.kernel
    http.listener.headersTimeout = patienceMs
    http.bodyPatienceMs = patienceMs
  })
  after(() => world.close())

  /** A connection that says something, and then a letter now and then. */
  const trickle = async (text: string): Promise<{ answer: string, waitedMs: number }> => {
    const { port } = world.server.kernel.settings.listen
    const socket: Socket = connect(port, '127.0.0.1').on('error', () => {})
    const openedAt = performance.now()
    socket.write(text)
    const timer = setInterval(() => { if (socket.writable) socket.write('x') }, 50)
    let answer = ''
    for await (const chunk of socket as AsyncIterable<Buffer>) answer += String(chunk)
    clearInterval(timer)
    return { answer, waitedMs: performance.now() - openedAt }
  }

  it('are cut with 408 when their headers do not come, many at a time, while others are answered', async () => {
    const slow = Promise.all(Array.from({ length: 100 }, () => trickle('GET /api/v4/system/ping HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')))
    let isOver = false
    void slow.finally(() => { isOver = true })
    let answered = 0
    while (!isOver) {
      equal((await ask(world.server.url, world.ada.token, 'GET', '/users/me')).status, 200)
      answered += 1
    }
    ok(answered > 10)
    for (const { answer, waitedMs } of await slow) {
      match(answer, /^HTTP\/1\.1 408 /)
      ok(waitedMs >= patienceMs && waitedMs < 15_000, `cut after ${waitedMs} ms`)
    }
  })

  it('are told 408 when a body does not come, in the words of the door, and their connection is closed', async () => {
    const request = (address: string) => `POST ${address} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${world.ada.token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"a":"`
    const v4 = await trickle(request('/api/v4/posts'))
    match(v4.answer, /^HTTP\/1\.1 408 /)
    match(v4.answer, /connection: close/i)
    match(v4.answer, /"message":"The body did not come in time\."/)
    const native = await trickle(request('/api/v1/posts.create'))
    match(native.answer, /^HTTP\/1\.1 408 /)
    match(native.answer, /"code":"body_too_slow"/)
  })
})
