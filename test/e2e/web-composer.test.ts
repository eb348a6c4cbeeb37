import { deepEqual, equal, match, ok } from 'node:assert/strict'
import path from 'node:path'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { Locator, Page } from 'playwright-core'
import { bundlePlugin } from '@rookery/sdk/bundle'
import { writePackage } from '@rookery/sdk/package'
import { createTestBrowser, type TestBrowser, type TestWindow } from '../harness/browser.ts'
import { foundCompany, type Company } from '../harness/company.ts'
import { password, type Person } from '../harness/mattermost-client.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const polls = path.join(import.meta.dirname, '../fixtures/plugins/polls')
const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC', 'base64')

describe('the composer of the web app', function () {
  this.timeout(120_000)
  let server: ServerProcess
  let browser: TestBrowser
  let ada: Person
  let looms: Channel
  let asAdmin: Company['asAdmin']
  let one: TestWindow
  let two: TestWindow
  let page: Page

  before(async () => {
    [server, browser] = await Promise.all([createServerProcess({ isOnTestDatabase: true, environment: { ROOKERY_FILES_MAXIMUM_BYTES: String(3 * 1024 * 1024) } }), createTestBrowser()])
    await server.start()
    ;({ ada, channel: looms, asAdmin } = await foundCompany(server.url, { members: ['bob', 'carl', 'dora', 'emil', 'fatima'], others: ['berta'] }))
    one = await browser.openWindow()
    two = await browser.openWindow()
    page = one.page
    await Promise.all([enter(one, 'ada'), enter(two, 'bob')])
  })
  after(async () => {
    await browser?.close()
    await server?.remove()
  })

  const enter = async (window: TestWindow, name: string): Promise<void> => {
    await window.page.goto(`${server.url}/engines/channels/looms`)
    await window.page.getByLabel('Email or username').fill(name)
    await window.page.getByLabel('Password').fill(password)
    await window.page.getByRole('button', { name: 'Sign in' }).click()
    await window.page.getByRole('heading', { name: 'Looms' }).waitFor()
  }
  const field = (where: Page = page): Locator => where.getByRole('main').getByRole('textbox')
  const rows = (where: Page = page): Locator => where.getByRole('option')
  const button = (name: string | RegExp, where: Page = page): Locator => where.getByRole('main').getByRole('button', { name })
  const posts = async (): Promise<Post[]> => {
    const { order, posts: told } = await ada.client.getPosts(looms.id, 0, 60)
    return order.map((id) => told[id]!)
  }
  const arrived = async (message: string): Promise<Post> => {
    const told = await eventually(posts, (read) => read.some((post) => post.message === message))
    return told.find((post) => post.message === message)!
  }
  const holds = (text: string, where: Page = page): Promise<string> => eventually(() => field(where).inputValue(), (value) => value === text)
  const paste = (data: Record<string, string>, files: readonly { name: string, type: string, base64: string }[] = []): Promise<void> => field().evaluate((area, { data, files }) => {
    const clipboardData = new DataTransfer()
    for (const [type, text] of Object.entries(data)) clipboardData.setData(type, text)
    for (const { name, type, base64 } of files) clipboardData.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }))
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, { data, files })

  it('formats by keys and buttons, goes on with lists, and takes all of it back', async () => {
    await field().fill('ship the loom today')
    await field().evaluate((area: HTMLTextAreaElement) => { area.setSelectionRange(9, 13) })
    await field().press('Control+b')
    equal(await field().inputValue(), 'ship the **loom** today')
    await field().press('Control+i')
    equal(await field().inputValue(), 'ship the **_loom_** today')
    await field().press('Control+z')
    equal(await field().inputValue(), 'ship the **loom** today')
    await field().press('End')
    await field().press('Shift+Enter')
    await button('Bulleted list').click()
    await page.keyboard.type('warp')
    await field().press('Shift+Enter')
    await page.keyboard.type('weft')
    equal(await field().inputValue(), 'ship the **loom** today\n- warp\n- weft')
    await one.screenshot('web/composer-formatting', { everywhere: 'nightly' })
    await one.checkAccessibility()
    await button('Preview').click()
    await page.getByRole('region', { name: 'Preview' }).waitFor()
    await one.screenshot('web/composer-preview', { everywhere: 'nightly' })
    await page.keyboard.press('Escape')
    await field().press('Control+Enter')
    await arrived('ship the **loom** today\n- warp\n- weft')
    equal(await field().inputValue(), '')
  })

  it('sends nothing empty, explains what is too long, and leaves input methods their Enter', async () => {
    await field().fill('   \n ')
    await field().press('Enter')
    ok(await button('Send').isDisabled())
    await field().fill('x'.repeat(16_385))
    await page.getByText('2 characters too many. A message has at most 16,383.').waitFor()
    await field().press('Enter')
    ok(await button('Send').isDisabled())
    await one.screenshot('web/composer-too-long', { everywhere: 'nightly' })
    await field().fill('')

    const session = await one.context.newCDPSession(page)
    await field().focus()
    await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 })
    await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', windowsVirtualKeyCode: 229, key: 'Enter', code: 'Enter' })
    equal(await field().inputValue(), 'にほん')
    await session.send('Input.insertText', { text: '日本' })
    equal(await field().inputValue(), '日本')
    await field().press('Enter')
    await arrived('日本')
    ok((await posts()).every(({ message }) => message.trim() !== '' && message !== 'にほん'))
  })

  it('completes people, channels and emoji with keys', async () => {
    await field().pressSequentially('Ask @b')
    await rows().filter({ hasText: '@berta' }).waitFor()
    match((await page.getByRole('listbox', { name: 'People' }).innerText()).replaceAll('\n', ' '), /In this channel.*bob.*Not in this channel.*berta/)
    equal(await field().getAttribute('aria-activedescendant'), await rows().filter({ hasText: '@bob' }).getAttribute('id'))
    await one.screenshot('web/composer-people', { everywhere: 'nightly' })
    await one.checkAccessibility()
    await page.evaluate(() => { document.documentElement.dir = 'rtl' })
    await one.screenshot('web/composer-people-rtl', { everywhere: 'nightly' })
    await page.evaluate(() => { document.documentElement.dir = 'ltr' })
    await field().press('ArrowDown')
    await field().press('Enter')
    equal(await field().inputValue(), 'Ask @berta ')
    await field().pressSequentially('in ~loo')
    await rows().filter({ hasText: 'Looms' }).waitFor()
    await field().press('Tab')
    await field().pressSequentially(':tad')
    await rows().filter({ hasText: ':tada:' }).waitFor()
    await one.screenshot('web/composer-emoji', { everywhere: 'nightly' })
    await field().press('Escape')
    equal(await rows().count(), 0)
    await field().press('a')
    equal(await rows().count(), 0)
    for (let count = 0; count < 5; count += 1) await field().press('Backspace')
    await button('Insert emoji').click()
    const picker = page.getByRole('dialog', { name: 'Emoji' })
    await picker.getByRole('combobox').fill('tada')
    await picker.getByRole('gridcell', { name: ':tada:' }).waitFor()
    await page.keyboard.press('Enter')
    // Whoever chose one goes on writing.
    await eventually(() => field().inputValue(), (words) => words === 'Ask @berta in ~looms :tada: ')
    await field().press('Enter')
    await arrived('Ask @berta in ~looms :tada:')
  })

  it('says that emoji could not be loaded, and loads them when it is asked again', async () => {
    const tab = await one.context.newPage()
    await tab.route(/emoji-table/, (route) => route.abort())
    await tab.goto(page.url())
    await button('Insert emoji', tab).click()
    const picker = tab.getByRole('dialog', { name: 'Emoji' })
    await picker.getByText('The emoji could not be loaded').waitFor()
    await tab.unroute(/emoji-table/)
    await picker.getByRole('button', { name: 'Try again' }).click()
    await picker.getByRole('gridcell', { name: ':grinning:' }).waitFor()
    equal(await picker.getByRole('alert').count(), 0)
    await tab.close()
  })

  it('asks before a word that many hear', async () => {
    await field().fill('@channel the loom burns')
    await field().press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Notify everybody?' })
    await dialog.getByText('@channel will notify 5 other people in this channel.').waitFor()
    await one.screenshot('web/composer-everybody', { everywhere: 'nightly' })
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    equal(await field().inputValue(), '@channel the loom burns')
    await field().press('Enter')
    await dialog.getByRole('button', { name: 'Send' }).click()
    await arrived('@channel the loom burns')
  })

  it('makes markdown of pasted tables, code and addresses', async () => {
    await paste({ 'text/html': '<table><tr><th>Loom</th><th>Threads</th></tr><tr><td>No. 1</td><td>1|2</td></tr></table>', 'text/plain': 'Loom\tThreads\nNo. 1\t1|2' })
    equal(await field().inputValue(), '| Loom | Threads |\n| --- | --- |\n| No. 1 | 1\\|2 |\n')
    await field().press('Control+z')
    equal(await field().inputValue(), '')
    await paste({ 'text/html': '<table><tr><td rowspan="2">a_1</td><td colspan="2">one<br>two</td></tr><tr><td><a href="https://example.com/plan">the plan</a></td><td>*</td></tr></table>', 'text/plain': '?' })
    equal(await field().inputValue(), '| a_1 | one two |  |\n| --- | --- | --- |\n|  | [the plan](https://example.com/plan) | \\* |\n')
    await field().press('Control+z')
    await paste({ 'text/plain': 'if (loom) {\n  weave();\n}' })
    equal(await field().inputValue(), '```\nif (loom) {\n  weave();\n}\n```\n')
    await field().fill('the plan')
    await field().press('Control+a')
    await paste({ 'text/plain': 'https://example.com/plan' })
    equal(await field().inputValue(), '[the plan](https://example.com/plan)')
    await field().fill('')
  })

  it('sends files that are chosen, pasted and dropped, and says why not', async () => {
    await page.locator('input[type=file]').setInputFiles([
      { name: 'a-very-long-name-of-a-file-that-nobody-wants-to-read-to-its-end.txt', mimeType: 'text/plain', buffer: Buffer.alloc(700_000, 'thread ') },
      { name: 'huge.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3 * 1024 * 1024 + 1) }, { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
    ])
    await page.getByText('huge.bin is too large. A file may have at most 3 MB.').first().waitFor()
    await page.getByText('nothing.txt is empty.').first().waitFor()
    await paste({}, [{ name: 'image.png', type: 'image/png', base64: picture.toString('base64') }])
    await page.getByRole('listitem').filter({ hasText: 'Pasted image' }).waitFor()
    // Some file managers give the name of a file as text beside it.
    await paste({ 'text/plain': 'copied.png' }, [{ name: 'copied.png', type: 'image/png', base64: picture.toString('base64') }])
    await page.getByRole('button', { name: 'Remove copied.png' }).click()
    equal(await field().inputValue(), '')
    await page.getByRole('main').evaluate((main, base64) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'dropped.png', { type: 'image/png' }))
      const drag = (type: string): boolean => main.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
      drag('dragenter')
      Object.assign(globalThis, { dropFiles: () => { drag('dragover'); drag('drop') } })
    }, picture.toString('base64'))
    await page.getByText('Drop to attach to your message in Looms').waitFor()
    await one.screenshot('web/composer-drop', { everywhere: 'nightly' })
    await page.evaluate(() => { (globalThis as unknown as { dropFiles(): void }).dropFiles() })
    await page.getByRole('listitem').filter({ hasText: 'dropped.png' }).waitFor()
    await page.getByText('Drop to attach').waitFor({ state: 'detached' })
    await field().fill('the files')
    await one.screenshot('web/composer-files', { everywhere: 'nightly' })
    await one.checkAccessibility()
    await page.getByRole('button', { name: 'Remove dropped.png' }).click()
    await field().press('Enter')
    const post = await arrived('the files')
    deepEqual((post.metadata.files ?? []).map(({ name }) => name.replace(/ \d{4}-.*\./, '.')), ['a-very-long-name-of-a-file-that-nobody-wants-to-read-to-its-end.txt', 'Pasted image.png'])
    await page.getByRole('listitem').filter({ hasText: 'a-very-long-name' }).locator('progress').waitFor({ state: 'detached' })
  })

  it('keeps files that were attached without the server, in the draft and in the message, through reloads', async () => {
    await one.context.route('**/api/v1/uploads.*', (route) => route.abort())
    await page.locator('input[type=file]').setInputFiles({ name: 'pattern.txt', mimeType: 'text/plain', buffer: Buffer.from('over, under') })
    await page.getByRole('listitem').filter({ hasText: 'Waits for the connection' }).waitFor()
    await field().fill('the pattern')
    await one.screenshot('web/composer-file-waits', { everywhere: 'nightly' })
    await page.reload()
    await page.getByRole('listitem').filter({ hasText: 'pattern.txt' }).waitFor()
    await field().press('Enter')
    await page.getByRole('log').getByText('the pattern').waitFor()
    await page.reload()
    await page.getByRole('log').getByText('Waits for the connection').waitFor()
    await one.screenshot('web/composer-post-waits', { everywhere: 'nightly' })
    await one.checkAccessibility()
    await page.getByRole('log').getByText('the files').waitFor()
    ok((await posts()).every(({ message }) => message !== 'the pattern'))
    await one.context.unrouteAll()
    const post = await arrived('the pattern')
    deepEqual((post.metadata.files ?? []).map(({ name, size }) => [name, size]), [['pattern.txt', 11]])
    equal((await posts()).filter(({ message }) => message === 'the pattern').length, 1)
  })

  it('shows how far files are before and after they are sent, lets go of them on their way, and tries them again', async () => {
    let isFirst = true
    let goOn = (): void => {}
    const released = new Promise<void>((resolve) => { goOn = resolve })
    // Of all parts the first one arrives; the others are on their way for as long as the test wants.
    await one.context.route('**/api/v1/uploads.append?*', async (route) => {
      const waits = isFirst ? undefined : released
      isFirst = false
      await waits
      await route.continue().catch(() => {})
    })
    const sent = (text: string): Locator => page.getByRole('log').locator('.outgoing').filter({ hasText: text })
    const attach = async (name: string, buffer: Buffer): Promise<Locator> => {
      await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
      return page.getByRole('listitem').filter({ hasText: name })
    }
    const long = await attach('long.bin', Buffer.alloc(2 * 1024 * 1024, 1))
    await long.getByText('12 %').waitFor()
    const other = await attach('other.bin', Buffer.alloc(1024, 1))
    await other.getByRole('progressbar', { name: 'Upload of other.bin' }).waitFor()
    await page.getByRole('button', { name: 'Remove other.bin' }).click()
    await other.waitFor({ state: 'detached' })
    for (const text of ['the long way', 'what follows']) {
      await field().fill(text)
      await field().press('Enter')
    }
    await sent('the long way').getByText('12 %').waitFor()
    await sent('what follows').waitFor()
    await one.screenshot('web/composer-file-leaves', { everywhere: 'nightly' })
    await one.checkAccessibility()
    ok((await posts()).every(({ message }) => message !== 'what follows'))
    await sent('the long way').getByRole('button', { name: 'Cancel the upload of long.bin' }).click()
    await arrived('what follows')
    deepEqual((await arrived('the long way')).file_ids ?? [], [])
    goOn()
    await one.context.unrouteAll({ behavior: 'wait' })

    await one.context.route('**/api/v1/uploads.*', (route) => route.abort())
    await attach('again.txt', Buffer.from('once more'))
    const retry = page.getByRole('button', { name: 'Retry the upload of again.txt' })
    await retry.waitFor()
    await one.context.unrouteAll()
    await retry.click()
    await retry.waitFor({ state: 'detached' })
    await field().fill('tried again')
    await field().press('Enter')
    deepEqual(((await arrived('tried again')).metadata.files ?? []).map(({ name }) => name), ['again.txt'])
  })

  it('has the draft on every device, and tells who is typing', async () => {
    const phone = await browser.openWindow({ size: 'phone' })
    await enter(phone, 'ada')
    await field().fill('begun here')
    await holds('begun here', phone.page)
    await field(phone.page).fill('begun here, ended there')
    await holds('begun here, ended there')
    await phone.screenshot('web/composer-draft')
    await two.page.getByText('ada is typing…').waitFor()
    await two.screenshot('web/composer-typing')
    await button('Send', phone.page).click()
    await arrived('begun here, ended there')
    await holds('')
    deepEqual(phone.complaints, [])
    await phone.close()
  })

  it('writes in threads, each with its own draft and its own people who type', async () => {
    const root = (await posts()).find(({ message }) => message === 'the files')!
    const thread = (where: Page): Locator => where.getByRole('region', { name: 'Thread' })
    for (const window of [one, two]) await window.page.goto(`${server.url}/engines/channels/looms?thread=${root.id}`)
    await thread(page).getByRole('textbox').fill('only in the thread')
    // Told only while there is a connection, which takes a moment after a page was opened.
    await eventually(async () => {
      await thread(page).getByRole('textbox').press('x')
      await thread(page).getByRole('textbox').press('Backspace')
      return thread(two.page).getByText('ada is typing…').count()
    }, (count) => count === 1)
    equal(await field().inputValue(), '')
    await one.screenshot('web/composer-thread', { everywhere: 'nightly' })
    await page.reload()
    await eventually(() => thread(page).getByRole('textbox').inputValue(), (text) => text === 'only in the thread')
    await thread(page).getByRole('textbox').press('Enter')
    await thread(two.page).getByText('only in the thread').waitFor()
    await page.goto(`${server.url}/engines/channels/looms`)
    await page.getByRole('log').waitFor()
    await page.evaluate(() => { (document.activeElement as HTMLElement).blur() })
    await page.keyboard.type('typed at nothing')
    equal(await field().inputValue(), 'typed at nothing')
    await field().fill('')
  })

  it('carries out commands, completes their arguments, and says quietly when they are off', async () => {
    await field().pressSequentially('/shr')
    await rows().filter({ hasText: '/shrug' }).waitFor()
    await field().press('Tab')
    equal(await field().inputValue(), '/shrug ')
    await field().pressSequentially('who knows')
    await field().press('Enter')
    await arrived('who knows ¯\\\\\\_(ツ)\\_/¯')
    await eventually(() => field().inputValue(), (text) => text === '')
    await field().fill('/nothing at all')
    await field().press('Enter')
    await page.getByText('There is no command /nothing.').first().waitFor()
    await one.screenshot('web/composer-unknown-command', { everywhere: 'nightly' })
    await page.getByRole('button', { name: 'Send as a message' }).click()
    await arrived('/nothing at all')

    await asAdmin('plugins.disable', { pluginId: 'slash-commands' })
    await field().fill('/shrug off')
    await page.getByText('Slash commands are off on this server. Nothing was sent.').waitFor()
    await field().press('Enter')
    equal(await field().inputValue(), '/shrug off')
    await one.screenshot('web/composer-commands-off', { everywhere: 'nightly' })
    await asAdmin('plugins.enable', { pluginId: 'slash-commands' })
    await eventually(async () => {
      await field().press('Enter')
      return posts()
    }, (told) => told.some(({ message }) => message.startsWith('off ')))
  })

  it('opens the dialog of a plugin, shows what is wrong with it, and sends it', async () => {
    const bundled = await bundlePlugin(polls)
    await asAdmin('plugins.install?accept=unsigned', new Uint8Array(await writePackage(bundled)))
    await asAdmin('plugins.enable', { pluginId: 'com.example.polls', consent: Object.keys(bundled.manifest.capabilities) })
    await field().fill('')
    await field().pressSequentially('/poll ')
    await rows().filter({ hasText: 'close' }).waitFor()
    await field().pressSequentially('close ')
    await rows().filter({ hasText: 'dinner' }).waitFor()
    await one.screenshot('web/composer-command', { everywhere: 'nightly' })
    await field().fill('/poll quietly')
    await field().press('Enter')
    await page.getByRole('log').getByText('only you see it').waitFor()
    await field().fill('/poll survey')
    await field().press('Enter')
    const dialog = page.getByRole('dialog', { name: 'A survey' })
    await dialog.getByRole('button', { name: 'Ask everybody' }).click()
    equal(await dialog.getByText('This field is required.').count(), 3)
    await one.screenshot('web/dialog-problems', { everywhere: 'nightly' })
    await dialog.getByLabel('Reasons').fill('We are hungry')
    await dialog.getByLabel('Today').check()
    // What failed is not told as if nothing were there.
    await dialog.getByLabel('Kitchen').fill('burnt')
    await page.getByText('This cannot be searched right now.').waitFor()
    await dialog.getByLabel('Kitchen').fill('thai')
    await page.getByRole('option', { name: 'Found thai' }).click()
    await one.screenshot('web/dialog', { everywhere: 'nightly' })
    await one.checkAccessibility()
    await dialog.getByRole('button', { name: 'Ask everybody' }).click()
    await dialog.getByText('Ask something.').waitFor()
    await dialog.getByLabel('Question (optional)').fill('What?')
    await dialog.getByRole('button', { name: 'Ask everybody' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  it('is closed where nobody may write', async () => {
    await ada.client.deleteChannel(looms.id)
    await page.getByText('This channel is archived. It can be read, and nothing can be written.').waitFor()
    equal(await field().count(), 0)
    await one.screenshot('web/composer-archived', { everywhere: 'nightly' })
    deepEqual([...one.complaints, ...two.complaints], [])
  })
})
