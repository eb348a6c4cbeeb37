import { deepEqual, equal } from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { postsListOfChannel, type Channel } from '@rookery/sdk/protocol'
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

  it('offers to reload when the server has a newer version', async () => {
    const { page } = window
    await page.evaluate(() => { navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { entry: '/static/newer.js' } })) })
    await page.getByText('A new version of Rookery is here.').waitFor()
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByText('A new version of Rookery is here.').waitFor({ state: 'detached' })
    await composer(page).waitFor()
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
