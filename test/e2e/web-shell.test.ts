import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { categoriesList, channelMembersGet, channelsGet, channelsGetByName, filesUpload, postsCreate, postsSetPinned, preferencesSave, teamMembersAdd, teamsCreate, usersPatch } from '@rookery/sdk/protocol'
import type { TestWindow } from '../harness/browser.ts'
import { thinkBetter } from '../harness/think-better.ts'
import { createWebWorld, type WebPerson, type WebWorld } from '../harness/web-world.ts'

describe('the shell of the web app', function () {
  this.timeout(180_000)
  let world: WebWorld
  let ada: TestWindow
  let adaPerson: WebPerson
  let bobPerson: WebPerson
  const all: TestWindow[] = []
  const open = async (person: WebPerson, address?: string, options?: Parameters<WebPerson['openWindow']>[1]): Promise<TestWindow> => {
    const window = await person.openWindow(address, options)
    all.push(window)
    return window
  }
  const person = (name: string): WebPerson => world.people[name] as WebPerson
  const say = (from: WebPerson, channelId: string, message: string, more: { fileIds?: string[] } = {}) => from.client.run(postsCreate, { channelId, message, pendingPostId: crypto.randomUUID(), ...more })

  const sidebar = (page: Page): Locator => page.getByRole('navigation', { name: 'Channels and messages' })
  const link = (page: Page, name: string): Locator => sidebar(page).getByRole('link', { name })
  const section = (page: Page, name: string): Locator => sidebar(page).locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) })
  const heading = (page: Page, name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor()
  const inSection = (page: Page, name: string): Promise<string[]> => section(page, name).locator('li bdi').allTextContents()
  const menuItem = (page: Page, name: string | RegExp): Locator => page.getByRole('menuitem', { name }).or(page.getByRole('menuitemcheckbox', { name }))
  const until = async (look: () => Promise<boolean>, what: string): Promise<void> => {
    for (let tries = 0; tries < 100; tries += 1) {
      if (await look()) return
      await ada.page.waitForTimeout(50)
    }
    throw new Error(`It never came about: ${what}`)
  }

  before(async () => {
    world = await createWebWorld(['ada', 'bob', 'carol', 'nadia'], { nadia: 'نادية الخطيب', carol: 'Carol Danvers-Featherstonehaugh' })
    adaPerson = person('ada')
    bobPerson = person('bob')
    for (const [name, changes] of [
      ['Design', { purpose: 'How things look', header: 'Drafts are in https://example.com/drafts' }], ['Development', {}], ['Support', {}], ['製品開発部', { name: 'seihin' }],
    ] as const) await world.createChannel(name, ['bob', 'carol'], changes)
    await world.createChannel('Board', ['bob'], { type: 'P' })
    ada = await open(adaPerson, '/engines/channels/town-square')
    await heading(ada.page, 'Town Square')
  })
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') for (const [place, window] of all.entries()) await window.screenshot(`web-shell/failed-${place}`).catch(() => {})
  })
  after(async () => { await world?.remove() })

  it('keeps channels in categories: made, sorted and moved by keyboard and pointer, in every tab', async () => {
    const { page } = ada
    const other = await open(adaPerson, '/engines/channels/off-topic')
    // By keyboard alone: the menu of a channel, from it a category of its own.
    await link(page, 'Design').focus()
    await page.keyboard.press('Shift+F10')
    await menuItem(page, 'Move to').focus()
    await page.keyboard.press('ArrowRight')
    await menuItem(page, 'New category').press('Enter')
    await page.getByRole('dialog').getByLabel('Name').fill('Making')
    await page.keyboard.press('Enter')
    await section(page, 'Making').waitFor()
    deepEqual(await inSection(page, 'Making'), ['Making', 'Design'].slice(1))
    await section(other.page, 'Making').getByRole('link', { name: 'Design' }).waitFor()

    await link(page, 'Development').dragTo(link(page, 'Design'), { targetPosition: { x: 40, y: 2 } })
    await until(async () => (await inSection(page, 'Making')).join() === 'Development,Design', `the channel that was drawn is above`)
    await until(async () => (await inSection(other.page, 'Making')).join() === 'Development,Design', 'the other tab agrees')
    const stored = await adaPerson.client.run(categoriesList, { userId: adaPerson.user.id, teamId: world.team.id })
    equal(stored.categories.find(({ displayName }) => displayName === 'Making')?.sorting, 'manual')

    // Favourites stand where they are, and nothing else moved.
    await link(page, 'Support').click({ button: 'right' })
    await menuItem(page, 'Add to favorites').waitFor()
    await ada.screenshot('web-shell/channel-menu')
    await menuItem(page, 'Add to favorites').click()
    await section(page, 'Favorites').getByRole('link', { name: 'Support' }).waitFor()
    await ada.screenshot('web-shell/sidebar', { everywhere: 'nightly' })

    // What is unread stays on the screen in a category that is closed.
    const { id } = await world.channel('design')
    await say(bobPerson, id, 'Have a look at this')
    await section(page, 'Making').getByRole('link', { name: /Design.*unread/ }).waitFor()
    await section(page, 'Making').getByRole('button', { name: 'Making', exact: true }).click()
    await until(async () => (await inSection(page, 'Making')).join() === 'Design', 'only what is unread is shown')
    await link(page, 'Design').click({ button: 'right' })
    await menuItem(page, /^Mark as read/).click()
    await section(page, 'Making').getByRole('link').waitFor({ state: 'detached' })
    await section(page, 'Making').getByRole('button', { name: 'Options of Making' }).click()
    await menuItem(page, 'Rename category').click()
    await page.getByRole('dialog').getByLabel('Name').fill('Making things')
    await page.keyboard.press('Enter')
    await section(other.page, 'Making things').waitFor()
    await section(page, 'Making things').getByRole('button', { name: 'Options of Making things' }).click()
    await menuItem(page, 'Delete category').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete category' }).click()
    await section(page, 'Channels').getByRole('link', { name: 'Design' }).waitFor()
    await other.close()
    await ada.checkAccessibility()
  })

  it('mutes, shows what is unread alone, and tells of more beyond the edge', async () => {
    const { page } = ada
    for (let number = 1; number <= 30; number += 1) await world.createChannel(`Room ${number}`, ['bob'], { name: `room-${number}` })
    await link(page, 'Room 30').waitFor()
    await say(bobPerson, (await world.channel('room-29')).id, 'Is @ada here?')
    await sidebar(page).getByRole('button', { name: 'More unread' }).waitFor()
    await ada.screenshot('web-shell/more-unread')
    await sidebar(page).getByRole('button', { name: 'Show unread only' }).click()
    await until(async () => (await sidebar(page).locator('li bdi').allTextContents()).join() === 'Room 29,Town Square', 'only the unread and the open channel')
    await page.keyboard.press('Alt+Shift+ArrowDown')
    await heading(page, 'Room 29')
    await sidebar(page).getByRole('button', { name: 'Show all channels' }).first().click()
    // A muted channel is bold no more.
    await link(page, 'Room 1').first().click({ button: 'right' })
    await menuItem(page, 'Mute').click()
    await sidebar(page).getByRole('link', { name: 'Room 1 muted', exact: true }).waitFor()
    // What is told of replies is chosen for itself.
    await link(page, 'Room 3').first().click({ button: 'right' })
    await menuItem(page, 'Notification settings').click()
    await page.getByRole('dialog').getByRole('group', { name: 'In threads I follow' }).getByLabel('Mentions only').check()
    await until(async () => (await adaPerson.client.run(channelMembersGet, { channelId: (await world.channel('room-3')).id, userId: adaPerson.user.id })).notifyProps['desktop_threads'] === 'mention', 'the level of replies is kept')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await say(bobPerson, (await world.channel('room-1')).id, 'Nothing of importance')
    await say(bobPerson, (await world.channel('room-2')).id, 'Something')
    await sidebar(page).getByRole('link', { name: 'Room 2 unread', exact: true }).waitFor()
    equal(await sidebar(page).getByRole('link', { name: /^Room 1 .*unread/ }).count(), 0)
    await page.keyboard.press('Shift+Escape')
    await sidebar(page).getByRole('link', { name: /unread/ }).first().waitFor({ state: 'detached' })
  })

  it('goes anywhere by a few letters, and does anything by its name', async () => {
    const { page } = ada
    const choose = async (text: string): Promise<void> => {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Go to channel' }).fill(text)
    }
    // Whoever thinks better of it before it is there does not get it.
    await thinkBetter(page, 'quick-switcher', async () => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('dvl')
    })
    // Who types on at once means the switcher.
    await page.keyboard.press('Control+k')
    await page.keyboard.type('dvl')
    await page.getByRole('option', { name: 'Development' }).waitFor()
    await page.keyboard.press('Enter')
    await heading(page, 'Development')
    await choose('開発')
    await page.getByRole('option', { name: '製品開発部' }).waitFor()
    await page.keyboard.press('Enter')
    await heading(page, '製品開発部')
    await choose('نادي')
    await page.getByRole('option', { name: /نادية الخطيب/ }).waitFor()
    await page.keyboard.press('Enter')
    await heading(page, 'نادية الخطيب')
    await choose('zzzz qqqq')
    await page.getByText('Nothing found for “zzzz qqqq”').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('option').first().waitFor()
    await ada.screenshot('web-shell/switcher', { everywhere: 'nightly' })
    await ada.checkAccessibility()
    // What begins so is an action.
    await page.getByRole('combobox').fill('>')
    await page.getByRole('combobox', { name: 'All actions' }).fill('saved')
    await ada.screenshot('web-shell/palette', { everywhere: 'nightly' })
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Saved messages' }).getByText('Nothing is saved').waitFor()
    await page.keyboard.press('Control+.')
    await page.getByRole('region', { name: 'Saved messages' }).waitFor({ state: 'detached' })
    await page.keyboard.press('Control+/')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Ctrl+Shift+P').waitFor()
    await ada.screenshot('web-shell/shortcuts', { everywhere: 'nightly' })
    await ada.checkAccessibility()
    await page.keyboard.press('Escape')
    await link(page, 'Development').click()
    await heading(page, 'Development')
    await page.keyboard.press('Alt+ArrowUp')
    await heading(page, 'Design')
    await page.keyboard.press('Alt+ArrowDown')
    await heading(page, 'Development')
    for (const region of ['Channels and messages', 'Teams']) {
      await page.keyboard.press('Shift+F6')
      ok(await page.getByRole('navigation', { name: region }).evaluate((element) => element.contains(document.activeElement)), region)
    }
  })

  it('knows by its name whatever a menu offers', async () => {
    const { page } = ada
    await link(page, 'Design').click()
    await heading(page, 'Design')
    await page.getByRole('main').getByRole('textbox').fill('A line of my own')
    await page.getByRole('main').getByRole('textbox').press('Enter')
    const own = page.getByRole('log').locator('article').filter({ hasText: 'A line of my own' })
    await own.waitFor()
    const palette = page.getByRole('combobox', { name: 'All actions' })
    const labels = async (): Promise<string[]> => {
      await page.locator('.floating-menu').first().waitFor()
      const told = await page.locator('.floating-menu [role^="menuitem"]:not([data-disabled])').evaluateAll((items) => items.map((item) => `${item.querySelector('.label')?.textContent.trim()}${item.hasAttribute('aria-haspopup') ? ': ' : ''}`))
      await page.keyboard.press('Escape')
      await page.locator('.floating-menu').waitFor({ state: 'detached' })
      return told
    }
    const offered = new Set<string>()
    const openers: readonly (() => Promise<void>)[] = [
      () => page.getByRole('button', { name: 'Design', exact: true }).click(),
      () => page.getByRole('button', { name: 'Engines', exact: true }).click(),
      () => page.getByRole('button', { name: 'Account and status' }).click(),
      () => section(page, 'Channels').getByRole('button', { name: 'Options of Channels' }).click(),
      () => link(page, 'Design').click({ button: 'right' }),
      () => page.getByRole('navigation', { name: 'Teams' }).getByRole('link', { name: 'Engines' }).click({ button: 'right' }),
      async () => {
        await own.focus()
        await own.locator('xpath=..').getByRole('button', { name: 'More actions' }).click()
      },
    ]
    for (const opener of openers) {
      await opener()
      // What somebody may do is told by the server a moment later.
      if (opener === openers[0]) await menuItem(page, 'Archive channel').waitFor()
      for (const label of await labels()) offered.add(label)
    }
    ok(offered.size > 30, [...offered].join())
    await page.keyboard.press('Control+Shift+p')
    await page.getByRole('option', { name: /^Delete ada: / }).waitFor()
    const known = await page.getByRole('option').locator('.name').allTextContents()
    deepEqual([...offered].filter((label) => !known.some((title) => (label.endsWith(': ') ? title.startsWith(label) : title === label))), [])
    for (const title of ['Jump to a date', 'Insert emoji', 'Bold', 'Administration', 'Display', 'Plugins']) ok(known.includes(title), title)
    // The message that had the focus, else the latest, is what they are about.
    await palette.fill('edit message')
    await page.getByRole('option', { name: 'Edit ada: A line of my own' }).waitFor()
    await ada.screenshot('web-shell/palette-message')
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Edit message' }).press('Escape')
    const choose = async (typed: string, option: string | RegExp): Promise<void> => {
      await page.keyboard.press('Control+Shift+p')
      await palette.fill(typed)
      await page.getByRole('option', { name: option }).first().waitFor()
      await page.keyboard.press('Enter')
    }
    await page.getByRole('main').getByRole('textbox').fill('words')
    await page.getByRole('main').getByRole('textbox').press('Control+a')
    await choose('bold', /^Bold/)
    equal(await page.getByRole('main').getByRole('textbox').inputValue(), '**words**')
    await page.getByRole('main').getByRole('textbox').fill('')
    await choose('jump to', 'Jump to a date')
    await page.getByRole('dialog', { name: 'Jump to a date' }).getByLabel('Jump to a date').press('Enter')
    await page.waitForURL(/#\w{26}$/)
    // What is told at the edge of the page can be pressed above whatever covers it.
    await choose('copy text', /^Copy text/)
    const note = page.locator('.floating-toast').filter({ hasText: 'The text is copied' })
    // It stays as long as the pointer is there.
    await note.hover()
    await page.keyboard.press('Control+/')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await note.getByRole('button', { name: 'Close' }).click()
    await note.waitFor({ state: 'detached' })
    const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await keys.locator('.line').filter({ hasText: /^Edit/ }).locator('kbd', { hasText: /^E$/ }).waitFor()
    await keys.locator('.line').filter({ hasText: 'Bold' }).locator('kbd', { hasText: 'Ctrl+B' }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('has its switcher, its palette and its keys beside the channels too', async () => {
    const { page } = ada
    const settled = page.getByRole('dialog')
    await page.goto(`${world.server.url}/settings`)
    await page.getByRole('navigation', { name: 'Settings' }).waitFor()
    await page.keyboard.press('Control+Shift+p')
    await page.getByRole('combobox', { name: 'All actions' }).fill('theme dark')
    await page.getByRole('option', { name: 'Theme: Dark' }).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('html[data-theme="dark"]').waitFor()
    await page.keyboard.press('Control+Shift+p')
    await page.getByRole('combobox', { name: 'All actions' }).fill('theme system')
    await page.getByRole('option', { name: 'Theme: System' }).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('html[data-theme="light"]').waitFor()
    // What is about channels is not offered where none is on the screen.
    await page.keyboard.press('Control+Shift+p')
    await page.getByRole('combobox', { name: 'All actions' }).fill('')
    await page.getByRole('option', { name: 'Invite people' }).waitFor()
    equal(await page.getByRole('option', { name: /^(Archive channel|Edit message|Next channel)/ }).count(), 0)
    await page.keyboard.press('Escape')
    await settled.waitFor({ state: 'detached' })
    await page.getByRole('navigation', { name: 'Settings' }).waitFor()
    await page.goto(`${world.server.url}/admin/users`)
    await page.getByRole('navigation', { name: 'Administration' }).waitFor()
    await page.keyboard.press('Control+/')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Ctrl+Shift+P').waitFor()
    await page.keyboard.press('Escape')
    await page.goto(`${world.server.url}/teams`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Go to channel' }).fill('dvl')
    await page.getByRole('option', { name: 'Development' }).waitFor()
    await page.keyboard.press('Enter')
    await heading(page, 'Development')
  })

  it('shows about, members, pins, files and saved posts at the side, with addresses of their own', async () => {
    const { page } = ada
    const { id } = await world.channel('design')
    const file = await adaPerson.client.upload(filesUpload, { channelId: id, name: 'a very long name of a drawing that nobody would read to its end.txt' }, new TextEncoder().encode('lines'))
    const post = await say(adaPerson, id, 'The drawing', { fileIds: [file.id] })
    await adaPerson.client.run(postsSetPinned, { postId: post.id, isPinned: true })
    await adaPerson.client.run(preferencesSave, { userId: adaPerson.user.id, preferences: [{ category: 'flagged_post', name: post.id, value: 'true' }] })
    await link(page, 'Design').click()
    await heading(page, 'Design')
    await page.getByRole('button', { name: 'Design', exact: true }).click()
    await menuItem(page, 'Archive channel').waitFor()
    await ada.screenshot('web-shell/header-menu', { everywhere: 'nightly' })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'About', exact: true }).click()
    const about = page.getByRole('region', { name: 'About', exact: true })
    await about.getByText('How things look').waitFor()
    await ada.screenshot('web-shell/about', { everywhere: 'nightly' })
    await ada.checkAccessibility()
    await about.getByRole('button', { name: /^Pinned messages/ }).click()
    await page.getByRole('region', { name: 'Pinned messages' }).getByText('The drawing').waitFor()
    await ada.screenshot('web-shell/pinned')
    match(page.url(), /\/engines\/channels\/design\?panel=pinned$/)
    // The way back leads through the panels, and out of them.
    await page.goBack()
    await about.waitFor()
    await page.goBack()
    await about.waitFor({ state: 'detached' })
    equal(new URL(page.url()).search, '')

    await page.goto(`${world.server.url}/engines/channels/design?panel=files`)
    const files = page.getByRole('region', { name: 'Files' })
    await files.getByRole('link', { name: /^a very long name/ }).waitFor()
    await ada.screenshot('web-shell/files', { everywhere: 'nightly' })
    await files.getByRole('tab', { name: 'Images' }).click()
    await files.getByText('No files here').waitFor()
    await page.goto(`${world.server.url}/engines/channels/design?panel=saved`)
    const saved = page.getByRole('region', { name: 'Saved messages' })
    await saved.getByText('The drawing').waitFor()
    await saved.getByRole('button', { name: 'Remove from saved' }).click()
    await saved.getByText('Nothing is saved').waitFor()

    await page.getByRole('button', { name: '3 members' }).click()
    const members = page.getByRole('region', { name: 'Members' })
    await members.getByText('@carol').waitFor()
    await members.getByRole('searchbox').fill('bo')
    await members.getByText('@carol').waitFor({ state: 'detached' })
    await members.getByRole('button', { name: 'Options of bob' }).click()
    await menuItem(page, 'Make channel admin').click()
    await members.getByRole('listitem').filter({ hasText: 'bob' }).getByText('Admin').waitFor()
    await members.getByRole('searchbox').fill('')
    await members.getByRole('button', { name: /^Options of Carol/ }).click()
    const remove = async (answer: string): Promise<void> => {
      await menuItem(page, 'Remove from channel').click()
      await page.getByRole('dialog', { name: /^Remove .*Carol.* from this channel/ }).getByRole('button', { name: answer }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    // One press too many takes nobody out.
    await remove('Cancel')
    await members.getByRole('button', { name: /^Options of Carol/ }).click()
    await remove('Remove from channel')
    await members.getByText('@carol').waitFor({ state: 'detached' })
    await members.getByRole('button', { name: 'Add people' }).click()
    await page.getByRole('combobox', { name: 'Add people' }).fill('car')
    await page.getByRole('option', { name: /Carol/ }).click()
    await ada.screenshot('web-shell/add-people', { everywhere: 'nightly' })
    await page.getByRole('dialog').getByRole('button', { name: 'Add people' }).click()
    await members.getByText('@carol').waitFor()
    await ada.screenshot('web-shell/members', { everywhere: 'nightly' })
    await ada.checkAccessibility()
  })

  it('finds channels, joins them, begins conversations, archives and restores', async () => {
    const { page } = await open(person('nadia'), '/engines/channels/town-square')
    await heading(page, 'Town Square')
    await page.keyboard.press('Control+Shift+L')
    const browse = page.getByRole('dialog', { name: 'Browse channels' })
    await browse.getByRole('searchbox').fill('desi')
    await browse.getByRole('button', { name: 'Join Design' }).click()
    await browse.getByRole('listitem').filter({ hasText: 'Design' }).getByText('Joined', { exact: true }).waitFor()
    await all.at(-1)?.screenshot('web-shell/browse', { everywhere: 'nightly' })
    await all.at(-1)?.checkAccessibility()
    await browse.getByRole('searchbox').fill('board')
    await browse.getByText('Nothing found for “board”').waitFor()
    await page.keyboard.press('Escape')
    await link(page, 'Design').waitFor()

    await page.keyboard.press('Control+Shift+K')
    const to = page.getByRole('combobox', { name: 'To' })
    for (const name of ['bob', 'carol']) {
      await to.fill(name)
      await page.getByRole('option', { name: new RegExp(name, 'i') }).waitFor()
      await to.press('Enter')
    }
    await all.at(-1)?.screenshot('web-shell/new-message', { everywhere: 'nightly' })
    await page.getByRole('button', { name: 'Start' }).click()
    await heading(page, 'bob, carol')

    // Who has not joined reads, and joins there.
    await page.goto(`${world.server.url}/engines/channels/support`)
    await page.getByText('a public channel that you have not joined').waitFor()
    await page.getByRole('button', { name: 'Join channel' }).click()
    await page.getByRole('main').getByRole('textbox').waitFor()

    // Two people change the same channel: the second is told that the name is taken, and everybody sees the first.
    const { page: adas } = ada
    await link(adas, 'Support').click()
    await heading(adas, 'Support')
    await adas.getByRole('button', { name: 'Support', exact: true }).click()
    await menuItem(adas, 'Edit channel').click()
    const edit = adas.getByRole('dialog', { name: 'Edit Support' })
    await edit.getByLabel('Address').fill('design')
    await edit.getByRole('button', { name: 'Save' }).click()
    await edit.getByRole('alert').waitFor()
    await edit.getByLabel('Address').fill('help')
    await edit.getByLabel('Name').fill('Help')
    await edit.getByRole('button', { name: 'Save' }).click()
    await heading(adas, 'Help')
    equal(new URL(adas.url()).pathname, '/engines/channels/help')
    await heading(page, 'Help')

    await adas.getByRole('button', { name: 'Help', exact: true }).click()
    await menuItem(adas, 'Archive channel').click()
    await adas.getByRole('dialog').getByRole('button', { name: 'Archive' }).click()
    await page.getByText('This channel is archived').waitFor()
    await all.at(-1)?.screenshot('web-shell/archived', { everywhere: 'nightly' })
    await adas.getByRole('button', { name: 'Restore channel' }).click()
    await page.getByText('This channel is archived').waitFor({ state: 'detached' })
    equal((await adaPerson.client.run(channelsGet, { channelId: (await world.channel('help')).id }))?.deleteAt, 0)
  })

  it('keeps teams in their order, and tells what is unread in the others', async () => {
    const { page } = ada
    const bar = page.getByRole('navigation', { name: 'Teams' })
    const second = await adaPerson.client.run(teamsCreate, { name: 'looms', displayName: 'Looms', type: 'I' })
    await adaPerson.client.run(teamMembersAdd, { teamId: second.id, userId: bobPerson.user.id })
    await bar.getByRole('link', { name: 'Looms' }).waitFor()
    const square = await adaPerson.client.run(channelsGetByName, { teamId: second.id, name: 'town-square' })
    await say(bobPerson, square.id, 'Where is @ada?')
    await bar.getByRole('link', { name: 'Looms 1 mention' }).waitFor()
    await ada.screenshot('web-shell/teams', { everywhere: 'nightly' })
    const teams = (): Promise<string[]> => bar.getByRole('link').locator('.for-readers').first().locator('xpath=ancestor::ul').locator('li a > .for-readers').allTextContents()
    deepEqual(await teams(), ['Engines', 'Looms'])
    await bar.getByRole('link', { name: /^Looms/ }).focus()
    await page.keyboard.press('Shift+F10')
    await menuItem(page, 'Move up').press('Enter')
    await until(async () => (await teams()).join() === 'Looms,Engines', 'the team is above')
    await page.keyboard.press('Control+Alt+1')
    await page.waitForURL('**/looms/channels/**')
    await bar.getByRole('link', { name: 'Looms', exact: true }).waitFor()
    await page.reload()
    await heading(page, 'Town Square')
    // What this browser kept may be a moment older; the server's order follows.
    await until(async () => (await teams()).join() === 'Looms,Engines', 'the order is kept')
    await bar.getByRole('link', { name: 'Engines' }).dragTo(bar.getByRole('link', { name: 'Looms' }))
    await until(async () => (await teams()).join() === 'Engines,Looms', 'the team that was drawn is above')
    // Who leaves a team goes to another one.
    await sidebar(page).getByRole('button', { name: 'Looms', exact: true }).click()
    await menuItem(page, 'Leave team').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave team' }).click()
    await page.waitForURL('**/engines/channels/**')
    await until(async () => (await teams()).join() === 'Engines', 'the other team is left')
  })

  it('reads from right to left where the language does', async () => {
    await person('carol').client.run(usersPatch, { userId: person('carol').user.id, locale: 'ar' })
    const window = await open(person('carol'), '/engines/channels/town-square?panel=info', { locale: 'ar' })
    await window.page.locator('html[dir="rtl"]').waitFor()
    await window.page.getByRole('heading', { level: 1 }).first().waitFor()
    const [bar, main] = [await window.page.locator('nav').first().boundingBox(), await window.page.getByRole('main').boundingBox()]
    ok(bar && main && bar.x > main.x, 'teams stand at the right')
    await window.screenshot('web-shell/right-to-left', { everywhere: 'nightly' })
    await window.checkAccessibility()
  })

  it('is a drawer on a phone, which the way back and a swipe close', async () => {
    const window = await open(bobPerson, '/engines/channels/town-square', { size: 'phone' })
    const { page } = window
    await heading(page, 'Town Square')
    await page.getByRole('button', { name: 'Show channels' }).click()
    await link(page, 'Design').waitFor()
    await window.screenshot('web-shell/drawer', { everywhere: 'nightly' })
    await window.checkAccessibility()
    // A long press, as Safari on a phone tells it: without `contextmenu`. Each time the menu is that of the row below the finger.
    const press = (name: string): Promise<void> => link(page, name).dispatchEvent('pointerdown', { pointerType: 'touch', button: 0, bubbles: true, cancelable: true, clientX: 80, clientY: 300 })
    const muted = (name: string): Locator => sidebar(page).getByRole('link', { name: new RegExp(`^${name}\\b.*muted`) })
    for (const name of ['Design', 'Development']) {
      await press(name)
      await menuItem(page, /^Mute$/).click()
      await muted(name).waitFor()
    }
    // Beside the rows there is none, and what stands there can be pressed as ever.
    await section(page, 'Channels').getByRole('button', { name: 'Channels', exact: true }).dispatchEvent('pointerdown', { pointerType: 'touch', button: 0, bubbles: true, cancelable: true })
    for (const name of ['Design', 'Development']) {
      await press(name)
      await menuItem(page, /^Unmute$/).click()
      await muted(name).waitFor({ state: 'detached' })
    }
    await page.goBack()
    await sidebar(page).waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Show channels' }).click()
    await link(page, 'Design').click()
    await heading(page, 'Design')
    await sidebar(page).waitFor({ state: 'hidden' })
    await page.goBack()
    await sidebar(page).waitFor()
    const swipe = (from: number, to: number): Promise<void> => page.evaluate(([start, end]) => {
      const touch = (x: number): Touch => new Touch({ identifier: 1, target: document.body, clientX: x, clientY: 400 })
      document.body.dispatchEvent(new TouchEvent('touchstart', { touches: [touch(start)], changedTouches: [touch(start)], bubbles: true }))
      document.body.dispatchEvent(new TouchEvent('touchend', { changedTouches: [touch(end)], bubbles: true }))
    }, [from, to] as const)
    await swipe(300, 120)
    await sidebar(page).waitFor({ state: 'hidden' })
    await swipe(8, 200)
    await sidebar(page).waitFor()
  })

  it('has nothing to complain of', () => {
    deepEqual(all.flatMap(({ complaints }) => complaints), [])
  })
})
