import { deepEqual, equal, match } from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { createTestBrowser, type TestBrowser, type TestWindow } from '../harness/browser.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const password = 'a tower of rooks 7'

describe('the web app', function () {
  this.timeout(120_000)
  let server: ServerProcess
  let browser: TestBrowser
  let ada: TestWindow
  let bob: TestWindow
  before(async () => {
    [server, browser] = await Promise.all([createServerProcess({ isOnTestDatabase: true }), createTestBrowser()])
    await server.start()
    ada = await browser.openWindow()
    bob = await browser.openWindow()
  })
  after(async () => {
    await browser?.close()
    await server?.remove()
  })

  const signUp = async (page: Page, name: string): Promise<void> => {
    await page.getByLabel('Email address').fill(`${name}@example.com`)
    await page.getByLabel('Username').fill(name)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
  }
  const say = async (page: Page, text: string): Promise<void> => {
    const composer = page.getByRole('main').getByRole('textbox')
    await composer.fill(text)
    await composer.press('Enter')
  }
  const messages = (page: Page): Promise<string[]> => page.getByRole('log').locator('article p').allTextContents()
  const channelLink = (page: Page, name: string) => page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name })

  it('makes the first account and the first team', async () => {
    const { page } = ada
    await page.goto(server.url)
    await page.getByRole('heading', { name: 'Welcome to Rookery' }).waitFor()
    await ada.checkAccessibility()
    await ada.screenshot('web/first-account', { everywhere: 'nightly' })
    await signUp(page, 'ada')
    await page.getByLabel('Team name').fill('Engines')
    await ada.screenshot('web/first-team', { everywhere: 'nightly' })
    await page.getByRole('button', { name: 'Create team' }).click()
    await page.getByRole('button', { name: 'Open Engines' }).click()
    await page.getByRole('heading', { name: 'Town Square' }).waitFor()
    equal(new URL(page.url()).pathname, '/engines/channels/town-square')
  })

  it('lets a second person join by invitation, and both chat', async () => {
    await ada.page.getByRole('button', { name: 'Engines' }).click()
    await ada.page.getByRole('menuitem', { name: 'Copy invitation link' }).click()
    const invitation = await ada.page.evaluate(() => navigator.clipboard.readText())
    match(invitation, /\/signup_user_complete\?id=\w+$/)
    await bob.page.goto(invitation)
    await bob.page.getByRole('heading', { name: 'Join Engines' }).waitFor()
    await signUp(bob.page, 'bob')
    await bob.page.getByRole('heading', { name: 'Town Square' }).waitFor()

    await say(ada.page, 'Hello Bob, مرحبا 👋')
    await bob.page.getByRole('log').getByText('Hello Bob, مرحبا 👋').waitFor()
    await say(bob.page, 'Hello Ada')
    await ada.page.getByRole('log').getByText('Hello Ada').waitFor()
  })

  it('shows a mention as a badge, which goes when the channel is opened', async () => {
    await channelLink(bob.page, 'Off-Topic').click()
    await bob.page.getByRole('heading', { name: 'Off-Topic' }).waitFor()
    await say(ada.page, 'What does @bob think?')
    const link = channelLink(bob.page, 'Town Square')
    await link.getByText('1 mention').waitFor({ state: 'attached' })
    await bob.screenshot('web/mention-badge', { everywhere: 'nightly' })
    match(await bob.page.title(), /^\(1\) /)
    await link.click()
    await bob.page.getByRole('log').getByText('What does @bob think?').waitFor()
    await link.getByText('1 mention').waitFor({ state: 'detached' })
  })

  it('answers in a thread', async () => {
    await ada.page.getByRole('listitem').filter({ hasText: 'Hello Ada' }).hover()
    await ada.page.getByRole('listitem').filter({ hasText: 'Hello Ada' }).getByRole('button', { name: 'Reply in thread' }).click()
    const thread = ada.page.getByRole('region', { name: 'Thread' })
    await thread.getByRole('textbox').fill('And good morning')
    await thread.getByRole('textbox').press('Enter')
    await thread.getByText('And good morning').waitFor()
    await bob.page.getByRole('button', { name: /^1 reply/ }).waitFor()
    await ada.screenshot('web/thread', { everywhere: 'nightly' })
    await ada.checkAccessibility()
    await thread.getByRole('button', { name: 'Close' }).click()
  })

  it('keeps what was written offline through a reload, and sends it once and in order', async () => {
    const { page, context } = bob
    // What is on the screen is kept a moment after it changed.
    await eventually(() => page.evaluate(async () => {
      const [{ name = '' } = {}] = await indexedDB.databases()
      const opening = indexedDB.open(name)
      const database = await new Promise<IDBDatabase>((resolve) => { opening.onsuccess = () => { resolve(opening.result) } })
      const reading = database.transaction('snapshot').objectStore('snapshot').get('screen')
      const text = await new Promise<string>((resolve) => { reading.onsuccess = () => { resolve(JSON.stringify(reading.result ?? '')) } })
      database.close()
      return text.includes('What does @bob think?')
    }), Boolean)
    // The files of the app are there, the server behind them is not.
    await context.route('**/api/v1/**', (route) => route.abort())
    await context.routeWebSocket('**/api/v1/socket*', (socket) => socket.close())
    await page.reload()
    await page.getByRole('log').getByText('What does @bob think?').waitFor()
    for (const text of ['first', 'second', 'third']) await say(page, text)
    await page.getByRole('log').getByText('third').waitFor()
    await bob.screenshot('web/offline', { everywhere: 'nightly' })
    await page.reload()
    await page.getByRole('log').getByText('third').waitFor()
    await context.unrouteAll()
    await page.reload()
    await page.getByText('Sending').first().waitFor({ state: 'detached' })
    await ada.page.getByRole('log').getByText('third').waitFor()
    for (const window of [ada, bob]) deepEqual((await messages(window.page)).filter((text) => /^(first|second|third)$/.test(text)), ['first', 'second', 'third'])
  })

  it('has nothing to complain of', async () => {
    await ada.screenshot('web/channel', { everywhere: 'nightly' })
    await ada.checkAccessibility()
    deepEqual([...ada.complaints, ...bob.complaints], [])
  })
})
