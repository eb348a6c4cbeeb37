import { deepEqual, equal } from 'node:assert/strict'
import { createClient } from '@rookery/sdk/client'
import { postCreated, postsCreate } from '@rookery/sdk/protocol'
import { foundCompany } from '../harness/company.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

describe('the client of the sdk when the server is killed', () => {
  let server: ServerProcess
  before(async function () {
    this.timeout(60_000)
    server = await createServerProcess()
    await server.start()
  })
  after(() => server.remove())

  it('hears every acknowledged post once and in order', async function () {
    this.timeout(60_000)
    const { ada, members: { bob }, channel } = await foundCompany(server.url, { members: ['bob'] })
    const backOff = { minimumMs: 5, maximumMs: 100 }
    const reader = createClient({ url: server.url, token: bob.token, backOff })
    const texts: string[] = []
    let gaps = 0
    let tellEnd = (): void => {}
    const ended = new Promise<void>((resolve) => { tellEnd = resolve })
    reader.events.on(postCreated, ({ post }) => {
      if (post.type !== '') return
      texts.push(post.message)
      if (post.message === 'post 119') tellEnd()
    })
    reader.events.onGap(() => { gaps += 1 })
    await reader.connect()
    const author = createClient({ url: server.url, token: ada.token })
    const expected = Array.from({ length: 120 }, (_, index) => `post ${index}`)
    for (const [index, message] of expected.entries()) {
      const pendingPostId = `${ada.user.id}:${index}`
      const restarted = index % 40 === 20 ? server.kill().then(() => server.start()) : undefined
      for (;;) {
        try {
          await author.run(postsCreate, { channelId: channel.id, message, pendingPostId })
          break
        } catch { await restarted }
      }
      await restarted
    }
    await ended
    deepEqual(texts, expected)
    equal(gaps, 0)
    reader.disconnect()
  })
})
