import { deepEqual, equal, ok } from 'node:assert/strict'
import sharp from 'sharp'
import type { Locator, Page } from 'playwright-core'
import { buildWeb } from '@rookery/web/build'
import { sql } from '../../kernel/src/storage/index.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { emptyPost } from '../harness/empty-post.ts'
import { createTestBrowser, type TestBrowser, type TestWindow } from '../harness/browser.ts'
import { password } from '../harness/mattermost-client.ts'
import { thinkBetter } from '../harness/think-better.ts'
import { createWorld, type World } from '../harness/world.ts'
import { hostileTexts } from '../../web/test/messages/hostile-texts.ts'

const rich = `### Release notes
Hello @bob, see ~looms and **bold**, *italic*, ~~gone~~, \`inline code\` :tada: #release

- [x] Write the parser
- [ ] Sleep
  1. first
  2. second

> Simplicity is prerequisite for reliability.

| Loom | Threads | Cost |
|:-----|:-------:|-----:|
| Jacquard | 24 | $12 |

\`\`\`ts
export const answer = (name: string): number => name.length * 42 // a comment
\`\`\`

Euler: $e^{i\\pi} + 1 = 0$ and https://example.com/looms?x=1 <b>not bold</b>`

/** Nothing to be heard, as a WAV of one channel and eight bits. */
function silence(seconds: number): Uint8Array<ArrayBuffer> {
  const rate = 8000
  const bytes = Buffer.alloc(44 + rate * seconds, 0x80)
  bytes.write('RIFF____WAVEfmt ', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length - 8, 4)
  for (const [place, value] of [[16, 16], [24, rate], [28, rate], [40, rate * seconds]] as const) bytes.writeUInt32LE(value, place)
  for (const [place, value] of [[20, 1], [22, 1], [32, 1], [34, 8]] as const) bytes.writeUInt16LE(value, place)
  bytes.write('data', 36, 'latin1')
  return new Uint8Array(bytes)
}

describe('messages in the web app', function () {
  this.timeout(180_000)
  let world: World
  let browser: TestBrowser
  let ada: TestWindow
  before(async () => {
    const { folder } = await buildWeb()
    ;[world, browser] = await Promise.all([createWorld({ web: folder }), createTestBrowser()])
    ada = await browser.openWindow()
  })
  after(async () => {
    await browser?.close()
    await world?.close()
  })

  const open = async ({ page }: TestWindow, name: string, path: string): Promise<void> => {
    await page.goto(`${world.server.url}${path}`)
    await page.getByLabel('Email or username').fill(name)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('log').waitFor()
  }
  const log = (page: Page): Locator => page.getByRole('log')
  const row = (page: Page, text: string): Locator => log(page).getByRole('listitem').filter({ has: page.getByRole('article') }).filter({ hasText: text })
  const say = (message: string, fields: Record<string, unknown> = {}) => world.bob.client.createPost({ channel_id: world.channel.id, message, ...fields } as never)
  const upload = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
    const form = new FormData()
    form.append('channel_id', world.channel.id)
    form.append('files', new Blob([bytes]), name)
    return ((await world.bob.client.uploadFile(form)) as { file_infos: { id: string }[] }).file_infos[0]?.id ?? ''
  }
  const scrolled = (page: Page): Promise<number> => log(page).evaluate((element) => Math.round(element.scrollHeight - element.scrollTop - element.clientHeight))

  it('draws markdown, pictures, files and attachments', async () => {
    const picture = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#3a6ea5' } }).png().toBuffer()
    await say(rich)
    await say('Two looms', { file_ids: [await upload('loom.png', new Uint8Array(picture)), await upload('a name that is much too long for the card in which it stands, really.pdf', new TextEncoder().encode('%PDF-1.4 x'))] })
    await say('🎉 :tada:')
    await say('', { props: { attachments: [{ pretext: 'Build **finished**', color: '#2eb886', author_name: 'Jenkins', title: 'Build 42', title_link: 'https://ci.example.com', text: 'All `green`', fields: [{ title: 'Branch', value: 'main', short: true }, { title: 'Took', value: '3 min', short: true }], footer: 'ci', actions: [{ id: 'again', name: 'Run again', type: 'button', style: 'primary', integration: { url: 'http://127.0.0.1:1/' } }] }] } })
    await open(ada, 'ada', '/engines/channels/looms')
    const message = row(ada.page, 'Release notes')
    await message.getByText('@bob', { exact: false }).first().waitFor()
    deepEqual(await message.evaluate((element) => ['strong', 'em', 's', 'table', 'blockquote', 'ol', 'math'].map((tag) => element.querySelectorAll(tag).length > 0)), Array.from({ length: 7 }, () => true))
    await message.locator('.hljs-keyword').first().waitFor()
    await message.getByRole('img', { name: ':tada:' }).waitFor()
    equal(await message.locator('b').count(), 0)
    // Nothing is found by it yet: it does not look as if it led anywhere.
    equal(await message.getByText('#release').evaluate((element) => getComputedStyle(element).color === getComputedStyle(element.closest('.text') ?? element).color), true)
    equal(await message.getByRole('button', { name: '#release' }).count(), 0)
    await ada.page.getByRole('button', { name: 'Open loom.png' }).waitFor()
    await ada.page.getByRole('button', { name: 'Run again' }).waitFor()
    await ada.screenshot('web/messages', { everywhere: 'nightly' })
    await ada.checkAccessibility()

    await thinkBetter(ada.page, 'image-gallery', () => ada.page.getByRole('button', { name: 'Open loom.png' }).click())
    await ada.page.getByRole('button', { name: 'Open loom.png' }).click()
    const gallery = ada.page.getByRole('dialog')
    await gallery.getByRole('link', { name: 'Download loom.png' }).waitFor()
    await gallery.press('+')
    await ada.screenshot('web/gallery', { everywhere: 'nightly' })
    await ada.page.keyboard.press('Escape')
    await gallery.waitFor({ state: 'detached' })
    // Nobody listens at that address: the person is told.
    await ada.page.getByRole('button', { name: 'Run again' }).press('Enter')
    await ada.page.getByRole('alert').filter({ hasText: 'That did not work' }).waitFor()
  })

  it('does everything that can be done with a message, by pointer and by keyboard', async () => {
    const { page } = ada
    const composer = page.getByRole('main').getByRole('textbox')
    await composer.fill('A tpyo')
    await composer.press('Enter')
    // Not the row of a message on its way, which goes when the message has arrived.
    await log(page).locator('[data-post]').filter({ hasText: 'A tpyo' }).waitFor()

    // Shift+Tab leads from the composer to the latest message; the arrows to its neighbours.
    const article = row(page, 'A tpyo').getByRole('article')
    await article.focus()
    await article.press('ArrowUp')
    equal(await page.evaluate(() => document.activeElement?.textContent?.includes('Build 42')), true)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('e')
    const editor = page.getByRole('textbox', { name: 'Edit message' })
    // It is written as in the composer, with its completion and keys.
    await editor.fill('- warp')
    await editor.press('Shift+Enter')
    await editor.pressSequentially('@bo')
    const choice = page.getByRole('option').filter({ hasText: '@bob' })
    await choice.waitFor()
    const [list, field] = [await page.getByRole('listbox', { name: 'People' }).boundingBox(), await editor.boundingBox()]
    ok(list && field && Math.abs(list.x - field.x) < 2 && list.y < field.y && list.y + list.height > field.y - 20, 'what may follow stands at the field')
    await editor.press('Enter')
    await editor.press('Shift+ArrowLeft')
    await editor.press('Control+Shift+ArrowLeft')
    await editor.press('Control+b')
    equal(await editor.inputValue(), '- warp\n- @**bob** ')
    await ada.screenshot('web/edit-message', { everywhere: 'nightly' })
    await log(page).getByRole('toolbar', { name: 'Formatting' }).getByRole('button', { name: 'Bold' }).click()
    equal(await editor.inputValue(), '- warp\n- @bob ')
    await editor.fill('x'.repeat(16_384))
    await page.getByText('1 character too many. A message has at most 16,383.').waitFor()
    await editor.press('Enter')
    ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled())
    await editor.fill('')
    const session = await ada.context.newCDPSession(page)
    await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 })
    await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', windowsVirtualKeyCode: 229, key: 'Enter', code: 'Enter' })
    await session.send('Input.insertText', { text: '日本' })
    // Some tell of the end of a word by nothing but the code of its key.
    await editor.evaluate((area) => area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 229, bubbles: true, cancelable: true })))
    equal(await editor.inputValue(), '日本')
    await session.detach()
    await editor.fill('A typo')
    await editor.press('Enter')
    const mine = row(page, 'A typo')
    await mine.getByText('(edited)').waitFor()
    // By the place of the key where it writes another script.
    await mine.getByRole('article').evaluate((element) => element.dispatchEvent(new KeyboardEvent('keydown', { key: 'ث', code: 'KeyE', bubbles: true, cancelable: true })))
    await editor.press('Escape')
    await editor.waitFor({ state: 'detached' })
    equal(await mine.getByRole('article').evaluate((element) => document.activeElement === element), true)

    await page.keyboard.press('r')
    const picker = page.getByRole('dialog', { name: 'Add reaction' })
    await picker.getByRole('combobox').fill('rocket')
    await picker.getByRole('gridcell', { name: ':rocket:' }).waitFor()
    await ada.screenshot('web/emoji-picker', { everywhere: 'nightly' })
    await page.keyboard.press('Enter')
    const reaction = mine.getByRole('button', { name: ':rocket:, 1 reaction' })
    await reaction.waitFor()
    equal(await reaction.getAttribute('aria-pressed'), 'true')
    const { id } = (await world.ada.client.getPosts(world.channel.id)).posts[await mine.getByRole('article').getAttribute('data-post') ?? ''] ?? { id: '' }
    await world.bob.client.addReaction(world.bob.user.id, id, 'rocket')
    await mine.getByRole('button', { name: ':rocket:, 2 reactions' }).click()
    await mine.getByRole('button', { name: ':rocket:, 1 reaction' }).waitFor()

    await mine.hover()
    await mine.getByRole('button', { name: 'Save message' }).click()
    await mine.getByText('Saved', { exact: true }).waitFor()
    await mine.hover()
    await mine.getByRole('button', { name: 'More actions' }).click()
    await ada.screenshot('web/message-menu', { everywhere: 'nightly' })
    await page.getByRole('menuitem', { name: 'Pin to channel' }).click()
    await mine.getByText('Pinned', { exact: true }).waitFor()
    await mine.hover()
    await mine.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Copy link' }).click()
    await page.getByText('The link is copied.').first().waitFor()
    equal(await page.evaluate(() => navigator.clipboard.readText()), `${world.server.url}/engines/pl/${id}`)

    await mine.hover()
    await mine.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Edit history' }).click()
    const history = page.getByRole('dialog', { name: 'Edit history' })
    await history.getByText('A tpyo').waitFor()
    await history.getByRole('button', { name: 'Restore this version' }).click()
    await history.waitFor({ state: 'detached' })
    await row(page, 'A tpyo').getByText('(edited)').waitFor()
    equal((await world.ada.client.getPost(id)).message, 'A tpyo')
    // What it said before that can be said again.
    await row(page, 'A tpyo').hover()
    await row(page, 'A tpyo').getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Edit history' }).click()
    await history.getByRole('listitem').filter({ hasText: 'A typo' }).getByRole('button', { name: 'Restore this version' }).click()
    await mine.waitFor()

    // In a thread beside its channel a message is edited where it was asked for.
    await mine.getByRole('article').focus()
    await page.keyboard.press('t')
    const thread = page.getByRole('region', { name: 'Thread' })
    await thread.getByRole('article').focus()
    await page.keyboard.press('e')
    await thread.getByRole('textbox', { name: 'Edit message' }).waitFor()
    equal(await editor.count(), 1)
    await editor.press('Escape')
    await thread.getByRole('button', { name: 'Close', exact: true }).click()

    await mine.getByRole('article').focus()
    await page.keyboard.press('f')
    const forward = page.getByRole('dialog', { name: 'Forward message' })
    await forward.getByText('Off-Topic').click()
    await forward.getByLabel('Add a note').fill('Look at this')
    await ada.screenshot('web/forward', { everywhere: 'nightly' })
    await ada.checkAccessibility()
    await forward.getByRole('button', { name: 'Forward' }).click()
    await page.getByText('Forwarded to Off-Topic.').first().waitFor()
    await page.getByRole('link', { name: 'Off-Topic' }).click()
    await row(page, 'Look at this').getByRole('link', { name: 'Go to message' }).waitFor()
    await ada.screenshot('web/permalink-preview', { everywhere: 'nightly' })
    await row(page, 'Look at this').getByRole('link', { name: 'Go to message' }).click()
    await mine.waitFor()

    // Deleted at once for the eye, for good when nobody takes it back; until then nobody edits it.
    await mine.getByRole('article').press('Delete')
    await mine.waitFor({ state: 'detached' })
    await composer.press('ArrowUp')
    equal(await editor.count(), 0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await mine.waitFor()
    equal((await world.ada.client.getPost(id)).delete_at, 0)
    await mine.getByRole('article').focus()
    await page.keyboard.press('Delete')
    await mine.waitFor({ state: 'detached' })
    const socket = await page.context().newPage()
    await page.reload()
    await socket.close()
    await log(page).waitFor()
    await row(page, 'A typo').waitFor({ state: 'detached' })
  })

  it('shows what can be done with the message that a finger taps', async () => {
    for (const text of ['Tap me', 'Or me']) await say(text)
    const phone = await browser.openWindow({ size: 'phone', hasTouch: true })
    const { page } = phone
    await open(phone, 'bob', '/engines/channels/looms')
    // Where the form was pressed a pointer is left, which a finger does not have.
    await page.mouse.move(0, 0)
    const toolbars = page.getByRole('toolbar', { name: 'Message actions' })
    for (const text of ['Tap me', 'Or me']) {
      await row(page, text).getByText(text).tap()
      await row(page, text).getByRole('toolbar').waitFor()
      await eventually(() => toolbars.count(), (count) => count === 1)
    }
    await row(page, 'Or me').getByRole('button', { name: 'More actions' }).tap()
    await page.getByRole('menuitem', { name: 'Copy text' }).waitFor()
    await phone.checkAccessibility()
    deepEqual(phone.complaints, [])
    await phone.close()
  })

  it('shows ten thousand messages and never jumps', async () => {
    const { page } = ada
    const { db } = world.server.kernel
    const channel = await world.ada.client.createChannel({ team_id: world.team.id, name: 'mill', display_name: 'Mill', type: 'O' } as never)
    const count = 10_000
    const minuteMs = 60_000
    const from = Date.UTC(2026, 0, 5, 9)
    await db.query(sql`insert into posts select p.* from generate_series(1, ${count}) n, jsonb_populate_record(null::posts, ${emptyPost}::jsonb || jsonb_build_object(
      'id', 'mill' || lpad(n::text, 22, '0'), 'channel_id', ${channel.id}::text, 'user_id', case when n % 7 < 3 then ${world.ada.user.id}::text else ${world.bob.user.id}::text end,
      'message', 'message ' || n || case when n % 5 = 0 then repeat(E'\n> a longer one', n % 9) else '' end, 'create_at', ${from}::bigint + n * ${minuteMs}::bigint * 30, 'update_at', ${from}::bigint + n * ${minuteMs}::bigint * 30)) p`)
    await db.query(sql`update channel_members set last_viewed_at = ${from + (count - 40) * 30 * minuteMs}, msg_count = 0, msg_count_root = 0 where channel_id = ${channel.id} and user_id = ${world.ada.user.id}`)
    await db.query(sql`update channels set total_msg_count = 40, total_msg_count_root = 40, last_create_at = ${from + count * 30 * minuteMs}, last_post_at = ${from + count * 30 * minuteMs}, last_root_post_at = ${from + count * 30 * minuteMs} where id = ${channel.id}`)
    await world.server.restart()
    await page.goto(`${world.server.url}/engines/channels/mill`)

    // It opens at the first unread line.
    await log(page).getByText('New', { exact: true }).waitFor()
    await row(page, 'message 9961').waitFor()
    const top = (text: string): Promise<number> => row(page, text).first().evaluate((element) => Math.round(element.getBoundingClientRect().top))
    ok(await top('message 9961') < 300)
    await page.getByRole('button', { name: 'Jump to latest' }).click()
    await row(page, 'message 10000').waitFor()
    await eventually(() => scrolled(page), (below) => below < 40)
    // The jump goes on until all rows there are measured.
    await log(page).evaluate(async (element) => {
      for (let still = 0, height = 0; still < 30; still = element.scrollHeight === height ? still + 1 : 0) {
        height = element.scrollHeight
        await new Promise((resolve) => { requestAnimationFrame(resolve) })
      }
    })

    // What is being read stays where it is while older pages come above it.
    for (let stretch = 0; stretch < 6; stretch += 1) {
      const jumps = await log(page).evaluate(async (element) => {
        let largest = 0
        for (let frame = 0; frame < 30; frame += 1) {
          const anchor = [...element.querySelectorAll('[data-post]')].find((each) => each.getBoundingClientRect().top > element.getBoundingClientRect().top + 200)
          const before = anchor?.getBoundingClientRect().top ?? 0
          element.scrollTop -= 120
          await new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve) }) })
          if (anchor?.isConnected) largest = Math.max(largest, Math.abs(anchor.getBoundingClientRect().top - before - 120))
        }
        return largest
      })
      ok(jumps <= 122, `a message jumped by ${jumps} pixels`)
    }
    // Only what is near the window is in the page.
    ok(await log(page).locator('[data-post]').count() < 80)

    // Somebody writes meanwhile: the place stays, a pill says so, and leads there.
    const place = await log(page).evaluate((element) => element.scrollTop)
    await world.bob.client.addToChannel(world.bob.user.id, channel.id)
    await world.bob.client.createPost({ channel_id: channel.id, message: 'Anybody here?' } as never)
    await page.getByRole('button', { name: /new message/ }).waitFor()
    equal(await log(page).evaluate((element) => element.scrollTop), place)
    await ada.screenshot('web/long-channel', { everywhere: 'nightly' })
    await page.getByRole('button', { name: /new message/ }).click()
    await row(page, 'Anybody here?').waitFor()

    // Other places: a date, a link, the keys.
    await page.getByTitle('Jump to a date').last().click()
    await page.getByLabel('Jump to a date').fill('2026-01-20')
    await page.getByRole('button', { name: 'Jump', exact: true }).click()
    await row(page, 'message 702').waitFor()
    await page.goto(`${world.server.url}/engines/pl/mill${'0'.repeat(18)}5000`)
    await row(page, 'message 5000').waitFor()
    const article = row(page, 'message 5000').getByRole('article')
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute('data-post') ?? '')
    await article.focus()
    await page.keyboard.press('ArrowDown')
    await eventually(focused, (id) => id === `mill${'0'.repeat(18)}5001`)
    for (let press = 0; press < 3; press += 1) {
      const before = await focused()
      await page.keyboard.press('PageUp')
      await eventually(focused, (id) => id !== '' && id < before)
    }

    // What one wrote last is edited where it stands, however far away, and can be seen; half an edit waits for its author.
    const composer = page.getByRole('main').getByRole('textbox', { name: 'Write to Mill' })
    const editor = page.getByRole('textbox', { name: 'Edit message' })
    const isInSight = (): Promise<boolean> => editor.evaluate((area) => {
      const [{ top, bottom }, frame] = [area.getBoundingClientRect(), area.closest('[role="log"]')!.getBoundingClientRect()]
      return document.activeElement === area && top >= frame.top && bottom <= frame.bottom
    })
    await composer.press('ArrowUp')
    await editor.waitFor()
    await eventually(isInSight, Boolean)
    equal(await editor.inputValue(), 'message 9998')
    await page.keyboard.type(', in part')
    await page.getByRole('link', { name: 'Off-Topic' }).click()
    await page.getByRole('textbox', { name: 'Write to Off-Topic' }).waitFor()
    await page.getByRole('link', { name: 'Mill' }).click()
    await editor.waitFor()
    equal(await editor.inputValue(), 'message 9998, in part')
    equal(await composer.evaluate((area) => document.activeElement === area), true)
    await editor.press('Enter')
    await row(page, 'message 9998, in part').getByText('(edited)').waitFor()
    equal(await row(page, 'message 9998, in part').getByRole('article').evaluate((element) => document.activeElement === element), true)
    await row(page, 'Anybody here?').waitFor()
    await ada.checkAccessibility()
  })

  it('says in words what the server tells, and lets nobody but a bot or hook take another name', async () => {
    await world.ada.client.viewMyChannel(world.channel.id)
    await ada.page.goto(`${world.server.url}/engines/channels/looms`)
    // Wherever it opened: what comes now is read at the end.
    await log(ada.page).getByRole('article').last().focus()
    await ada.page.keyboard.press('End')
    await eventually(() => scrolled(ada.page), (below) => below < 40)
    await world.ada.client.patchChannel(world.channel.id, { header: 'Threads of **gold**' } as never)
    await row(ada.page, 'set the header of the channel').getByText('ada', { exact: true }).waitFor()
    await say('I am the admin', { props: { override_username: 'admin', override_icon_url: 'https://x.example/y.png' } })
    await row(ada.page, 'I am the admin').getByText('bob', { exact: true }).first().waitFor()
  })

  it('plays sound and film, from any moment on', async () => {
    const { page } = ada
    const film = await page.evaluate(async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 90 })
      const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm' })
      const parts: Blob[] = []
      recorder.ondataavailable = ({ data }) => { parts.push(data) }
      const stopped = new Promise((resolve) => { recorder.onstop = resolve })
      recorder.start()
      for (let frame = 0; frame < 40; frame += 1) {
        canvas.getContext('2d')?.fillRect(frame * 4, 0, 4, 90)
        await new Promise((resolve) => { requestAnimationFrame(resolve) })
      }
      recorder.stop()
      await stopped
      return [...new Uint8Array(await new Blob(parts).arrayBuffer())]
    })
    await say('Sound and film', { file_ids: [await upload('hum.wav', silence(4)), await upload('loom.webm', new Uint8Array(film)), await upload('broken.wav', new TextEncoder().encode('RIFF, and no more'))] })
    /** Plays, and goes on from there. */
    const play = (name: string, at: number): Promise<{ duration: number, at: number, width: number | undefined }> => log(page).locator(`[aria-label="${name}"]`).evaluate(async (element, moment) => {
      const media = element as HTMLVideoElement
      media.muted = true
      await media.play()
      media.pause()
      const sought = new Promise((resolve) => { media.addEventListener('seeked', resolve, { once: true }) })
      media.currentTime = moment
      await sought
      return { duration: media.duration, at: media.currentTime, width: media.videoWidth }
    }, at)
    const height = async (name: string): Promise<number> => (await log(page).locator(`[aria-label="${name}"]`).boundingBox())?.height ?? 0
    await log(page).locator('[aria-label="loom.webm"]').waitFor()
    const before = [await height('hum.wav'), await height('loom.webm')]
    deepEqual(await play('hum.wav', 3), { duration: 4, at: 3, width: undefined })
    const { at, width } = await play('loom.webm', 0.1)
    deepEqual([at, width], [0.1, 160])
    deepEqual([await height('hum.wav'), await height('loom.webm')], before)
    // Bytes that are no sound are a file as any other, whatever their name.
    await row(page, 'Sound and film').getByRole('link', { name: 'broken.wav' }).waitFor()
    equal(await log(page).locator('audio').count(), 1)
    await ada.screenshot('web/players')
  })

  it('leads to messages of conversations, of channels that one has not joined and of other teams, and hands out addresses that do', async () => {
    const { page } = ada
    const place = (): string => page.url().slice(world.server.url.length)
    const { id: directId } = await world.bob.client.createDirectChannel([world.bob.user.id, world.ada.user.id])
    const secret = await world.bob.client.createPost({ channel_id: directId, message: 'Between us' } as never)
    await say(`As agreed in ${world.server.url}/_redirect/pl/${secret.id}`)
    const quoting = row(page, 'As agreed in')
    await quoting.getByRole('link', { name: 'Go to message' }).click()
    await row(page, 'Between us').waitFor()
    equal(place(), `/engines/messages/@bob#${secret.id}`)
    await page.goBack()
    await quoting.getByRole('link', { name: '/pl/' }).click()
    await row(page, 'Between us').waitFor()
    equal(page.context().pages().length, 1)
    await page.goto(`${world.server.url}/_redirect/pl/${secret.id}`)
    await row(page, 'Between us').waitFor()
    equal(place(), `/engines/messages/@bob#${secret.id}`)

    const { client } = world.admin
    const mills = await client.createTeam({ name: 'mills', display_name: 'Mills', type: 'I' } as never)
    const gears = await client.createChannel({ team_id: mills.id, name: 'gears', display_name: 'Gears', type: 'O' } as never)
    const ground = await client.createPost({ channel_id: gears.id, message: 'Flour is ground' } as never)
    // Whoever does not belong there is told so.
    await page.goto(`${world.server.url}/engines/pl/${ground.id}`)
    await page.getByRole('main').getByRole('button', { name: 'Try again' }).waitFor()
    await client.addToTeam(mills.id, world.ada.user.id)
    await page.getByRole('link', { name: 'Mills' }).waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Try again' }).click()
    await row(page, 'Flour is ground').waitFor()
    equal(place(), `/mills/channels/gears#${ground.id}`)
    equal(await page.getByRole('main').getByRole('textbox').count(), 0)
    await page.getByRole('main').getByRole('button', { name: 'Join channel' }).click()
    await page.getByRole('main').getByRole('textbox').waitFor()

    // What was saved there leads there from here too.
    await row(page, 'Flour is ground').getByRole('article').press('a')
    await row(page, 'Flour is ground').getByText('Saved', { exact: true }).waitFor()
    await page.goto(`${world.server.url}/engines/channels/looms?panel=saved`)
    const saved = page.getByRole('region', { name: 'Saved messages' }).getByRole('listitem').filter({ hasText: 'Flour is ground' })
    await saved.getByRole('article').press('l')
    await page.getByText('The link is copied.').first().waitFor()
    equal(await page.evaluate(() => navigator.clipboard.readText()), `${world.server.url}/mills/pl/${ground.id}`)
    await saved.getByRole('link', { name: 'Jump' }).click()
    await row(page, 'Flour is ground').first().waitFor()
    equal(new URL(page.url()).pathname, '/mills/channels/gears')
  })

  it('runs nothing of what hostile people write', async () => {
    const { page } = ada
    const texts: string[] = []
    for (const text of hostileTexts.map((each) => each.replaceAll('\u0000', ''))) {
      const last = texts.at(-1)
      if (last !== undefined && last.length + text.length < 12_000) texts[texts.length - 1] = `${last}\n\n${text}`
      else texts.push(text)
    }
    const channel = await world.ada.client.createChannel({ team_id: world.team.id, name: 'hostile', display_name: 'Hostile', type: 'O' } as never)
    await page.goto(`${world.server.url}/engines/channels/hostile`)
    await log(page).waitFor()
    const requests: string[] = []
    page.on('request', (request) => { if (!request.url().startsWith(world.server.url) && !request.url().startsWith('data:')) requests.push(request.url()) })
    await page.evaluate(() => { for (const name of ['alert', 'msgbox'] as const) (globalThis as unknown as Record<string, unknown>)[name] = () => { document.documentElement.dataset['hacked'] = 'yes' } })
    for (const [place, message] of texts.entries()) {
      await world.ada.client.createPost({ channel_id: channel.id, message: `${message}\n\nend ${place}` } as never)
      await log(page).getByText(`end ${place}`, { exact: true }).waitFor()
    }
    const found = await log(page).evaluate((element) => {
      const bad: string[] = []
      for (const each of element.querySelectorAll('*')) {
        if (/^(?:script|iframe|object|embed|base|form|meta|link|style)$/i.test(each.tagName)) bad.push(each.outerHTML.slice(0, 200))
        for (const { name, value } of each.attributes) if (/^on/i.test(name) || (/^(?:href|src|xlink:href|action|formaction)$/i.test(name) && !/^(?:https?:\/\/|mailto:|\/|#|data:image\/jpeg)/i.test(value))) bad.push(`${each.tagName} ${name}=${value}`)
      }
      return bad
    })
    deepEqual(found, [])
    equal(await page.evaluate(() => document.documentElement.dataset['hacked']), undefined)
    // Pictures of the messages, and nothing else, may be asked for elsewhere.
    deepEqual(requests.filter((url) => !url.startsWith('https://example.com/')), [])
  })
})
