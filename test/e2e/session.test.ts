import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'
import { playSession } from './scripted-session.ts'

describe('the scripted session with the published client', () => {
  let server: ServerProcess
  before(async () => { server = await createServerProcess() })
  after(() => server.remove())

  it('flows through channels, a direct channel, a group and threads, and is as before after kill -9', async function () {
    this.timeout(180_000)
    await playSession({ server, messageCount: 1000, say: () => {} })
  })
})
