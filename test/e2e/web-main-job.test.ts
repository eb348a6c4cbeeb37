import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import type { Locator, Page } from 'playwright-core'
import { createTestBrowser, type TestBrowser, type TestWindow } from '../harness/browser.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const password = 'a tower of rooks 7'

interface Shown { readonly title: string, readonly body: string }

/** Runs in the page: real notifications, which are written down too. */
function watchNotifications(): void {
  const shown: Shown[] = []
  class Watched extends Notification {
    constructor(title: string, options: NotificationOptions = {}) {
      super(title, options)
      shown.push({ title, body: options.body ?? '' })
    }
  }
  Object.assign(globalThis, { Notification: Watched, shownNotifications: shown })
}

/** A sketch as somebody would drag it from a folder. */
async function drawSketch(file: string): Promise<void> {
  const lines = Array.from({ length: 9 }, (_, place) => `<path d="M${40 + place * 90} 360 C ${120 + place * 60} ${280 - place * 18}, ${160 + place * 60} ${140 + place * 12}, ${60 + place * 88} 40" stroke="#c8d3f5" stroke-width="3" fill="none"/>`)
  await writeFile(file, await sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="840" height="400"><rect width="840" height="400" fill="#2b389c"/>${lines.join('')}<circle cx="620" cy="130" r="58" fill="#ffd977"/></svg>`)).png().toBuffer())
}

describe('the main job of the web app', function () {
  this.timeout(90_000)
  let server: ServerProcess
  let browser: TestBrowser
  let folder: string
  let ada: TestWindow
  let bob: TestWindow
  let cleo: TestWindow
  let invitation = ''
  let startedAt = 0
  before(async () => {
    [server, browser, folder] = await Promise.all([createServerProcess(), createTestBrowser(), mkdtemp(path.join(tmpdir(), 'rookery-sketch-'))])
    await Promise.all([server.start(), drawSketch(path.join(folder, 'sketch.png'))]);
    [ada, bob, cleo] = await Promise.all([browser.openWindow(), browser.openWindow(), browser.openWindow({ keepsFiles: true })])
    await bob.context.grantPermissions(['notifications', 'clipboard-read', 'clipboard-write'])
    await bob.context.addInitScript(watchNotifications)
    startedAt = performance.now()
  })
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return
    for (const [name, window] of Object.entries({ ada, bob, cleo })) await window.screenshot(`web/main-job/failed-${name}`).catch(() => {})
  })
  after(async () => {
    await browser?.close()
    await server?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  let step = 0
  const look = (window: TestWindow, name: string): Promise<void> => window.screenshot(`web/main-job/${String(step += 1).padStart(2, '0')}-${name}`, { everywhere: 'always' })
  const join = async ({ page }: TestWindow, name: string): Promise<void> => {
    await page.getByLabel('Email address').fill(`${name}@example.com`)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
  }
  const heading = (page: Page, name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor()
  const field = (page: Page): Locator => page.getByRole('main').getByRole('textbox')
  const log = (page: Page): Locator => page.getByRole('log')
  const row = (page: Page, text: string): Locator => log(page).getByRole('listitem').filter({ has: page.locator('[data-post]') }).filter({ hasText: text })
  const suggestion = (page: Page, text: string): Locator => page.getByRole('option').filter({ hasText: text })
  const link = (page: Page, name: string): Locator => page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name })
  const say = async (page: Page, text: string): Promise<void> => {
    await field(page).fill(text)
    await field(page).press('Enter')
  }
  const everywhere = async (text: string): Promise<void> => { for (const { page } of [ada, bob, cleo]) await row(page, text).waitFor() }
  const dropFile = async ({ page, context }: TestWindow, file: string): Promise<void> => {
    const devtools = await context.newCDPSession(page)
    const place = await field(page).boundingBox() ?? { x: 0, y: 0 }
    const drag = (type: 'dragEnter' | 'dragOver' | 'drop') => devtools.send('Input.dispatchDragEvent', { type, x: place.x + 60, y: place.y - 80, data: { items: [], files: [file], dragOperationsMask: 1 } })
    await drag('dragEnter')
    await drag('dragOver')
    await page.getByText('Drop to attach to your message').waitFor()
    await look(ada, 'drop')
    await drag('drop')
    await devtools.detach()
  }

  it('begins on an empty server: the wizard makes the account and the team, and invites by a link', async () => {
    const { page } = ada
    await page.goto(server.url)
    await heading(page, 'Welcome to Rookery')
    await look(ada, 'welcome')
    await join(ada, 'ada')
    await page.getByLabel('Team name').fill('Analytical Engines')
    await look(ada, 'team')
    await page.getByRole('button', { name: 'Create team' }).click()
    await page.getByRole('button', { name: 'Copy' }).click()
    invitation = await page.evaluate(() => navigator.clipboard.readText())
    match(invitation, /\/signup_user_complete\?id=\w+$/)
    await look(ada, 'invite')
    await page.getByRole('button', { name: 'Open Analytical Engines' }).click()
    await heading(page, 'Town Square')
    await look(ada, 'empty-channel')
  })

  it('lets two more people in, and all three chat within a minute', async () => {
    await Promise.all([bob, cleo].map(async (window, place) => {
      await window.page.goto(invitation)
      await heading(window.page, 'Join Analytical Engines')
      if (window === bob) await look(bob, 'join')
      await join(window, ['bob', 'cleo'][place] ?? '')
      await heading(window.page, 'Town Square')
    }))
    await say(ada.page, 'Good morning! Shall we go through the plan for **Friday**?')
    await row(bob.page, 'Good morning!').waitFor()
    await field(bob.page).pressSequentially('Yes, coffee first :coff')
    await suggestion(bob.page, ':coffee:').first().waitFor()
    await look(bob, 'emoji')
    await field(bob.page).press('Enter')
    await field(bob.page).press('Enter')
    await row(cleo.page, 'coffee first').getByRole('img', { name: ':coffee:' }).waitFor()
    await say(cleo.page, '```ts\nexport const bernoulli = (n: number): number => terms(n).reduce((sum, term) => sum + term, 0)\n```')
    for (const { page } of [ada, bob]) await row(page, 'bernoulli').locator('.hljs-keyword').first().waitFor()
    ok(performance.now() - startedAt < 60_000, 'From an empty server to three people who chat it took more than a minute')
  })

  it('takes a picture by drag and drop', async () => {
    await dropFile(ada, path.join(folder, 'sketch.png'))
    await ada.page.getByRole('listitem').filter({ hasText: 'sketch.png' }).waitFor()
    await say(ada.page, 'A sketch of the curve')
    await Promise.all([bob, cleo].map(({ page }) => page.getByRole('button', { name: 'Open sketch.png' }).waitFor()))
    await look(cleo, 'picture')
  })

  it('answers in a thread, reacts, and edits', async () => {
    await row(bob.page, 'A sketch of the curve').hover()
    await row(bob.page, 'A sketch of the curve').getByRole('button', { name: 'Reply in thread' }).click()
    const thread = bob.page.getByRole('region', { name: 'Thread' })
    await thread.getByRole('textbox').fill('Lovely. Does it hold for **n > 8**?')
    await thread.getByRole('textbox').press('Enter')
    await thread.getByText('Lovely.').waitFor()
    await row(ada.page, 'A sketch of the curve').getByRole('button', { name: /^1 reply/ }).click()
    const answer = ada.page.getByRole('region', { name: 'Thread' })
    await answer.getByText('Lovely.').waitFor()
    await answer.getByRole('textbox').fill('Up to 12, I tried yesterday')
    await answer.getByRole('textbox').press('Enter')
    await thread.getByText('Up to 12').waitFor()
    await look(bob, 'thread')
    await thread.getByRole('button', { name: 'Close' }).click()
    await answer.getByRole('button', { name: 'Close' }).click()

    await row(cleo.page, 'Good morning!').hover()
    await row(cleo.page, 'Good morning!').getByRole('button', { name: 'React with :tada:' }).click()
    await row(bob.page, 'Good morning!').getByRole('button', { name: ':tada:, 1 reaction' }).click()
    await row(ada.page, 'Good morning!').getByRole('button', { name: ':tada:, 2 reactions' }).waitFor()

    await field(ada.page).press('ArrowUp')
    const editor = ada.page.getByRole('textbox', { name: 'Edit message' })
    await editor.fill('A sketch of the curve, second draft')
    await look(ada, 'edit')
    await editor.press('Enter')
    await row(cleo.page, 'second draft').getByText('(edited)').waitFor()
    await look(cleo, 'reaction')
  })

  it('tells of a mention by a badge and a notification of the desktop', async () => {
    await link(bob.page, 'Off-Topic').click()
    await heading(bob.page, 'Off-Topic')
    await field(cleo.page).pressSequentially('Could @b')
    await suggestion(cleo.page, '@bob').waitFor()
    await look(cleo, 'mention')
    await field(cleo.page).press('Enter')
    await field(cleo.page).pressSequentially('check the numbers?')
    await field(cleo.page).press('Enter')
    await link(bob.page, 'Town Square').getByText('1 mention').waitFor({ state: 'attached' })
    const shown = await eventually(() => bob.page.evaluate(() => (globalThis as unknown as { shownNotifications: Shown[] }).shownNotifications), (all) => all.length > 0)
    deepEqual(shown, [{ title: 'cleo in Town Square', body: 'Could @bob check the numbers?' }])
    match(await bob.page.title(), /^\(1\) /)
    await look(bob, 'badge')
    // On a phone the channels are not on the screen: the way to them tells it.
    const { width, height } = bob.page.viewportSize() ?? { width: 0, height: 0 }
    await bob.page.setViewportSize({ width: 390, height: 844 })
    await bob.page.getByRole('button', { name: 'Show channels, 1 mention' }).waitFor()
    await bob.page.locator('.to-sidebar .count').getByText('1', { exact: true }).waitFor()
    await bob.page.setViewportSize({ width, height })
    await link(bob.page, 'Town Square').click()
    await row(bob.page, 'check the numbers?').waitFor()
    await link(bob.page, 'Town Square').getByText('1 mention').waitFor({ state: 'detached' })
  })

  it('lets the admin read what a plugin may do, take it away and give it back', async () => {
    const { page } = ada
    await page.getByRole('button', { name: 'Account and status' }).click()
    await page.getByRole('menuitem', { name: 'Administration' }).click()
    await page.getByRole('link', { name: 'Slash commands' }).click()
    await page.getByRole('region', { name: 'What it may do' }).getByText("A command is done by whoever typed it, with that person's rights.").waitFor()
    await look(ada, 'plugin')
    await page.getByRole('button', { name: 'Disable Slash commands' }).click()
    await page.getByRole('button', { name: 'Enable Slash commands' }).waitFor()
    const told = page.locator('.floating-toast')
    await told.getByText('Slash commands is disabled').waitFor()
    await look(ada, 'plugin-off')
    await field(bob.page).fill('/shrug')
    await bob.page.getByText('Slash commands are off on this server.').waitFor()
    await look(bob, 'commands-off')
    await page.getByRole('button', { name: 'Enable Slash commands' }).click()
    await page.getByRole('button', { name: 'Disable Slash commands' }).waitFor()
    // The later note takes the place of the earlier, whose offer is void.
    await told.getByText('Slash commands is enabled').waitFor()
    equal(await told.count(), 1)
    await page.getByRole('link', { name: 'Back to the conversation' }).click()
    await heading(page, 'Town Square')
  })

  it('sets a status, and runs a command whose arguments are completed', async () => {
    const { page } = ada
    await page.getByRole('button', { name: 'Set a status' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'In a meeting' }).click()
    await look(ada, 'status')
    await page.getByRole('dialog').getByRole('button', { name: 'Set status' }).click()
    await page.getByRole('button', { name: 'Your status: In a meeting' }).waitFor()

    await page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('button', { name: 'Browse channels' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Create channel' }).click()
    await page.getByRole('dialog', { name: 'Create a channel' }).getByLabel('Name', { exact: true }).fill('Proofs')
    await page.getByRole('dialog', { name: 'Create a channel' }).getByRole('button', { name: 'Create channel' }).click()
    await heading(page, 'Proofs')
    await link(page, 'Town Square').click()
    await heading(page, 'Town Square')
    await field(page).pressSequentially('/inv')
    await suggestion(page, '/invite @').first().waitFor()
    await field(page).press('Tab')
    await field(page).pressSequentially('@cl')
    await suggestion(page, '@cleo').waitFor()
    await look(ada, 'command')
    await field(page).press('Enter')
    await field(page).pressSequentially('~pro')
    await suggestion(page, 'Proofs').waitFor()
    await field(page).press('Enter')
    equal(await field(page).inputValue(), '/invite @cleo ~proofs ')
    await field(page).press('Enter')
    await log(page).getByText('Added to Proofs: @cleo.').waitFor()
    await link(cleo.page, 'Proofs').waitFor()
    await look(ada, 'command-done')
  })

  it('keeps what is written offline, through a reload, and sends it once and in order', async () => {
    const { page, context } = cleo
    const written = (where: Page): Promise<string[]> => log(where).locator('[data-post] p').allTextContents()
    const texts = ['On the train', 'There is no network in the tunnel', 'More when I am there']
    await link(page, 'Town Square').click()
    await eventually(() => page.evaluate(() => navigator.serviceWorker.controller !== null), Boolean, 60_000)
    await context.setOffline(true)
    for (const text of texts) await say(page, text)
    await log(page).getByText('More when I am there').waitFor()
    await page.getByText('No connection. What you write').waitFor()
    await look(cleo, 'offline')
    // Nobody else can have it: the server has not heard of it, and the page that wrote it is gone.
    await page.reload()
    await log(page).getByText('More when I am there').waitFor()
    await page.getByText('No connection. What you write').waitFor()
    deepEqual((await written(ada.page)).filter((text) => texts.includes(text)), [])
    await look(cleo, 'offline-reloaded')
    await context.setOffline(false)
    await log(page).getByText('Sending').first().waitFor({ state: 'detached' })
    await page.getByText('No connection. What you write').waitFor({ state: 'detached' })
    await everywhere('More when I am there')
    for (const window of [ada, bob, cleo]) {
      await eventually(() => written(window.page), (all) => all.some((text) => text === 'More when I am there'))
      deepEqual((await written(window.page)).filter((text) => texts.includes(text)), texts)
    }
    await look(cleo, 'back-online')
    await look(ada, 'back')
  })

  it('complained of nothing', () => {
    deepEqual([...ada.complaints, ...bob.complaints, ...cleo.complaints], [])
  })
})
