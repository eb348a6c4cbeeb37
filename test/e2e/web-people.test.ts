import { deepEqual, equal, match } from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { channelsListOfUser, channelsView, postsCreate, statusesUpdate, threadsMarkAllRead, usersPatch, type Post } from '@rookery/sdk/protocol'
import type { TestWindow } from '../harness/browser.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { createWebWorld, type WebPerson, type WebWorld } from '../harness/web-world.ts'

interface Shown { readonly title: string, readonly body: string, readonly tag: string, isClosed: boolean }

/** Runs in the page: real notifications and tones, which are written down too. */
function watchNotifications(): void {
  const shown: Shown[] = []
  const all: Notification[] = []
  class Watched extends Notification {
    constructor(title: string, options: NotificationOptions = {}) {
      super(title, options)
      const record = { title, body: options.body ?? '', tag: options.tag ?? '', isClosed: false }
      shown.push(record)
      all.push(this)
      this.close = () => {
        record.isClosed = true
        super.close()
      }
    }
  }
  const { start } = OscillatorNode.prototype
  const tones: number[] = []
  OscillatorNode.prototype.start = function (this: OscillatorNode, when: number) {
    tones.push(this.frequency.value)
    start.call(this, when)
  }
  Object.assign(globalThis, { Notification: Watched, shownNotifications: shown, startedTones: tones, clickNotification: () => all.at(-1)?.dispatchEvent(new Event('click')) })
}

describe('people, threads and notifications in the web app', function () {
  this.timeout(180_000)
  let world: WebWorld
  let [ada, bob, carol]: WebPerson[] = []
  let adaWindow: TestWindow
  let bobWindow: TestWindow
  let bobTab: Page
  const person = (name: string): WebPerson => world.people[name] as WebPerson
  const say = async (from: WebPerson | undefined, channelName: string, message: string, rootId = ''): Promise<Post> => {
    const channel = await world.channel(channelName)
    return (from as WebPerson).client.run(postsCreate, { channelId: channel.id, message, rootId, pendingPostId: crypto.randomUUID() })
  }
  const shownOn = (page: Page): Promise<Shown[]> => page.evaluate(() => (globalThis as unknown as { shownNotifications: Shown[] }).shownNotifications)
  const shownToBob = async (): Promise<Shown[]> => [...await shownOn(bobWindow.page), ...await shownOn(bobTab)]
  const tonesToBob = async (): Promise<number> => (await Promise.all([bobWindow.page, bobTab].map((tab) => tab.evaluate(() => (globalThis as unknown as { startedTones: number[] }).startedTones.length)))).reduce((sum, one) => sum + one, 0)
  const bodies = async (): Promise<string[]> => (await shownToBob()).map(({ body }) => body).sort()
  const link = (page: Page, name: string | RegExp): Locator => page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name })
  const heading = (page: Page, name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor()
  const threads = (page: Page): Locator => page.getByRole('list', { name: 'Threads' }).locator('[data-thread]')
  const panel = (page: Page): Locator => page.getByRole('region', { name: 'Thread', exact: true })
  const chooseStatus = async (page: Page, name: string | RegExp, within?: string): Promise<void> => {
    await page.getByRole('button', { name: /Account and status/ }).click()
    if (!within) return page.getByRole('menuitemcheckbox', { name }).click()
    await page.getByRole('menuitem', { name: within }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('menuitem', { name }).press('Enter')
  }

  before(async () => {
    world = await createWebWorld(['ada', 'bob', 'carol'], { carol: 'كارول الخطيب' });
    [ada, bob, carol] = [person('ada'), person('bob'), person('carol')]
    await world.createChannel('Design', ['bob'])
    // Being added counts as a mention.
    const mine = await bob.client.run(channelsListOfUser, { userId: bob.user.id })
    await bob.client.run(channelsView, { userId: bob.user.id, channelIds: mine.map(({ id }) => id) })
    await bob.client.run(usersPatch, { userId: bob.user.id, position: 'Keeper of the engines', timezone: { useAutomaticTimezone: 'false', manualTimezone: 'Asia/Tokyo', automaticTimezone: '' } })
    adaWindow = await ada.openWindow('/engines/channels/town-square')
    bobWindow = await bob.openWindow('/engines/channels/off-topic')
    await bobWindow.context.grantPermissions(['notifications', 'clipboard-read', 'clipboard-write'])
    await bobWindow.context.addInitScript(watchNotifications)
    await bobWindow.page.reload()
    bobTab = await bobWindow.context.newPage()
    await bobTab.goto(`${world.server.url}/engines/channels/off-topic`)
    for (const page of [bobWindow.page, bobTab]) await heading(page, 'Off-Topic')
    await heading(adaWindow.page, 'Town Square')
  })
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return
    await adaWindow?.screenshot('web-people/failed-ada').catch(() => {})
    await bobWindow?.screenshot('web-people/failed-bob').catch(() => {})
  })
  after(async () => { await world?.remove() })

  it('tells of a mention once over all tabs, in the title and the icon, and leads to it', async () => {
    const { page } = bobWindow
    const post = await say(ada, 'design', 'Look **here**, @bob: [the plan](https://example.com/plan)')
    await eventually(bodies, (all) => all.length > 0)
    await link(bobTab, 'Design').getByText('1 mention').waitFor({ state: 'attached' })
    await link(page, 'Design').getByText('1 mention').waitFor({ state: 'attached' })
    deepEqual((await shownToBob()).map(({ title, body, tag }) => ({ title, body, tag })), [{ title: 'ada in Design', body: 'Look here, @bob: the plan', tag: post.id }])
    match(await page.title(), /^\(1\) /)
    equal(await page.locator('link[rel="icon"]').getAttribute('href'), '/icon-mention.svg')
    await bobWindow.screenshot('web-people/mention', { everywhere: 'nightly' })

    const told = (await shownOn(page)).length > 0 ? page : bobTab
    await told.evaluate(() => { (globalThis as unknown as { clickNotification(): void }).clickNotification() })
    await heading(told, 'Design')
    await told.waitForURL((url) => url.hash === `#${post.id}`)
    // It was read: the badge goes in every tab, and the notification with it.
    for (const tab of [page, bobTab]) await link(tab, 'Design').getByText('1 mention').waitFor({ state: 'detached' })
    await eventually(shownToBob, (all) => all.every(({ isClosed }) => isClosed))
    await told.goto(`${world.server.url}/engines/channels/off-topic`)
    await heading(told, 'Off-Topic')
  })

  it('tells by the worker where one keeps the files of the app, and a click leads back to the page', async () => {
    const window = await (carol as WebPerson).openWindow('/engines/channels/off-topic', { keepsFiles: true })
    const { page, context } = window
    await context.grantPermissions(['notifications'])
    await page.reload()
    await heading(page, 'Off-Topic')
    await page.evaluate(async () => { await navigator.serviceWorker.ready })
    const post = await say(ada, 'town-square', 'Over here, @carol')
    const shown = (): Promise<object[]> => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data: data as unknown })))
    deepEqual(await eventually(shown, (all) => all.length > 0), [{ title: 'ada in Town Square', body: 'Over here, @carol', tag: post.id, data: { path: `/engines/pl/${post.id}` } }])
    await context.serviceWorkers()[0]?.evaluate(async () => {
      const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration }
      const [notification] = await registration.getNotifications()
      const Clicked = (globalThis as unknown as { NotificationEvent: new (type: string, init: object) => Event }).NotificationEvent
      dispatchEvent(new Clicked('notificationclick', { notification }))
    })
    await heading(page, 'Town Square')
    await page.waitForURL((url) => url.hash === `#${post.id}`)
    await eventually(shown, (all) => all.length === 0)
    deepEqual(window.complaints, [])
    await window.close()
  })

  it('is silent about what is on the screen, about own posts, and while nobody may disturb; else it chimes once', async () => {
    const { page } = bobWindow
    // Browsers play nothing on a page that nobody has touched.
    for (const tab of [page, bobTab]) await tab.getByRole('heading', { level: 1 }).click()
    const tones = await tonesToBob()
    await eventually(() => page.evaluate(async () => (await navigator.locks.query()).held?.filter(({ name }) => name?.startsWith('rookery.look.')).length), (count) => count === 2)
    const before = await bodies()
    await say(ada, 'off-topic', 'On the screen, @bob')
    await page.getByRole('log').getByText('On the screen').waitFor()
    await chooseStatus(page, 'For 1 hour', 'Do not disturb')
    await bobTab.getByRole('button', { name: /Account and status/ }).locator('.dnd').waitFor()
    await say(ada, 'design', 'Not now, @bob')
    await link(page, 'Design').getByText('1 mention').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: /Account and status/ }).click()
    await page.getByRole('menuitem', { name: /^Do not disturb until/ }).waitFor()
    await bobWindow.screenshot('web-people/status-menu')
    await page.keyboard.press('Escape')
    await chooseStatus(page, 'Online')
    await bobTab.getByRole('button', { name: /Account and status/ }).locator('.online').waitFor()
    await say(bob, 'design', 'I speak of @bob myself')
    await say(ada, 'design', 'Now again, @bob')
    // Posts are told in order: had one of the others been told, it would stand here.
    await eventually(bodies, (all) => all.includes('Now again, @bob'))
    deepEqual(await bodies(), [...before, 'Now again, @bob'].sort())
    equal(await eventually(tonesToBob, (heard) => heard > tones + 1), tones + 2)
  })

  it('has threads in an inbox: unread, opened, marked, left and followed again, by keyboard too', async () => {
    const { page } = adaWindow
    const launch = await say(ada, 'town-square', 'When do we launch the **first** engine?')
    await link(page, 'Threads').click()
    await heading(page, 'Threads')
    await page.getByRole('heading', { name: 'You do not follow any threads yet' }).waitFor()
    await adaWindow.screenshot('web-people/inbox-empty', { everywhere: 'nightly' })
    for (const text of ['On Monday', 'Or on Tuesday', 'Ask @ada']) await say(bob, 'town-square', text, launch.id)
    const tea = await say(carol, 'off-topic', 'شاي أم قهوة؟ @ada')
    await say(ada, 'off-topic', 'Tea', tea.id)
    await say(carol, 'off-topic', 'أنا أيضا', tea.id)
    await eventually(() => threads(page).count(), (count) => count === 2)
    await link(page, /Threads/).getByText('1 mention').waitFor({ state: 'attached' })
    deepEqual((await threads(page).locator('.name').allTextContents()), ['كارول الخطيب', 'ada'])
    await adaWindow.screenshot('web-people/inbox', { everywhere: 'nightly' })
    await adaWindow.checkAccessibility()

    await threads(page).first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await panel(page).getByText('Or on Tuesday').waitFor()
    await adaWindow.screenshot('web-people/inbox-thread', { everywhere: 'nightly' })
    await adaWindow.checkAccessibility()
    await threads(page).nth(1).locator('.new').waitFor({ state: 'detached' })
    await panel(page).getByRole('button', { name: 'Close' }).click()
    await threads(page).nth(1).focus()
    await page.keyboard.press('u')
    await threads(page).nth(1).getByText('1 new').waitFor()
    await threads(page).nth(1).click()
    // Opens where reading ends.
    await panel(page).locator('.unread-line').waitFor()
    await panel(page).getByRole('button', { name: 'Close' }).click()

    await page.getByRole('tab', { name: /^Unread/ }).click()
    await eventually(() => threads(page).locator('.name').allTextContents(), (all) => all.length === 1 && all[0] === 'كارول الخطيب')
    await page.getByRole('button', { name: 'Mark all threads as read' }).click()
    await threads(page).locator('.new').waitFor({ state: 'detached' })
    await page.getByRole('tab', { name: 'All' }).click()
    await eventually(() => threads(page).count(), (count) => count === 2)

    // Time goes by while the inbox is open.
    const late = await adaWindow.context.newPage()
    await late.clock.install()
    await late.goto(page.url())
    await threads(late).first().getByText('this minute').waitFor()
    await late.clock.fastForward('05:00')
    await threads(late).first().getByText('5 minutes ago').waitFor()
    await late.close()

    await threads(page).first().focus()
    await page.keyboard.press('f')
    await eventually(() => threads(page).count(), (count) => count === 1)
    await page.getByRole('button', { name: 'Undo' }).click()
    await eventually(() => threads(page).count(), (count) => count === 2)
  })

  it('keeps a thread unread from where somebody says, and tells when it is not there', async () => {
    const { page } = adaWindow
    await threads(page).nth(1).click()
    const thread = panel(page)
    await thread.getByText('Or on Tuesday').waitFor()
    await thread.getByRole('article').filter({ hasText: 'Or on Tuesday' }).focus()
    await page.keyboard.press('u')
    await thread.locator('.unread-line').waitFor()
    await threads(page).nth(1).getByText('2 new').waitFor()
    await thread.getByRole('button', { name: 'Stop following this thread' }).click()
    await thread.getByRole('button', { name: 'Follow this thread' }).click()
    await thread.getByRole('button', { name: 'Stop following this thread' }).waitFor()
    await thread.getByRole('link', { name: 'Open in Town Square' }).click()
    await heading(page, 'Town Square')
    await page.goto(`${world.server.url}/engines/channels/town-square?thread=aaaaaaaaaaaaaaaaaaaaaaaaaa`)
    await page.getByText('The thread could not be loaded').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await (ada as WebPerson).client.run(threadsMarkAllRead, { userId: (ada as WebPerson).user.id, teamId: world.team.id })
  })

  it('shows who somebody is, live, and how to reach them', async () => {
    const { page } = adaWindow
    await say(bob, 'town-square', 'I am here')
    await page.getByRole('log').getByRole('button', { name: 'bob', exact: true }).last().click()
    const card = page.getByRole('dialog', { name: 'Profile of bob' })
    await card.getByText('Keeper of the engines').waitFor()
    await card.getByText(/9 h ahead of you/).waitFor()
    await card.getByText('bob@example.com').waitFor()
    await card.getByText('Online', { exact: true }).waitFor()
    await (bob as WebPerson).client.run(statusesUpdate, { userId: (bob as WebPerson).user.id, status: 'dnd', dndEndAt: Date.now() + 48 * 3_600_000 })
    // What a clock shows elsewhere is compared with the one that the reader chose.
    await (ada as WebPerson).client.run(usersPatch, { userId: (ada as WebPerson).user.id, timezone: { useAutomaticTimezone: 'false', manualTimezone: 'Asia/Seoul', automaticTimezone: '' } })
    await card.getByText(/9 h ahead of you/).waitFor({ state: 'detached' })
    await card.locator('dd').getByText('Local time').waitFor()
    await page.keyboard.press('Escape')
    await card.waitFor({ state: 'detached' })
    // The focus is where it was.
    await page.keyboard.press('Enter')
    // Not today, so the day is told.
    await card.getByText(/^Do not disturb · until (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? /).waitFor()
    await adaWindow.screenshot('web-people/card')
    await adaWindow.checkAccessibility()
    await card.getByRole('button', { name: 'Add to channel' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add bob to a channel' })
    await dialog.getByRole('combobox').fill('des')
    await dialog.getByRole('option', { name: 'Design' }).waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })

    const phone = await (ada as WebPerson).openWindow('/engines/channels/design', { size: 'phone', theme: 'dark' })
    await phone.page.getByRole('log').getByRole('button', { name: '@bob' }).last().click()
    await phone.page.getByRole('dialog', { name: 'Profile' }).getByText('Keeper of the engines').waitFor()
    await phone.screenshot('web-people/card.phone')
    await phone.checkAccessibility()
    await phone.page.getByRole('button', { name: 'Message' }).click()
    await heading(phone.page, 'bob')
    deepEqual(phone.complaints, [])
    await phone.close()
  })

  it('adds people to channels from their card, and says what the server refuses', async () => {
    const { page } = bobWindow
    await page.goto(`${world.server.url}/engines/channels/off-topic`)
    await page.getByRole('log').getByRole('button', { name: 'كارول الخطيب' }).last().click()
    await page.getByRole('dialog', { name: 'Profile of \u2068كارول الخطيب\u2069' }).getByRole('button', { name: 'Add to channel' }).click()
    const dialog = page.getByRole('dialog', { name: /^Add .* to a channel/ })
    await dialog.getByRole('combobox').fill('design')
    await page.keyboard.press('Enter')
    await page.getByText('\u2068كارول الخطيب\u2069 was added to Design.').waitFor()
    deepEqual([...adaWindow.complaints, ...bobWindow.complaints], [])
  })
})
