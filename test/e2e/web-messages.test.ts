import { deepEqual, equal, match, ok } from 'node:assert/strict'
import sharp from 'sharp'
import type { Locator, Page } from 'playwright-core'
import { buildWeb } from '@rookery/web/build'
import { sql } from '../../kernel/src/storage/index.ts'
import { createTestBrowser, type TestBrowser, type TestWindow } from '../harness/browser.ts'
import { password } from '../harness/mattermost-client.ts'
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
  const scrolled = (page: Page): Promise<number> => log(page).evaluate((element) => Math.round(element.scrollHeight - element.scrollTop - element.clientHeight))

  it('draws markdown, pictures, files and attachments', async () => {
    const picture = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#3a6ea5' } }).png().toBuffer()
    const upload = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
      const form = new FormData()
      form.append('channel_id', world.channel.id)
      form.append('files', new Blob([bytes]), name)
      return ((await world.bob.client.uploadFile(form)) as { file_infos: { id: string }[] }).file_infos[0]?.id ?? ''
    }
    await say(rich)
    await say('Two looms', { file_ids: [await upload('loom.png', new Uint8Array(picture)), await upload('a name that is much too long for the card in which it stands, really.pdf', new TextEncoder().encode('%PDF-1.4 x'))] })
    await say('🎉 :tada:')
    await say('', { props: { attachments: [{ pretext: 'Build **finished**', color: '#2eb886', author_name: 'Jenkins', title: 'Build 42', title_link: 'https://ci.example.com', text: 'All `green`', fields: [{ title: 'Branch', value: 'main', short: true }, { title: 'Took', value: '3 min', short: true }], footer: 'ci', actions: [{ id: 'again', name: 'Run again', type: 'button', style: 'primary', integration: { url: 'http://127.0.0.1:1/' } }] }] } })
    await open(ada, 'ada', '/engines/channels/looms')
    const message = row(ada.page, 'Release notes')
    await message.getByText('@bob', { exact: false }).first().waitFor()
    deepEqual(await message.evaluate((element) => ['strong', 'em', 's', 'table', 'blockquote', 'ol', 'math'].map((tag) => element.querySelectorAll(tag).length > 0)), Array.from({ length: 7 }, () => true))
    await message.locator('.hljs-keyword').first().waitFor()
    await message.getByText('🎉').waitFor()
    equal(await message.locator('b').count(), 0)
    await ada.page.getByRole('button', { name: 'Open loom.png' }).waitFor()
    await ada.page.getByRole('button', { name: 'Run again' }).waitFor()
    await ada.screenshot('web/messages', { everywhere: true })
    await ada.checkAccessibility()

    await ada.page.getByRole('button', { name: 'Open loom.png' }).click()
    const gallery = ada.page.getByRole('dialog')
    await gallery.getByRole('link', { name: 'Download loom.png' }).waitFor()
    await gallery.press('+')
    await ada.screenshot('web/gallery', { everywhere: true })
    await ada.page.keyboard.press('Escape')
    await gallery.waitFor({ state: 'detached' })
    // Nobody listens at that address: the person is told.
    await ada.page.getByRole('button', { name: 'Run again' }).click()
    await ada.page.getByRole('alert').filter({ hasText: 'That did not work' }).waitFor()
  })
})
