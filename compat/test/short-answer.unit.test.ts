import { deepEqual, equal, ok } from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import Hapi from '@hapi/hapi'
import { Json } from '../src/mattermost/json.ts'
import { createShortAnswers } from '../src/mattermost/short-answer.ts'

describe('short answers', () => {
  it('of one turn of the event loop are written together, after the turn; who has gone holds nobody up', async () => {
    const answer = createShortAnswers()
    const server = Hapi.server({ port: 0, host: '127.0.0.1' })
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    let arrived = 0
    let turn = 0
    const written: number[] = []
    server.route({
      method: 'GET', path: '/{name}',
      async handler(request, reply) {
        const { res } = request.raw
        const end = res.end.bind(res) as (body: string) => typeof res
        res.end = ((body: string) => { written.push(turn); return end(body) }) as typeof res.end
        if (request.params['name'] === 'gone') res.once('close', leave)
        arrived += 1
        await gate
        const given = answer(request, reply, { status: 200, json: new Json(request.params['name']), headers: ['X-Turn', String(turn)] })
        equal(written.length, 0)
        return given
      },
    })
    await server.start()
    const clients: Socket[] = []
    try {
      for (const name of ['a', 'b', 'c', 'gone']) {
        const client = connect(Number(server.info.port), '127.0.0.1')
        clients.push(client)
        client.write(`GET /${name} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`)
      }
      while (arrived < clients.length) await new Promise((resolve) => { setImmediate(resolve) })
      clients.pop()?.destroy()
      await left
      turn += 1
      setImmediate(() => { turn += 1; setImmediate(() => { turn += 1 }) })
      open()
      const answers = await Promise.all(clients.map((client) => text(client)))
      deepEqual(answers.map((each) => each.slice(each.lastIndexOf('\r\n\r\n') + 4)), ['"a"', '"b"', '"c"'])
      for (const each of answers) ok(/^HTTP\/1\.1 200 OK\r\nX-Turn: 1\r\nContent-Type: application\/json\r\nCache-Control: no-cache\r\nContent-Length: \d+\r\n/.test(each), each)
      equal(written.length, 3)
      equal(new Set(written).size, 1)
    } finally {
      for (const client of clients) client.destroy()
      await server.stop()
    }
  })
})
