import { deepEqual, equal } from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import {
  channelMembersSetSchemeRoles, channelsArchive, channelsView, postsCreate, preferencesSave, statusesUpdate, teamMembersSetSchemeRoles, usersPatch, usersSetActive, usersSetRoles, type Channel, type Post,
} from '@rookery/sdk/protocol'
import type { TestWindow } from '../harness/browser.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { createWebWorld, type WebPerson, type WebWorld } from '../harness/web-world.ts'

describe('what people may do and how they want it, in the web app', function () {
  this.timeout(180_000)
  let world: WebWorld
  let [ada, bob, carol]: WebPerson[] = []
  let window: TestWindow
  let page: Page
  let design: Channel
  const all: TestWindow[] = []
  const person = (name: string): WebPerson => world.people[name] as WebPerson
  const open = async (who: WebPerson, address: string): Promise<TestWindow> => {
    const opened = await who.openWindow(address)
    all.push(opened)
    return opened
  }
  const say = (who: WebPerson | undefined, channel: Channel, message: string): Promise<Post> => (who as WebPerson).client.run(postsCreate, { channelId: channel.id, message, pendingPostId: crypto.randomUUID() })
  const prefer = (who: WebPerson | undefined, category: string, name: string, value: string): Promise<unknown> =>
    (who as WebPerson).client.run(preferencesSave, { userId: (who as WebPerson).user.id, preferences: [{ category, name, value }] })
  const message = (id: string): Locator => page.locator('.message').filter({ has: page.locator(`[data-post="${id}"]`) })
  const sidebar = (): Locator => page.getByRole('navigation', { name: 'Channels and messages' })
  const heading = (name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor()
  /** What the menu of a message, a channel, a person or the team offers. */
  const offered = async (press: () => Promise<void>): Promise<string[]> => {
    await press()
    await page.getByRole('menu').waitFor()
    const names = await page.getByRole('menuitem').evaluateAll((items) => items.map((item) => item.querySelector('.label')?.textContent ?? ''))
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    return names.map((name) => name.trim())
  }
  const ofMessage = (id: string): Promise<string[]> => offered(async () => {
    await message(id).hover()
    await message(id).getByRole('button', { name: 'More' }).click()
  })
  const holds = (names: readonly string[], wanted: readonly string[]): string[] => wanted.filter((word) => names.some((name) => name.startsWith(word)))

  before(async () => {
    world = await createWebWorld(['ada', 'bob', 'carol']);
    [ada, bob, carol] = [person('ada'), person('bob'), person('carol')]
    design = await world.createChannel('Design', ['bob', 'carol'], { purpose: 'How things look' })
    window = await open(bob, '/engines/channels/design')
    page = window.page
    await heading('Design')
  })
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') for (const [place, each] of all.entries()) await each.screenshot(`web-rights/failed-${place}`).catch(() => {})
  })
  after(async () => { await world?.remove() })

  it('offers to members what is theirs, to admins of the channel and the team more, and takes it back at once', async () => {
    const hers = await say(carol, design, 'The walls are blue')
    const his = await say(bob, design, 'And the doors green')
    await message(his.id).waitFor()
    const deeds = ['Edit', 'Pin', 'Delete']
    await eventually(() => ofMessage(his.id), (names) => holds(names, deeds).length === 3)
    deepEqual(holds(await ofMessage(hers.id), deeds), ['Pin'])
    const ofChannel = (): Promise<string[]> => offered(() => page.getByRole('button', { name: 'Design', exact: true }).click())
    deepEqual(holds(await ofChannel(), ['Edit channel', 'Add people', 'Make private', 'Archive']), ['Edit channel', 'Add people', 'Archive'])
    await page.getByRole('button', { name: /^\d+ members?$/ }).click()
    const ofCarol = (): Promise<string[]> => offered(() => page.getByRole('button', { name: 'Options of carol' }).click())
    deepEqual(holds(await ofCarol(), ['Send message', 'Make channel admin', 'Remove from channel']), ['Send message', 'Remove from channel'])
    deepEqual(holds(await offered(() => page.getByRole('button', { name: 'Engines', exact: true }).click()), ['Members', 'Team settings']), ['Members'])

    const appoint = (isAdmin: boolean): Promise<unknown> => (ada as WebPerson).client.run(channelMembersSetSchemeRoles, { channelId: design.id, userId: (bob as WebPerson).user.id, isAdmin })
    await appoint(true)
    await eventually(ofCarol, (names) => names.includes('Make channel admin'))
    await window.screenshot('web-rights/channel-admin', { everywhere: 'nightly' })
    const ofTeam = (isAdmin: boolean): Promise<unknown> => (ada as WebPerson).client.run(teamMembersSetSchemeRoles, { teamId: world.team.id, userId: (bob as WebPerson).user.id, isAdmin })
    await ofTeam(true)
    await eventually(() => ofMessage(hers.id), (names) => holds(names, deeds).length >= 2 && names.some((name) => name.startsWith('Delete')))
    await eventually(ofChannel, (names) => names.some((name) => name.startsWith('Make private')))
    await message(hers.id).hover()
    await message(hers.id).getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await message(hers.id).waitFor({ state: 'detached' })

    // The settings and the people of the team are theirs too.
    await page.getByRole('button', { name: 'Engines', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Team settings' }).click()
    await page.getByRole('dialog').getByLabel('What the team is for').fill('Engines of all kinds')
    await window.screenshot('web-rights/team-settings', { everywhere: 'nightly' })
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Engines', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Members', exact: true }).click()
    const people = page.getByRole('dialog', { name: 'Members of Engines' })
    await people.getByRole('button', { name: 'Options of carol' }).click()
    await page.getByRole('menuitem', { name: 'Make team admin' }).click()
    await people.getByRole('listitem').filter({ hasText: 'carol' }).getByText('Admin').waitFor()
    await window.screenshot('web-rights/team-members', { everywhere: 'nightly' })
    await page.keyboard.press('Escape')

    await Promise.all([appoint(false), ofTeam(false)])
    const next = await say(carol, design, 'What else?')
    await eventually(() => ofMessage(next.id), (names) => names.length > 0 && !names.some((name) => name.startsWith('Delete')))
    await eventually(ofCarol, (names) => !names.includes('Make channel admin'))
    await eventually(() => offered(() => page.getByRole('button', { name: 'Engines', exact: true }).click()), (names) => holds(names, ['Members', 'Team settings']).join() === 'Members')
    // Whoever administers the server loses all of it with the role.
    await (ada as WebPerson).client.run(usersSetRoles, { userId: (bob as WebPerson).user.id, roles: 'system_user system_admin' })
    await eventually(() => ofMessage(next.id), (names) => names.some((name) => name.startsWith('Delete')))
    await (ada as WebPerson).client.run(usersSetRoles, { userId: (bob as WebPerson).user.id, roles: 'system_user' })
    await eventually(() => ofMessage(next.id), (names) => names.length > 0 && !names.some((name) => name.startsWith('Delete')))
  })

  it('changes nothing any more in an archived channel', async () => {
    const old = await world.createChannel('Old plans', ['bob'])
    const post = await say(bob, old, 'Once upon a time')
    await page.goto(`${world.server.url}/engines/channels/old-plans`)
    await message(post.id).waitFor()
    await (ada as WebPerson).client.run(channelsArchive, { channelId: old.id })
    await eventually(() => ofMessage(post.id), (names) => names.length > 0 && holds(names, ['Edit', 'Pin', 'Delete']).length === 0)
    equal(await page.getByRole('main').getByRole('textbox').count(), 0)
  })

  it('shows who comes and goes among those on the screen, at once', async () => {
    await page.goto(`${world.server.url}/engines/messages/@carol`)
    await heading('carol')
    const carols = page.getByRole('main').getByRole('button', { name: 'carol' })
    for (const status of ['dnd', 'away', 'online'] as const) {
      await (carol as WebPerson).client.run(statusesUpdate, { userId: (carol as WebPerson).user.id, status })
      await carols.locator(`.${status}`).waitFor()
      await sidebar().getByRole('link', { name: 'carol' }).locator(`.${status}`).waitFor()
    }
  })

  it('shows messages as their reader wants them', async () => {
    const him = (bob as WebPerson).user.id
    await page.goto(`${world.server.url}/engines/channels/design`)
    // At the newest, before there are more.
    await page.getByRole('log').getByRole('article').first().waitFor()
    const latest = page.getByRole('button', { name: 'Jump to latest' })
    if (await latest.isVisible()) await latest.click()
    await message((await say(bob, design, 'Look here')).id).waitFor()
    const first = await say(carol, design, `With a picture: ![a square](${world.server.url}/icon.svg)`)
    const link = await say(carol, design, `As said: ${world.server.url}/engines/pl/${first.id}`)
    const picture = message(first.id).locator('.inline-image img')
    await picture.waitFor()
    await message(link.id).getByRole('link', { name: 'Go to message' }).or(message(link.id).locator('.preview')).first().waitFor()
    await prefer(bob, 'display_settings', 'collapse_previews', 'true')
    await picture.waitFor({ state: 'detached' })
    await message(first.id).getByRole('button', { name: 'a square', expanded: false }).click()
    await picture.waitFor()
    await prefer(bob, 'display_settings', 'link_previews', 'false')
    await message(link.id).locator('.preview').waitFor({ state: 'detached' })
    await message(link.id).getByRole('button', { name: /Preview/ }).waitFor({ state: 'detached' })

    const face = message(first.id).locator('.face')
    await face.waitFor()
    await prefer(bob, 'display_settings', 'message_display', 'compact')
    await face.waitFor({ state: 'hidden' })
    await window.screenshot('web-rights/compact', { everywhere: 'nightly' })
    await prefer(bob, 'display_settings', 'message_display', 'clean')
    await face.waitFor()
    await page.setViewportSize({ width: 2000, height: 900 })
    const wide = (await message(first.id).boundingBox())?.width ?? 0
    await prefer(bob, 'display_settings', 'channel_display_mode', 'centered')
    await eventually(async () => (await message(first.id).boundingBox())?.width ?? 0, (width) => width < wide)
    await window.screenshot('web-rights/centred')
    await prefer(bob, 'display_settings', 'channel_display_mode', 'full')
    await page.setViewportSize({ width: 1440, height: 900 })

    // The clock, the day and the names of whoever reads.
    const time = message(first.id).locator('time')
    const zones = { useAutomaticTimezone: 'false', automaticTimezone: '' }
    await prefer(bob, 'display_settings', 'use_military_time', 'true')
    await (bob as WebPerson).client.run(usersPatch, { userId: him, timezone: { ...zones, manualTimezone: 'Pacific/Kiritimati' } })
    const there = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en', { timeZone: 'Pacific/Kiritimati', ...options }).format(first.createAt)
    await eventually(() => time.textContent(), (text) => text === there({ hour: 'numeric', minute: '2-digit', hourCycle: 'h23' }))
    const days = (): Promise<string[]> => page.getByRole('log').locator('.line').allTextContents()
    await eventually(days, (lines) => lines.some((line) => line.includes('Today')))
    await (carol as WebPerson).client.run(usersPatch, { userId: (carol as WebPerson).user.id, firstName: 'Carol', lastName: 'Danvers', nickname: 'Caz' })
    const name = message(first.id).locator('.name')
    for (const [format, shown] of [['full_name', 'Carol Danvers'], ['nickname_full_name', 'Caz'], ['username', 'carol']] as const) {
      await prefer(bob, 'display_settings', 'name_format', format)
      await eventually(() => name.first().textContent(), (text) => text === shown)
    }
  })

  it('sends and breaks lines by the key that was chosen', async () => {
    const field = page.getByRole('main').getByRole('textbox')
    const press = async (text: string, key: string): Promise<string> => {
      await field.fill(text)
      await field.press(key)
      const left = await field.inputValue()
      await field.fill('')
      return left
    }
    equal(await press('```\ncode', 'Enter'), '```\ncode\n')
    await prefer(bob, 'advanced_settings', 'code_block_ctrl_enter', 'false')
    await eventually(() => press('```\ncode', 'Enter'), (left) => left === '')
    await prefer(bob, 'advanced_settings', 'send_on_ctrl_enter', 'true')
    await eventually(() => press('words', 'Enter'), (left) => left === 'words\n')
    equal(await press('sent by both keys', 'Control+Enter'), '')
    await page.getByRole('log').getByText('sent by both keys').waitFor()
    await prefer(bob, 'advanced_settings', 'send_on_ctrl_enter', 'false')
  })

  it('has a section for what is unread, as many conversations as wanted, and rows that move by keys', async () => {
    const loud = await world.createChannel('Loud', ['bob', 'carol'])
    const link = (name: string): Locator => sidebar().getByRole('link', { name })
    const section = (name: string): Locator => sidebar().locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) })
    await link('Loud').waitFor()
    await (bob as WebPerson).client.run(channelsView, { userId: (bob as WebPerson).user.id, channelIds: [loud.id] })
    await prefer(bob, 'sidebar_settings', 'show_unread_section', 'true')
    await say(carol, loud, 'Hear me')
    await section('Unread').getByRole('link', { name: 'Loud' }).waitFor()
    equal(await section('Channels').getByRole('link', { name: 'Loud' }).count(), 0)
    await link('Loud').click()
    await heading('Loud')
    // What is being read stays where it was pressed.
    await section('Unread').getByRole('link', { name: 'Loud' }).waitFor()
    await window.screenshot('web-rights/unread-section', { everywhere: 'nightly' })
    await link('Design').click()
    await heading('Design')
    await section('Channels').getByRole('link', { name: 'Loud' }).waitFor()
    await prefer(bob, 'sidebar_settings', 'show_unread_section', 'false')

    const names = (): Promise<string[]> => section('Channels').locator('li bdi').allTextContents()
    const before = await names()
    await link('Loud').focus()
    await page.keyboard.press('Control+Shift+ArrowUp')
    const moved = before.indexOf('Loud') - 1
    await eventually(names, (now) => now.indexOf('Loud') === moved)
    await eventually(() => page.evaluate(() => document.activeElement?.textContent ?? ''), (text) => text.includes('Loud'))
  })

  it('sends whoever is deactivated to the entry at once', async () => {
    const hers = await open(carol as WebPerson, '/engines/channels/town-square')
    await hers.page.getByRole('heading', { level: 1, name: 'Town Square' }).waitFor()
    await (ada as WebPerson).client.run(usersSetActive, { userId: (carol as WebPerson).user.id, isActive: false })
    await hers.page.getByRole('button', { name: 'Sign in' }).waitFor()
  })

  it('has nothing to complain of', () => {
    for (const { complaints } of all) deepEqual(complaints, [])
  })
})
