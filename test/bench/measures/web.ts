import { setTimeout as wait } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { createTestBrowser, type TestBrowser } from '../../harness/browser.ts'
import { message, type Bench } from '../bench.ts'
import { quantile } from '../gauges.ts'
import type { Line, Measure } from '../measure.ts'
import { addProbe } from '../web/probe.ts'
import { buildTown, type Town, type TownSize } from '../web/town.ts'

const channelCount = 40
const historySize = 10_000
const postsPerSecond = 50
/** Of a screen with sixty pictures a second, and a tenth more: no picture is left out. */
const frameMs = 18.3
const mebibyte = 2 ** 20
const switchesAtOnce = 250

const single = (value: number): Line['rounds'] => [{ ours: value, peers: undefined }]

/** A town and a browser of its own for each, so that none finds what another left. */
const measureOf = (name: string, size: TownSize, look: (browser: TestBrowser, town: Town, bench: Bench) => Promise<Line[]>): Measure => ({
  name: `web-${name}`,
  async run(bench) {
    const town = await buildTown(bench, size)
    const browser = await createTestBrowser()
    try {
      return await look(browser, town, bench)
    } finally {
      await browser.close()
    }
  },
})

async function open(browser: TestBrowser, town: Town, address: string): Promise<Page> {
  const { page } = await town.openWindow(browser, address)
  await addProbe(page)
  // What a start does aside is not what is measured.
  await wait(2000)
  return page
}

/** Through all channels by the keyboard; in the first round none of them is known yet. */
async function switching(browser: TestBrowser, town: Town, { rounds }: Bench): Promise<Line[]> {
  const page = await open(browser, town, `/channels/${town.channels[0]?.name}`)
  const round = async (key: string): Promise<number[]> => {
    const times: number[] = []
    for (let step = 1; step < channelCount; step += 1) {
      // A key that comes before anybody waits for it would be waited for forever.
      await page.evaluate(() => { window.probe.awaitKey() })
      await page.keyboard.press(key)
      times.push(await page.evaluate(() => window.probe.switched))
    }
    return times
  }
  const fresh = await round('Alt+ArrowDown')
  const cached: number[] = []
  for (let each = 0; each < Math.min(rounds, 4); each += 1) cached.push(...await round(each % 2 === 0 ? 'Alt+ArrowUp' : 'Alt+ArrowDown'))
  await page.context().close()
  const line = { peer: '', unit: 'ms' }
  return [
    { ...line, measure: 'Web: channel switch from what is known, p50', goal: { atMost: 100 }, rounds: single(quantile(cached, 0.5)) },
    { ...line, measure: 'Web: channel switch from what is known, p95', goal: { atMost: 100 }, rounds: single(quantile(cached, 0.95)) },
    { ...line, measure: 'Web: channel switch from the server, p50', goal: { atMost: 300 }, rounds: single(quantile(fresh, 0.5)) },
    { ...line, measure: 'Web: channel switch from the server, p95', goal: { atMost: 300 }, rounds: single(quantile(fresh, 0.95)) },
  ]
}

/** Fifty posts a second, half of them into the channel on the screen. */
async function flood(browser: TestBrowser, town: Town, { isQuick }: Bench): Promise<Line[]> {
  const [here, there] = town.channels as [Town['channels'][number], Town['channels'][number]]
  const page = await open(browser, town, `/channels/${here.name}`)
  await page.evaluate(() => { window.probe.longTasks.length = 0 })
  const seconds = isQuick ? 6 : 20
  const sent: Promise<unknown>[] = []
  const startedAt = performance.now()
  for (let number = 0; number < seconds * postsPerSecond; number += 1) {
    const { client } = town.authors[number % town.authors.length] as Town['authors'][number]
    sent.push(client.createPost({ channel_id: number % 2 === 0 ? here.id : there.id, message: `${message} ${number}` } as never))
    await wait(Math.max(0, startedAt + (number + 1) * 1000 / postsPerSecond - performance.now()))
  }
  await Promise.all(sent)
  await page.getByRole('log').getByText(`${message.trim()} ${seconds * postsPerSecond - 2}`).waitFor()
  const longTasks = await page.evaluate(() => window.probe.longTasks)
  await page.context().close()
  return [
    { measure: `Web: ${postsPerSecond} posts/s: longest task`, peer: '', unit: 'ms', goal: { atMost: 200 }, rounds: single(Math.max(0, ...longTasks)) },
    { measure: `Web: ${postsPerSecond} posts/s: time in tasks of more than 50 ms`, peer: '', unit: '%', goal: undefined, rounds: single(longTasks.reduce((sum, ms) => sum + ms, 0) / (seconds * 10)) },
  ]
}

/** Through ten thousand posts: while they are read from the server, and when all are there. */
async function scrolling(browser: TestBrowser, town: Town, { isQuick }: Bench): Promise<Line[]> {
  const page = await open(browser, town, `/channels/${town.history?.name}`)
  const ms = isQuick ? 5000 : 15_000
  const loading = await page.evaluate((span) => window.probe.scroll(-50, span), ms)
  // All of them: again and again to the top.
  await page.waitForFunction((size) => {
    const log = document.querySelector('[role=log]')
    if (log) log.scrollTop = 0
    return Number(log?.querySelector('[aria-setsize]')?.getAttribute('aria-setsize')) >= size
  }, historySize, { polling: 50, timeout: 120_000 })
  const loaded = await page.evaluate((span) => window.probe.scroll(50, span), ms)
  await page.context().close()
  const line = { peer: '', unit: 'ms', goal: { atMost: frameMs } }
  return [
    { ...line, measure: 'Web: frame while older posts load, 3,000 px/s, p50', rounds: single(quantile(loading, 0.5)) },
    { ...line, measure: 'Web: frame while older posts load, 3,000 px/s, p95', rounds: single(quantile(loading, 0.95)) },
    { ...line, measure: 'Web: frame among 10,000 posts, 3,000 px/s, p50', rounds: single(quantile(loaded, 0.5)) },
    { ...line, measure: 'Web: frame among 10,000 posts, 3,000 px/s, p95', rounds: single(quantile(loaded, 0.95)) },
  ]
}

/** Through all channels again and again: what stays of it. */
async function memory(browser: TestBrowser, town: Town, { isQuick }: Bench): Promise<Line[]> {
  const page = await open(browser, town, `/channels/${town.channels[0]?.name}`)
  const session = await page.context().newCDPSession(page)
  const switches = isQuick ? 500 : 5000
  const warmUp = isQuick ? 1500 : 2500
  // Whoever looks at a channel before the next leaves the browser time to collect. Without that V8's tables of weak keys grow
  // to all that comes between two collections, and never become smaller again.
  const go = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += switchesAtOnce) {
      await page.evaluate(async (times) => { for (let index = 0; index < times; index += 1) await window.probe.open(index) }, switchesAtOnce)
      await session.send('HeapProfiler.collectGarbage')
    }
  }
  // Until all that is kept once is there: V8 goes on to compile for a good thousand switches.
  await go(warmUp)
  const before = await held(session)
  await go(switches)
  const after = await held(session)
  await page.context().close()
  const words = `after ${switches.toLocaleString('en')} channel switches`
  return [
    { measure: `Web: heap ${words}: growth`, peer: '', unit: '%', goal: { atMost: 5 }, rounds: single((after.bytes / before.bytes - 1) * 100) },
    { measure: `Web: heap ${words}`, peer: '', unit: 'MiB', goal: undefined, rounds: single(after.bytes / mebibyte) },
    { measure: `Web: nodes of the page ${words}: growth`, peer: '', unit: '%', goal: { atMost: 5 }, rounds: single((after.nodes / before.nodes - 1) * 100) },
    { measure: `Web: listeners ${words}: growth`, peer: '', unit: '%', goal: { atMost: 5 }, rounds: single((after.listeners / before.listeners - 1) * 100) },
  ]
}

/** When all that nobody needs has been collected. */
async function held(session: CDPSession): Promise<{ bytes: number, nodes: number, listeners: number }> {
  await wait(4000)
  for (let time = 0; time < 3; time += 1) await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
  return { bytes: usedSize, nodes, listeners: jsEventListeners }
}

/** The web app in a real Chromium on the machine of the server: what whoever sits before it waits for. */
export const web: readonly Measure[] = [
  measureOf('switching', { channelCount, historySize: 0 }, switching), measureOf('flood', { channelCount: 2, historySize: 0 }, flood),
  measureOf('scrolling', { channelCount: 1, historySize }, scrolling), measureOf('memory', { channelCount, historySize: 0 }, memory),
]
