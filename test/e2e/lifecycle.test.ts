import { deepEqual, equal, match } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import { openSocket, signIn } from '../harness/mattermost-client.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const refusalOf = (server: ServerProcess): Promise<string> => server.start().then(() => 'it started', (error: Error) => error.message.split('\n').slice(1).join('\n').trim())

describe('starting and stopping', () => {
  let server: ServerProcess
  before(async () => { server = await createServerProcess() })
  after(() => server.remove())

  it('prints a line per phase and its address, and refuses a second server on the folder or the port in one sentence', async function () {
    this.timeout(60_000)
    await server.start()
    match(server.output(), /Starting PostgreSQL[^]*Rookery is at http:\/\/localhost:\d+\n/)
    const sameFolder = await createServerProcess({ dataFolder: server.dataFolder })
    match(await refusalOf(sameFolder), /^The data folder \S+ is in use by another Rookery server \(process \d+\); stop that one or give this one a folder of its own\.$/)
    const samePort = await createServerProcess({ port: Number(new URL(server.url).port) })
    match(await refusalOf(samePort), /\nThe address 127\.0\.0\.1:\d+ is taken by another program; stop that one or set ROOKERY_LISTEN\.$/)
    await samePort.remove()
    const confused = await createServerProcess({ environment: { ROOKERY_LISTEN: 'everywhere' } })
    match(await refusalOf(confused), /^ROOKERY_LISTEN must be host:port, but is "everywhere"\.$/)
    await confused.remove()
    equal((await fetch(`${server.url}/api/v1/users.get`)).status, 401)
  })

  it('ends cleanly on SIGTERM: sockets are told, what was acknowledged is stored, nothing of it twice', async function () {
    this.timeout(60_000)
    const ada = await signIn(server.url, 'ada')
    const team = await ada.client.createTeam({ name: 'engines', display_name: 'Engines', type: 'I' } as Team)
    const channel = await ada.client.createChannel({ team_id: team.id, name: 'looms', display_name: 'Looms', type: 'O' } as Channel)
    const socket = await openSocket(server.url, ada.token)
    const closed = new Promise<void>((resolve) => { socket.webSocket.addCloseListener(() => { resolve() }) })
    const acknowledged: string[] = []
    const writing = Array.from({ length: 50 }, async (_, index) => {
      const post = await ada.client.createPost({ channel_id: channel.id, message: `Line ${index}`, pending_post_id: `${ada.user.id}:${index}` } as Post)
      acknowledged.push(post.id)
    })
    await Promise.race(writing)
    const code = server.stop()
    await Promise.allSettled(writing)
    equal(await code, 0)
    await closed
    socket.close()
    await server.start()
    const list = await ada.client.getPosts(channel.id, 0, 200)
    const stored = list.order.filter((id) => list.posts[id]!.message.startsWith('Line '))
    deepEqual(acknowledged.filter((id) => !stored.includes(id)), [])
    equal(new Set(stored.map((id) => list.posts[id]!.message)).size, stored.length)
  })

  it('starts again after kill -9 although its PostgreSQL may be left behind', async function () {
    this.timeout(60_000)
    for (let round = 0; round < 3; round += 1) {
      await server.kill()
      await server.start()
      const ada = await signIn(server.url, 'ada', { isNew: false })
      equal(ada.user.username, 'ada')
    }
  })
})
