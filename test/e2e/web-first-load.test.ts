import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { statSync } from 'node:fs'
import path from 'node:path'
import { buildWeb } from '@rookery/web/build'
import { filesOf, firstModules, reach, readManifest } from '../../web/build/manifest.ts'
import { createWebWorld, type WebWorld } from '../harness/web-world.ts'

/** Of script, with gzip: what somebody waits for before the first messages can be read and answered. */
const maximumBytes = 250 * 1024

const scriptBytes = (folder: string, files: readonly string[]) => files.filter((file) => file.endsWith('.js'))
  .map((file) => ({ file, bytes: statSync(path.join(folder, `${file}.gz`), { throwIfNoEntry: false })?.size ?? statSync(path.join(folder, file)).size }))
  .toSorted((one, other) => other.bytes - one.bytes)

const judge = (scripts: readonly { readonly file: string, readonly bytes: number }[], what: string): void => {
  const total = scripts.reduce((sum, { bytes }) => sum + bytes, 0)
  const largest = scripts.slice(0, 12).map(({ file, bytes }) => `${(bytes / 1024).toFixed(1).padStart(8)} KB  ${file}`).join('\n')
  ok(total <= maximumBytes, `${what}: ${(total / 1024).toFixed(1)} KB of script, at most ${maximumBytes / 1024}; the largest:\n${largest}`)
}

/** 400 kbit/s, as 3G is where it is bad. */
const slowBytesPerSecond = 50_000

describe('the first load of the web app', function () {
  this.timeout(180_000)
  let world: WebWorld
  let folder: string
  before(async () => {
    ({ folder } = await buildWeb())
    world = await createWebWorld(['ada'])
  })
  after(() => world?.remove())

  it('is small in every language, as it was built', async () => {
    const manifest = await readManifest(folder)
    for (const language of ['en', 'de', 'ar']) judge(scriptBytes(folder, filesOf(manifest, reach(manifest, firstModules(language)))), language)
  })

  it('is small in a real browser until a message can be written, and its files are kept for ever and compressed', async () => {
    const { page } = await (world.people['ada'] as WebWorld['people'][string]).openWindow('/login')
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    const scripts = new Map<string, { readonly path: string, bytes: number }>()
    session.on('Network.responseReceived', ({ requestId, type, response: { url, headers } }) => {
      const { pathname } = new URL(url)
      if (type !== 'Script') return
      scripts.set(requestId, { path: pathname, bytes: 0 })
      equal(headers['Cache-Control'] ?? headers['cache-control'], 'public, max-age=31536000, immutable', pathname)
    })
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const script = scripts.get(requestId)
      if (script) script.bytes = encodedDataLength
    })
    await page.goto(`${world.server.url}/engines/channels/town-square`)
    await page.getByRole('main').getByRole('textbox').waitFor()
    await page.getByRole('log').locator('[data-post]').first().waitFor()
    // Each once, though without a cache what was preloaded is asked for again.
    const seen = [...new Map([...scripts.values()].map((script) => [script.path, script])).values()]
    ok(seen.length > 1, 'no scripts were seen')
    judge(scriptBytes(folder, seen.map((script) => script.path.slice(1))), 'in the browser')
    // As it went over the wire (brotli).
    judge(seen.map(({ path: file, bytes }) => ({ file, bytes })), 'over the wire')
    await page.context().close()
  })

  it('says that it begins, opens and sends on a slow line', async () => {
    const ada = world.people['ada'] as WebWorld['people'][string]
    const window = await ada.openWindow('/login')
    const { page } = window
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    let heardBytes = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => { heardBytes += encodedDataLength })
    session.on('Network.webSocketFrameReceived', ({ response }) => { heardBytes += response.payloadData.length })
    /** What such a line carries in so many seconds: times would measure this machine. */
    const costs = async (what: string, seconds: number, work: () => Promise<void>): Promise<void> => {
      heardBytes = 0
      await work()
      ok(heardBytes > 0 && heardBytes <= seconds * slowBytesPerSecond, `${what} took ${heardBytes} bytes, of which such a line carries ${slowBytesPerSecond} a second`)
    }
    // As slow as 3G is where it is bad: 400 ms, 400 kbit/s each way.
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: slowBytesPerSecond, uploadThroughput: slowBytesPerSecond })
    const startedAt = performance.now()
    await page.goto(`${world.server.url}/engines/channels/town-square`, { waitUntil: 'commit' })
    await page.getByRole('status', { name: 'Rookery' }).waitFor()
    const begunMs = performance.now() - startedAt
    await window.screenshot('web/beginning', { everywhere: 'nightly' })
    await page.getByRole('main').getByRole('textbox').waitFor({ timeout: 90_000 })
    const openMs = performance.now() - startedAt
    ok(heardBytes <= 10 * slowBytesPerSecond, `to begin took ${heardBytes} bytes`)
    await page.getByRole('status', { name: 'Rookery' }).waitFor({ state: 'detached' })
    // What is said shows at once; that it has arrived is told when it has.
    await page.getByRole('main').getByRole('textbox').fill('slow but sure')
    await page.getByRole('main').getByRole('textbox').press('Enter')
    await page.getByRole('log').getByText('slow but sure').waitFor()
    await page.getByRole('log').locator('[data-post]').filter({ hasText: 'slow but sure' }).waitFor()
    await costs('another channel', 1, async () => {
      await page.getByRole('link', { name: 'Off-Topic' }).click()
      await page.getByRole('heading', { level: 1, name: 'Off-Topic' }).waitFor()
      await page.getByRole('log').locator('[data-post]').first().waitFor()
    })
    await page.getByRole('link', { name: 'Town Square' }).click()
    // The first thread brings the code of threads with it.
    await costs('a thread', 2, async () => {
      await page.getByRole('log').locator('[data-post]').filter({ hasText: 'slow but sure' }).hover()
      await page.getByRole('button', { name: 'Reply in thread' }).first().click()
      await page.getByRole('complementary').getByText('slow but sure').waitFor()
    })
    console.log(`    on a slow line: begins after ${Math.round(begunMs)} ms, can be written in after ${Math.round(openMs)} ms`)
    ok(begunMs < openMs / 2, `nothing was shown for ${begunMs} of ${openMs} ms`)
    deepEqual(window.complaints, [])
    await page.context().close()
  })

  it('sends each file in the form that is smallest for whoever asks', async () => {
    const manifest = await readManifest(folder)
    const entry = `${world.server.url}/${manifest['root.html']?.file ?? ''}`
    const sizes = await Promise.all(['br', 'gzip', 'identity'].map(async (encoding) => {
      const answer = await fetch(entry, { headers: { 'accept-encoding': encoding } })
      equal(answer.headers.get('content-encoding'), encoding === 'identity' ? null : encoding)
      match(answer.headers.get('vary') ?? '', /accept-encoding/i)
      return Number(answer.headers.get('content-length'))
    }))
    ok((sizes[0] ?? 0) < (sizes[1] ?? 0) && (sizes[1] ?? 0) < (sizes[2] ?? 0), sizes.join(', '))
    equal((await fetch(`${world.server.url}/`)).headers.get('cache-control')?.startsWith('no-cache'), true)
    equal((await fetch(`${world.server.url}/service-worker.js`)).headers.get('cache-control'), 'no-cache')
    // What the build says of itself is nobody's business.
    equal((await fetch(`${world.server.url}/.manifest.json`)).headers.get('content-type')?.includes('json'), false)
  })
})
