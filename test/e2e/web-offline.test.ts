import { deepEqual, equal } from 'node:assert/strict'
import type { BrowserContext, Page } from 'playwright-core'
import { channelsArchive, draftsList, postsCreate, postsListOfChannel, sessionsRevokeAll, type Channel } from '@rookery/sdk/protocol'
import { eventually } from '../harness/plugin-actions.ts'
import type { TestWindow } from '../harness/browser.ts'
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
  afterEach(() => window?.context.setOffline(false))

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
    await window.screenshot('web/offline-from-files', { everywhere: true })
    // Another address of the app opens too, and one that is none of its own does not.
    await page.goto(`${world.server.url}/engines/channels/off-topic`)
    await page.getByRole('heading', { name: 'Off-Topic' }).waitFor()
    equal(await page.goto(`${world.server.url}/api/v1/system.describe`).catch(() => 'refused'), 'refused')
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

  it('shows why a message was refused, and sends the next ones', async () => {
    const [square, looms] = [await world.channel('town-square'), await world.createChannel('Looms', ['bob'])]
    const { page, context } = window
    await page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name: 'Looms' }).click()
    await page.getByRole('heading', { name: 'Looms' }).waitFor()
    await composer(page).waitFor()
    await offline(context, page)
    await say(page, 'too late for the looms')
    await page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name: 'Town Square' }).click()
    await say(page, 'not too late here')
    await ada.client.run(channelsArchive, { channelId: looms.id })
    await context.setOffline(false)
    await areThere(square, ['not too late here'], /too late/)
    await page.goto(`${world.server.url}/engines/channels/looms`)
    const refused = log(page).getByRole('listitem').filter({ hasText: 'too late for the looms' })
    await refused.getByText('This channel is archived').waitFor()
    await refused.getByRole('button', { name: 'Discard' }).click()
    await refused.waitFor({ state: 'detached' })
    deepEqual(await arrived(looms, /too late/), [])
    await page.goto(`${world.server.url}/engines/channels/town-square`)
    await log(page).waitFor()
  })

  it('keeps the text where the browser has no room for it, and sends at once what can be sent', async () => {
    const channel = await world.channel('town-square')
    const { page, context } = window
    const session = await context.newCDPSession(page)
    await composer(page).waitFor()
    await session.send('Storage.overrideQuotaForOrigin', { origin: world.server.url, quotaSize: 1 })
    await say(page, 'room for none')
    await areThere(channel, ['room for none'], /^room/)
    await offline(context, page)
    await composer(page).fill('room for later')
    await composer(page).press('Enter')
    await page.getByText('no room to keep the message').waitFor()
    equal(await composer(page).inputValue(), 'room for later')
    await session.send('Storage.overrideQuotaForOrigin', { origin: world.server.url })
    await composer(page).press('Enter')
    await log(page).getByText('room for later', { exact: true }).waitFor()
    await context.setOffline(false)
    await areThere(channel, ['room for none', 'room for later'], /^room/)
  })

  it('agrees with its other tabs on drafts and on what is read', async () => {
    const { page, context } = window
    const other = await context.newPage()
    await other.goto(`${world.server.url}/engines/channels/town-square`)
    await composer(other).waitFor()
    await composer(page).fill('half a thought')
    await eventually(() => composer(other).inputValue(), (text) => text === 'half a thought')
    await composer(other).fill('')
    await eventually(() => composer(page).inputValue(), (text) => text === '')
    const offTopic = await world.channel('off-topic')
    await ada.client.run(postsCreate, { channelId: offTopic.id, message: 'Has @bob seen this?' })
    const badge = (tab: Page) => tab.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name: 'Off-Topic' }).getByText('1 mention')
    for (const tab of [page, other]) await badge(tab).waitFor({ state: 'attached' })
    await other.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name: 'Off-Topic' }).click()
    await log(other).getByText('seen this?').waitFor()
    await badge(page).waitFor({ state: 'detached' })
    deepEqual(await bob.client.run(draftsList, { userId: bob.user.id, teamId: world.team.id }), [])
    await other.close()
  })

  it('offers to reload when the server has a newer version', async () => {
    const { page } = window
    await page.evaluate(() => { navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { entry: '/static/newer.js' } })) })
    await page.getByText('A new version of Rookery is here.').waitFor()
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByText('A new version of Rookery is here.').waitFor({ state: 'detached' })
    await composer(page).waitFor()
  })

  it('forgets what others wrote when its session has ended meanwhile, and sends what was written after signing in again', async () => {
    const channel = await world.channel('town-square')
    const { page, context } = window
    await offline(context, page)
    await say(page, 'written without a session')
    await bob.client.run(sessionsRevokeAll, { userId: bob.user.id, exceptCurrent: true })
    await context.setOffline(false)
    await page.getByLabel('Email or username').waitFor()
    await keepsNothing(page, 'Before the tunnel')
    await page.getByLabel('Email or username').fill('bob')
    await page.getByLabel('Password').fill('a tower of rooks 7')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await log(page).waitFor()
    await areThere(channel, ['written without a session'], /without a session/)
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
    deepEqual(left.filter(([name]) => !/^rookery\.(?:locale|sidebar|panel|notifications)/.test(name)), [])
    deepEqual(window.complaints, [])
    await context.close()
  })

  /** The line is dead, and the page knows it: what is written now waits. */
  async function offline(context: BrowserContext, page: Page): Promise<void> {
    await context.setOffline(true)
    await page.reload()
    await composer(page).waitFor()
  }

  async function keepsNothing(page: Page, text: string): Promise<void> {
    equal(await page.evaluate(async (words) => {
      const names = (await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith('rookery.') ? [name] : []))
      for (const name of names) {
        const opening = indexedDB.open(name)
        const database = await new Promise<IDBDatabase>((resolve) => { opening.onsuccess = () => { resolve(opening.result) } })
        for (const store of database.objectStoreNames) {
          const reading = database.transaction(store).objectStore(store).getAll()
          const all = await new Promise<string>((resolve) => { reading.onsuccess = () => { resolve(JSON.stringify(reading.result)) } })
          if (all.includes(words)) return `${name} ${store}`
        }
        database.close()
      }
      return ''
    }, text), '')
  }
})
