import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createClient, type Client } from '@rookery/sdk/client'
import { channelMembersAdd, filesDownload, filesUpload, postCreated, postsCreate, postsGet, usersGet, type EventFrame } from '@rookery/sdk/protocol'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { createCuttingSockets } from '../../../test/harness/cutting-socket.ts'

const quick = { minimumMs: 1, maximumMs: 20 }

/** Texts of the posts that a client hears of, and a promise for the moment a certain one came. */
function listen(client: Client): { texts: string[], heard: (text: string) => Promise<void> } {
  const texts: string[] = []
  const waiting = new Map<string, () => void>()
  client.events.on(postCreated, ({ post }) => {
    if (post.type !== '') return
    texts.push(post.message)
    waiting.get(post.message)?.()
  })
  return { texts, heard: (text) => new Promise((resolve) => { if (texts.includes(text)) resolve(); else waiting.set(text, resolve) }) }
}

describe('the client of the sdk', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('runs operations over HTTP and over its socket, and throws what the server answered', async () => {
    const { server: { url }, ada, stranger, channel } = world
    const client = createClient({ url, token: ada.token })
    const post = await client.run(postsCreate, { channelId: channel.id, message: 'Over HTTP' })
    await client.connect()
    ok(client.isConnected)
    equal((await client.run(postsGet, { postId: post.id })).message, 'Over HTTP')
    equal((await client.run(postsCreate, { channelId: channel.id, message: 'Over the socket' })).userId, ada.user.id)
    await rejects(client.run(postsGet, { postId: 'a'.repeat(26) }), { name: 'RookeryError', code: 'post_not_found' })
    await rejects(client.run(postsGet, { postId: 'short' }), { code: 'invalid_input' })
    const long = 'ط'.repeat(16_000)
    equal((await client.run(postsCreate, { channelId: channel.id, message: long })).message, long)
    client.disconnect()
    const foreign = createClient({ url, token: stranger.token })
    await foreign.connect()
    await rejects(foreign.run(postsGet, { postId: post.id }), { code: 'post_not_found' })
    foreign.disconnect()
    await rejects(createClient({ url, token: 'nothing' }).connect(), { code: 'not_signed_in' })
  })

  it('sends and fetches the bytes of files', async () => {
    const { server: { url }, ada, stranger, channel } = world
    const client = createClient({ url, token: ada.token })
    const bytes = new TextEncoder().encode('نَص and 文')
    const file = await client.upload(filesUpload, { channelId: channel.id, name: 'نَص & 文.txt' }, bytes)
    equal(file.name, 'نَص & 文.txt')
    equal(await (await client.download(filesDownload, { fileId: file.id })).text(), 'نَص and 文')
    await rejects(createClient({ url, token: stranger.token }).download(filesDownload, { fileId: file.id }), { code: 'file_not_found' })
    await client.connect()
    await rejects(client.run(filesDownload, { fileId: file.id }), { code: 'method_not_allowed' })
    client.disconnect()
  })

  it('hears of events that it may see, without what it may not see', async () => {
    const { server: { url }, ada, bob, stranger, channel } = world
    const frames: EventFrame[] = []
    const [own, mentioned, foreign] = [ada, bob, stranger].map(({ token }) => createClient({ url, token })) as [Client, Client, Client]
    await Promise.all([own.connect(), mentioned.connect(), foreign.connect()])
    own.events.on(postCreated, (payload, event) => { frames.push({ event: 'own', payload, at: event.at }) })
    foreign.events.on(postCreated, () => { frames.push({ event: 'foreign', payload: {}, at: 0 }) })
    const came = new Promise<string[]>((resolve) => { mentioned.events.on(postCreated, ({ mentions }) => { resolve(mentions) }) })
    const { heard } = listen(own)
    await own.run(postsCreate, { channelId: channel.id, message: 'Hello @bob' })
    deepEqual(await came, [bob.user.id])
    await heard('Hello @bob')
    deepEqual(frames.map(({ event, payload }) => [event, (payload as { mentions: string[] }).mentions]), [['own', []]])
    for (const client of [own, mentioned, foreign]) client.disconnect()
  })

  it('loses and doubles nothing when its connection is cut fifty times while 500 posts are written', async function () {
    this.timeout(60_000)
    const { server: { url }, ada, bob, channel } = world
    const cutting = createCuttingSockets()
    const client = createClient({ url, token: bob.token, WebSocket: cutting.WebSocket, backOff: quick })
    const { texts, heard } = listen(client)
    let gaps = 0
    client.events.onGap(() => { gaps += 1 })
    await client.connect()
    const author = createClient({ url, token: ada.token })
    const expected = Array.from({ length: 500 }, (_, index) => `post ${index}`)
    let cut: Promise<void> | undefined
    for (const [index, message] of expected.entries()) {
      await author.run(postsCreate, { channelId: channel.id, message })
      if (index % 10 !== 9) continue
      // It takes a while to come back: what was written meanwhile brings the cut about.
      await cut
      cut = cutting.cutAfter(Math.floor(Math.random() * 4))
    }
    await heard('post 499')
    deepEqual({ texts, gaps }, { texts: expected, gaps: 0 })
    ok(cutting.cuts >= 49, `${cutting.cuts} cuts`)
    client.disconnect()
  })

  it('is told that it has to read anew where its position is not known any more', async () => {
    const { server: { url }, bob } = world
    for (const cursor of ['1-1', '999999999999-1', 'nonsense']) {
      const client = createClient({ url, token: bob.token, cursor })
      let gaps = 0
      client.events.onGap(() => { gaps += 1 })
      await client.connect()
      equal(gaps, 1, cursor)
      client.disconnect()
    }
  })

  it('hears, when it comes back, that it was taken into a channel meanwhile', async () => {
    const { server: { url }, ada, admin, stranger, team, channel } = world
    await admin.client.addToTeam(team.id, stranger.user.id)
    const first = createClient({ url, token: stranger.token })
    const states: boolean[] = []
    first.events.onConnection((isConnected) => { states.push(isConnected) })
    await first.connect()
    first.disconnect()
    first.disconnect()
    deepEqual(states, [true, false])
    const author = createClient({ url, token: ada.token })
    await author.run(channelMembersAdd, { channelId: channel.id, userIds: [stranger.user.id] })
    await author.run(postsCreate, { channelId: channel.id, message: 'Welcome' })
    const second = createClient({ url, token: stranger.token, ...(first.events.cursor && { cursor: first.events.cursor }) })
    const { texts, heard } = listen(second)
    await second.connect()
    await heard('Welcome')
    deepEqual(texts, ['Welcome'])
    second.disconnect()
  })

  it('gives up a socket where the network is said to be gone, and misses nothing by it', async () => {
    const { server: { url }, ada, channel } = world
    const client = createClient({ url, token: ada.token, backOff: quick })
    client.reconnect()
    equal(client.isConnected, false)
    await client.connect()
    const states: boolean[] = []
    const back = new Promise<void>((resolve) => { client.events.onConnection((isConnected) => { states.push(isConnected); if (isConnected) resolve() }) })
    const { texts, heard } = listen(client)
    client.reconnect()
    equal(client.isConnected, false)
    await client.run(postsCreate, { channelId: channel.id, message: 'While the socket is away' })
    await back
    await heard('While the socket is away')
    deepEqual(texts, ['While the socket is away'])
    deepEqual(states, [false, true])
    client.disconnect()
  })

  it('says so once where it is signed out for good, and tries no more', async () => {
    const { server: { url }, admin, stranger } = world
    const client = createClient({ url, token: stranger.token, backOff: quick })
    await client.connect()
    let count = 0
    const told = new Promise<void>((resolve) => { client.events.onSignedOut(() => { count += 1; resolve() }) })
    await admin.client.updateUserActive(stranger.user.id, false)
    await told
    equal(client.isConnected, false)
    await rejects(client.run(usersGet, { userId: stranger.user.id }), { code: 'not_signed_in' })
    equal(count, 1)
  })
})
