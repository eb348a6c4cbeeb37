import { deepEqual, equal, match } from 'node:assert/strict'
import type { Page, WebSocketRoute } from 'playwright-core'
import { channelsArchive, channelsRestore, draftsList, postsCreate, postsListOfChannel, postsSetPinned, sessionsRevokeAll, usersPatch, type Channel, type Post } from '@rookery/sdk/protocol'
import { eventually } from '../harness/plugin-actions.ts'
import { plainHost, type TestWindow } from '../harness/browser.ts'
import { createWebWorld, type WebPerson, type WebWorld } from '../harness/web-world.ts'

describe('the web app without its server', function () {
  this.timeout(240_000)
  let world: WebWorld
  let ada: WebPerson
  let bob: WebPerson
  let window: TestWindow
  before(async () => {
    world = await createWebWorld(['ada', 'bob'])
    ;[ada, bob] = [world.people['ada'], world.people['bob']] as [WebPerson, WebPerson]
  })
  after(() => world?.remove())
  // What failed in one test is not what the next one finds.
  afterEach(async () => { if (window?.page.isClosed() === false) await window.context.setOffline(false) })

  const log = (page: Page) => page.getByRole('log')
  const composer = (page: Page) => page.getByRole('main').getByRole('textbox')
  const say = async (page: Page, text: string): Promise<void> => {
    await composer(page).fill(text)
    await composer(page).press('Enter')
    // Kept: what is on the screen now stands in the browser's storage.
    await log(page).getByText(text, { exact: true }).waitFor()
  }
  const arrived = async (channel: Channel, pattern: RegExp): Promise<string[]> =>
    (await ada.client.run(postsListOfChannel, { channelId: channel.id, limit: 200 })).posts.map(({ message }) => message).reverse().filter((message) => pattern.test(message))
  const areThere = async (channel: Channel, texts: readonly string[], pattern: RegExp): Promise<void> => {
    await eventually(() => arrived(channel, pattern), (found) => found.length >= texts.length, 60_000)
    deepEqual(await arrived(channel, pattern), texts)
  }
  /** Until what was on the screen is kept. */
  const keeps = (page: Page, text: string): Promise<boolean> => eventually(() => page.evaluate(async (words) => {
    const [{ name = '' } = {}] = (await indexedDB.databases()).filter((database) => database.name?.startsWith('rookery.'))
    if (!name) return false
    const opening = indexedDB.open(name)
    const database = await new Promise<IDBDatabase>((resolve) => { opening.onsuccess = () => { resolve(opening.result) } })
    const reading = database.transaction('snapshot').objectStore('snapshot').get('screen')
    const kept = await new Promise<string>((resolve) => { reading.onsuccess = () => { resolve(JSON.stringify(reading.result ?? '')) } })
    database.close()
    return kept.includes(words)
  }, text), Boolean)
  const keepsFiles = (page: Page): Promise<boolean> => eventually(() => page.evaluate(() => navigator.serviceWorker.controller !== null), Boolean, 60_000)
  const openWindow = async (): Promise<TestWindow> => {
    const opened = await bob.openWindow('/engines/channels/town-square', { keepsFiles: true })
    await log(opened.page).waitFor()
    return opened
  }

  it('opens from its files, keeps what is written through reloads, and sends it once and in order', async () => {
    const channel = await world.channel('town-square')
    window = await openWindow()
    const { page, context } = window
    await say(page, 'Before the tunnel')
    await areThere(channel, ['Before the tunnel'], /tunnel/)
    await keeps(page, 'Before the tunnel')
    await keepsFiles(page)
    await context.setOffline(true)
    await page.reload()
    await log(page).getByText('Before the tunnel').waitFor()
    const texts = ['first of three', 'second of three', 'third of three']
    for (const text of texts) await say(page, text)
    await page.reload()
    await log(page).getByText('third of three').waitFor()
    await page.getByText('No connection. What you write').waitFor()
    await window.screenshot('web/offline-from-files', { everywhere: 'nightly' })
    // Another address of the app opens too.
    await page.goto(`${world.server.url}/engines/channels/off-topic`)
    await page.getByRole('heading', { name: 'Off-Topic' }).waitFor()
    await page.goto(`${world.server.url}/engines/channels/town-square`)
    await log(page).getByText('third of three').waitFor()
    await context.setOffline(false)
    await areThere(channel, texts, /of three/)
    await page.getByText('No connection. What you write').waitFor({ state: 'detached' })
  })

  it('has kept its own files and nothing that anybody wrote', async () => {
    const { page } = window
    const kept = await page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat())
    equal(kept.includes('/'), true)
    deepEqual(kept.filter((path) => !/^\/(?:$|static\/|[a-z-]+\.(?:svg|webmanifest)$)/.test(path)), [])
  })

  it('loses nothing and doubles nothing when it is reloaded while it sends', async () => {
    const channel = await world.channel('town-square')
    const { page } = window
    const texts = Array.from({ length: 9 }, (_each, number) => `hurried ${number}`)
    for (const [number, text] of texts.entries()) {
      await say(page, text)
      if (number % 3 === 2) await page.reload()
      await composer(page).waitFor()
    }
    await areThere(channel, texts, /^hurried/)
  })

  it('sends what two tabs wrote while the server was killed, in the order in which it was written', async () => {
    const channel = await world.channel('town-square')
    const { page, context } = window
    const other = await context.newPage()
    await other.goto(`${world.server.url}/engines/channels/town-square`)
    await log(other).waitFor()
    await world.server.kill()
    const texts = ['killed 1', 'killed 2', 'killed 3', 'killed 4']
    for (const [number, text] of texts.entries()) {
      await say(number % 2 === 0 ? page : other, text)
      // Each tab sees what the other wrote.
      await log(number % 2 === 0 ? other : page).getByText(text, { exact: true }).waitFor()
    }
    await world.server.start()
    for (const tab of [page, other]) await tab.evaluate(() => { dispatchEvent(new Event('online')) })
    await areThere(channel, texts, /^killed/)
    await other.close()
  })

  it('shows what the server refuses with its reason, to be tried again or discarded', async () => {
    const quarry = await world.createChannel('Quarry', ['bob'])
    await ada.client.run(postsCreate, { channelId: quarry.id, message: 'Before the digging', pendingPostId: crypto.randomUUID() })
    const { page, context } = window
    const refused = (text: string) => log(page).locator('.outgoing', { hasText: text })
    const link = page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name: 'Quarry' })
    await link.click()
    await log(page).getByText('Before the digging').waitFor()
    await keeps(page, 'Before the digging')
    await context.setOffline(true)
    await page.reload()
    for (const text of ['stone one', 'stone two']) await say(page, text)
    await ada.client.run(channelsArchive, { channelId: quarry.id })
    await ada.client.run(usersPatch, { userId: ada.user.id, nickname: 'The Countess' })
    await context.setOffline(false)
    // Whom the browser knew from before is called as everybody calls her now.
    await log(page).getByText('The Countess').first().waitFor()
    for (const text of ['stone one', 'stone two']) await refused(text).getByRole('alert').getByText('Not sent: This channel is archived.').waitFor()
    await window.screenshot('web/offline-refused', { everywhere: 'nightly' })
    // It waits for its author, after a reload and from elsewhere too.
    await page.goto(`${world.server.url}/engines/channels/town-square`)
    // Its channel is nowhere in the sidebar; what was written is, with what can be done.
    await page.getByRole('button', { name: 'Not sent 2 messages were not sent' }).click()
    const unsent = page.getByRole('region', { name: 'Not sent' })
    await unsent.getByRole('heading', { name: 'Quarry archived' }).waitFor()
    await unsent.getByRole('listitem').filter({ hasText: 'stone two' }).getByRole('button', { name: 'Copy text' }).waitFor()
    equal(await unsent.getByRole('button', { name: 'Try again' }).count(), 0)
    await window.checkAccessibility()
    await window.screenshot('web/offline-unsent', { everywhere: 'nightly' })
    await ada.client.run(channelsRestore, { channelId: quarry.id })
    await link.getByText('Not sent').waitFor({ state: 'attached' })
    await unsent.getByRole('listitem').filter({ hasText: 'stone two' }).getByRole('button', { name: 'Discard' }).click()
    await unsent.getByText('stone two').waitFor({ state: 'detached' })
    await unsent.getByRole('button', { name: 'Try again' }).waitFor()
    await unsent.getByRole('link', { name: 'Quarry' }).click()
    await refused('stone one').getByRole('button', { name: 'Try again' }).click()
    await areThere(quarry, ['stone one'], /^stone/)
    await refused('stone one').waitFor({ state: 'detached' })
  })

  it('sends at once where the browser has no room, and leaves it with its author where it cannot', async () => {
    const channel = await world.channel('quarry')
    const crowded = await bob.openWindow('/robots.txt')
    const { page } = crowded
    // As a browser does whose disk is full.
    await page.addInitScript(() => {
      const refuse = (): never => { throw new DOMException('The disk is full', 'QuotaExceededError') }
      Object.assign(IDBObjectStore.prototype, { add: refuse, put: refuse })
    })
    await page.goto(`${world.server.url}/engines/channels/quarry`)
    await say(page, 'crowded one')
    await areThere(channel, ['crowded one'], /^crowded/)
    await world.server.kill()
    await composer(page).fill('crowded two')
    await composer(page).press('Enter')
    await page.getByText('This browser has no room to keep the message').first().waitFor()
    equal(await composer(page).inputValue(), 'crowded two')
    await crowded.screenshot('web/offline-no-room', { everywhere: 'nightly' })
    await world.server.start()
    await eventually(async () => {
      if (await composer(page).inputValue() !== '') await composer(page).press('Enter')
      return arrived(channel, /^crowded/)
    }, (found) => found.length === 2, 60_000)
    await log(page).getByText('crowded two', { exact: true }).waitFor()
    equal(await composer(page).inputValue(), '')
    deepEqual(crowded.complaints, [])
    await crowded.close()
  })

  it('shows the same drafts and the same unread channels in two tabs, without the server too', async () => {
    const [square, quarry] = [await world.channel('town-square'), await world.channel('quarry')]
    const { page, context } = window
    const other = await context.newPage()
    await other.goto(`${world.server.url}/engines/channels/town-square`)
    await log(other).waitFor()
    await page.goto(`${world.server.url}/engines/channels/off-topic`)
    await log(page).waitFor()
    const link = (tab: Page, name: string) => tab.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name })
    await ada.client.run(postsCreate, { channelId: quarry.id, message: 'Is anybody there?', pendingPostId: crypto.randomUUID() })
    for (const tab of [page, other]) await link(tab, 'Quarry').getByText('unread').waitFor({ state: 'attached' })
    await link(page, 'Quarry').click()
    await log(page).getByText('Is anybody there?').waitFor()
    for (const tab of [page, other]) await link(tab, 'Quarry').getByText('unread').waitFor({ state: 'detached' })

    await keeps(page, 'Is anybody there?')
    await context.setOffline(true)
    await composer(page).fill('half a thought')
    await link(other, 'Quarry').getByText('Draft').waitFor({ state: 'attached' })
    await composer(other).fill('another thought')
    await link(page, 'Town Square').getByText('Draft').waitFor({ state: 'attached' })
    for (const tab of [other, page]) await tab.reload()
    await link(page, 'Town Square').click()
    await eventually(() => composer(page).inputValue(), (text) => text === 'another thought')
    await link(other, 'Quarry').click()
    await eventually(() => composer(other).inputValue(), (text) => text === 'half a thought')
    await context.setOffline(false)
    const drafts = async (): Promise<string[]> => (await bob.client.run(draftsList, { userId: bob.user.id, teamId: world.team.id })).map(({ message }) => message).sort()
    await eventually(drafts, (told) => told.join() === 'another thought,half a thought', 60_000)
    // Sent in one, gone in both.
    await link(page, 'Quarry').click()
    await eventually(() => composer(page).inputValue(), (text) => text === 'half a thought')
    await composer(page).press('Enter')
    await areThere(quarry, ['half a thought'], /^half/)
    for (const tab of [page, other]) await eventually(() => composer(tab).inputValue(), (text) => text === '')
    await eventually(drafts, (told) => told.join() === 'another thought')
    await other.close()
    await page.goto(`${world.server.url}/engines/channels/town-square`)
    await eventually(() => composer(page).inputValue(), (text) => text === 'another thought')
    await composer(page).press('Enter')
    await areThere(square, ['another thought'], /^another/)
  })

  it('reads what could not be read, and says what could not be searched', async () => {
    const { page, context } = window
    const unread = await world.createChannel('Unread', ['bob'])
    await ada.client.run(postsCreate, { channelId: unread.id, message: 'Nobody has read this', pendingPostId: crypto.randomUUID() })
    const link = page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name: 'Unread' })
    await link.waitFor()
    await context.setOffline(true)
    await page.keyboard.press('Control+K')
    await page.getByRole('combobox', { name: 'Go to channel' }).fill('zanzibar')
    await page.getByText('Not everything could be searched right now.').waitFor()
    await page.keyboard.press('Escape')
    await composer(page).fill('~zanzibar')
    await page.getByRole('option', { name: 'Not everything could be searched right now.' }).waitFor()
    await window.screenshot('web/offline-search', { everywhere: 'nightly' })
    await composer(page).fill('')
    await link.click()
    await page.getByText('The messages could not be loaded').waitFor()
    await page.getByRole('button', { name: '2 members' }).click()
    const members = page.getByRole('region', { name: 'Members' })
    await members.getByRole('alert').waitFor()
    await context.setOffline(false)
    await log(page).getByText('Nobody has read this').waitFor()
    await members.getByText('The Countess').waitFor()
    // Without a word of anybody's.
    equal(await page.getByRole('button', { name: 'Try again' }).count(), 0)
    await context.setOffline(true)
    await members.getByRole('searchbox').fill('zanzibar')
    await members.getByText('People cannot be searched right now.').waitFor()
    await context.setOffline(false)
    await members.getByText('Nothing found for').waitFor()
    await page.goto(`${world.server.url}/engines/channels/town-square`)
    await composer(page).waitFor()
  })

  it('brings what is on the screen up to date where events were missed, though reading it fails at first', async () => {
    const channel = await world.channel('town-square')
    const { page, context } = await bob.openWindow('/robots.txt')
    const post = (message: string, rootId = '') => ada.client.run(postsCreate, { channelId: channel.id, rootId, message, pendingPostId: crypto.randomUUID() })
    const sockets = new Set<WebSocketRoute>()
    let isAway = false
    let refusals = 0
    await context.routeWebSocket(/\/api\/v1\/socket/, (socket) => {
      if (isAway) return void socket.close()
      const server = socket.connectToServer()
      sockets.add(socket)
      socket.onMessage((message) => {
        const asked = JSON.parse(String(message)) as { id: number, path?: string, payload?: { cursor?: string } }
        if (asked.path?.endsWith('/channels.listOfUser') && refusals > 0) {
          refusals -= 1
          return socket.send(JSON.stringify({ type: 'request', id: asked.id, statusCode: 503, payload: {} }))
        }
        // So old that the server does not know it any more.
        if (asked.payload?.cursor) asked.payload.cursor = '1-1'
        server.send(JSON.stringify(asked))
      })
    })
    await page.goto(`${world.server.url}/engines/channels/town-square?panel=pinned`)
    const pinned = page.getByRole('region', { name: 'Pinned messages' })
    await pinned.getByText('Nothing is pinned').waitFor()
    await composer(page).fill('A question')
    await composer(page).press('Enter')
    const root = (await eventually(() => ada.client.run(postsListOfChannel, { channelId: channel.id }), ({ posts }) => posts[0]?.message === 'A question')).posts[0] as Post
    const inbox = await context.newPage()
    await inbox.goto(`${world.server.url}/engines/threads`)
    await inbox.getByText('You do not follow any threads yet').waitFor()
    isAway = true
    for (const socket of sockets) await socket.close()
    await ada.client.run(postsSetPinned, { postId: (await post('Missed and pinned')).id, isPinned: true })
    await post('An answer', root.id)
    refusals = 3
    isAway = false
    for (const tab of [page, inbox]) await tab.evaluate(() => { dispatchEvent(new Event('online')) })
    await log(page).getByText('Missed and pinned').waitFor()
    await pinned.getByText('Missed and pinned').waitFor()
    await inbox.getByRole('main').getByText('A question').waitFor()
    equal(refusals, 0)
    await context.close()
  })

  it('offers to reload when the server has a newer version', async () => {
    const { page } = window
    // The page begins to listen when it has been quiet for a while.
    await eventually(async () => {
      await page.evaluate(() => { navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { entry: '/static/newer.js' } })) })
      return page.getByText('A new version of Rookery is here.').count()
    }, (count) => count > 0)
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByText('A new version of Rookery is here.').waitFor({ state: 'detached' })
    await composer(page).waitFor()
  })

  it('keeps what was written while the session ended, until its owner is back', async () => {
    const channel = await world.channel('town-square')
    const { page, context } = window
    await keeps(page, 'another thought')
    await context.setOffline(true)
    await page.reload()
    await say(page, 'written in the dark')
    await ada.client.run(sessionsRevokeAll, { userId: bob.user.id })
    await context.setOffline(false)
    await page.getByText('Your session has ended. Sign in again to go on where you were.').waitFor()
    await window.screenshot('web/offline-ended', { everywhere: 'nightly' })
    deepEqual(await arrived(channel, /dark/), [])
    // What others wrote is not left to whoever comes next.
    equal(await page.evaluate(() => localStorage.getItem('rookery.account')), null)
    equal(await page.evaluate(async () => {
      const [{ name = '' } = {}] = (await indexedDB.databases()).filter((database) => database.name?.startsWith('rookery.'))
      const opening = indexedDB.open(name)
      const database = await new Promise<IDBDatabase>((resolve) => { opening.onsuccess = () => { resolve(opening.result) } })
      const reading = database.transaction('snapshot').objectStore('snapshot').get('screen')
      const kept = await new Promise((resolve) => { reading.onsuccess = () => { resolve(reading.result) } })
      database.close()
      return kept
    }), undefined)
    await page.getByLabel('Email or username').fill('bob')
    await page.getByLabel('Password', { exact: true }).fill('a tower of rooks 7')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Town Square' }).waitFor()
    await areThere(channel, ['written in the dark'], /dark/)
    await log(page).getByText('written in the dark', { exact: true }).waitFor()
  })

  it('sends again, and once, what hangs on a line that swallows everything, when there is another one', async () => {
    const channel = await world.channel('town-square')
    const stuck = await bob.openWindow('/robots.txt')
    const { page, context } = stuck
    const sockets: WebSocketRoute[] = []
    let isLineDown = false
    await context.routeWebSocket('**/api/v1/socket*', (socket) => {
      if (isLineDown) return void socket.close()
      socket.connectToServer()
      sockets.push(socket)
    })
    let swallowed = 0
    // Nobody answers, neither well nor badly.
    await context.route('**/api/v1/posts.create', () => { swallowed += 1 })
    await page.goto(`${world.server.url}/engines/channels/town-square`)
    await log(page).getByText('killed 4', { exact: true }).waitFor()
    isLineDown = true
    for (const socket of sockets) await socket.close()
    for (const text of ['swallowed one', 'swallowed two']) await say(page, text)
    await eventually(async () => swallowed, (count) => count > 0)
    isLineDown = false
    await page.evaluate(() => { dispatchEvent(new Event('online')) })
    await areThere(channel, ['swallowed one', 'swallowed two'], /^swallowed/)
    equal(swallowed, 1)
    await context.unrouteAll()
    await stuck.close()
  })

  it('works by plain HTTP, where browsers have no locks, no clipboard and no worker', async () => {
    const channel = await world.channel('town-square')
    const plain = await world.browser.openWindow()
    const { page } = plain
    const url = world.server.url.replace('localhost', plainHost)
    await page.goto(`${url}/engines/channels/town-square`)
    await page.getByLabel('Email or username').fill('bob')
    await page.getByLabel('Password', { exact: true }).fill('a tower of rooks 7')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Town Square' }).waitFor()
    deepEqual(await page.evaluate(() => [isSecureContext, 'locks' in navigator, 'clipboard' in navigator, 'randomUUID' in crypto]), [false, false, false, false])
    await page.locator('input[type=file]').setInputFiles({ name: 'plain.txt', mimeType: 'text/plain', buffer: Buffer.from('not sealed') })
    await say(page, 'plainly asked')
    await areThere(channel, ['plainly asked'], /^plainly/)
    const answer = await ada.client.run(postsCreate, { channelId: channel.id, message: 'plainly answered', pendingPostId: crypto.randomUUID() })
    const row = log(page).getByRole('listitem').filter({ has: page.getByRole('article') }).filter({ hasText: 'plainly answered' })
    await row.hover()
    await row.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Copy link' }).click()
    await page.getByText('The link is copied.').first().waitFor()
    await composer(page).press('Control+v')
    equal(await composer(page).inputValue(), `${url}/engines/pl/${answer.id}`)
    await composer(page).fill('')
    await page.goto(`${url}/teams`)
    await page.getByLabel('Team name').fill('الفريق')
    match(await page.getByLabel('Address of the team').inputValue(), /^team-[0-9a-f]{6}$/)
    // Browsers say so of each page without TLS; it is ignored as it should be.
    deepEqual(plain.complaints.filter((text) => !text.includes('Cross-Origin-Opener-Policy')), [])
    await plain.close()
  })

  it('asks before signing out deletes what was not sent, and goes on where signing out fails', async () => {
    const channel = await world.channel('town-square')
    const { page, context } = window
    await context.setOffline(true)
    await say(page, 'left behind')
    await page.keyboard.press('Control+Shift+P')
    await page.getByRole('combobox', { name: 'All actions' }).fill('Sign out')
    await page.keyboard.press('Enter')
    const question = page.getByRole('dialog', { name: 'Sign out and lose what was not sent?' })
    await question.getByText('1 message was not sent').waitFor()
    await window.checkAccessibility()
    await window.screenshot('web/offline-sign-out', { everywhere: 'nightly' })
    await question.getByRole('button', { name: 'Sign out and discard' }).click()
    await question.getByRole('alert').waitFor()
    await question.getByRole('button', { name: 'Cancel' }).click()
    await question.waitFor({ state: 'detached' })
    await page.getByText('No connection. What you write').waitFor()
    await context.setOffline(false)
    await areThere(channel, ['left behind'], /behind/)
    // It hears of what happens as before.
    await ada.client.run(postsCreate, { channelId: channel.id, message: 'Still with us?', pendingPostId: crypto.randomUUID() })
    await log(page).getByText('Still with us?').waitFor()
    deepEqual(window.complaints, [])
  })

  it('leaves nothing in the browser when somebody signs out, in all tabs', async () => {
    const { page, context } = window
    const other = await context.newPage()
    await other.goto(`${world.server.url}/engines/channels/town-square`)
    await log(other).waitFor()
    await page.getByRole('button', { name: 'Account and status' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    for (const tab of [page, other]) await tab.getByLabel('Email or username').waitFor()
    await eventually(() => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.startsWith('rookery.'))), (names) => names.length === 0)
    const left = await page.evaluate(() => [...Object.entries(localStorage), ...Object.entries(sessionStorage)])
    deepEqual(left.filter(([name]) => !/^rookery\.(?:locale|sidebar|panel|notifications)|^vue-router:/.test(name)), [])
    deepEqual(window.complaints, [])
    await context.close()
  })
})
