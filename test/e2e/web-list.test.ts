import { deepEqual, equal, ok } from 'node:assert/strict'
import sharp from 'sharp'
import type { Locator, Page, Route } from 'playwright-core'
import { buildWeb } from '@rookery/web/build'
import { sql, textArray } from '../../kernel/src/storage/index.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { emptyPost } from '../harness/empty-post.ts'
import { createTestBrowser, type TestBrowser } from '../harness/browser.ts'
import { password } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const dayMs = 86_400_000
const hourMs = dayMs / 24
const from = Date.UTC(2026, 0, 5, 9)
const count = 600

/** Of all heights: rows whose height nobody can guess. */
const texts = ['short', 'a line that is so long that it has to be broken at least once on any screen that people have, and on narrow ones more often than that, because it goes on and on and on and on until its end',
  '> quoted\n> twice\n\nand answered', '```\ncode\nof\nfour\nlines\n```', '1. one\n2. two\n3. three', '| a | b |\n|---|---|\n| 1 | 2 |', '![a picture](https://pictures.example/alone.png)', 'with ![a small one](https://pictures.example/small.png) in it']

/** Pictures in what integrations and plugins add, above the middle of where the tests read. */
const withPictures = {
  296: { plugin_blocks: { version: 1, blocks: [{ kind: 'image', fallback: 'drawn', url: 'https://pictures.example/block.png', alt: 'drawn' }] } },
  298: { attachments: [{ text: 'attached', image_url: 'https://pictures.example/attached.png', thumb_url: 'https://pictures.example/thumb.png' }] },
}
const idOf = (place: number): string => `pixel${String(place).padStart(21, '0')}`

describe('the list of messages, to the pixel', function () {
  this.timeout(240_000)
  let world: World
  let browser: TestBrowser
  let page: Page
  /** Pictures come when the test lets them. */
  let held: Route[] = []
  let isHolding = true
  before(async () => {
    const { folder } = await buildWeb()
    ;[world, browser] = await Promise.all([createWorld({ web: folder }), createTestBrowser()])
    const picture = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#3a6ea5' } }).png().toBuffer()
    const form = new FormData()
    form.append('channel_id', world.channel.id)
    form.append('files', new Blob([new Uint8Array(picture)]), 'loom.png')
    const { file_infos: [file] } = await world.bob.client.uploadFile(form) as { file_infos: { id: string }[] }
    await world.bob.client.createPost({ channel_id: world.channel.id, message: 'with a file', file_ids: [file?.id ?? ''] } as never)
    const { db, tail } = world.server.kernel
    await db.query(sql`insert into posts select p.* from generate_series(1, ${count}) n, jsonb_populate_record(null::posts, ${emptyPost}::jsonb || jsonb_build_object(
      'id', 'pixel' || lpad(n::text, 21, '0'), 'channel_id', ${world.channel.id}::text, 'user_id', case when n % 7 < 3 then ${world.ada.user.id}::text else ${world.bob.user.id}::text end,
      'message', (${textArray(texts)})[1 + n % 8] || E'\n\nmessage ' || n, 'create_at', ${from}::bigint + n * ${hourMs}::bigint, 'update_at', ${from}::bigint + n * ${hourMs}::bigint,
      'props', coalesce(${JSON.stringify(withPictures)}::jsonb -> n::text, '{}'::jsonb))) p`)
    await tail.settled()
    page = (await browser.openWindow()).page
    const pictures = async (route: Route): Promise<void> => {
      if (isHolding) held.push(route)
      else await route.fulfill({ contentType: 'image/png', body: picture })
    }
    await page.route('https://pictures.example/**', pictures)
    await page.route('**/api/v1/files.*', async (route) => { if (isHolding) held.push(route); else await route.continue() })
    await page.addInitScript(() => {
      const shifts: string[] = []
      Object.assign(globalThis, { shifts })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number, sources: { node?: Node, previousRect: DOMRect, currentRect: DOMRect }[] })[]) {
          for (const { node, previousRect, currentRect } of entry.sources) {
            const element = node instanceof Element ? node : node?.parentElement
            if (element?.closest('[role=log]') && Math.abs(previousRect.y - currentRect.y) >= 1) shifts.push(`${element.tagName} ${element.className} "${element.textContent.slice(0, 30)}" from ${previousRect.y} to ${currentRect.y}`)
          }
        }
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.goto(`${world.server.url}/login`)
    await page.getByLabel('Email or username').fill('ada')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('log').waitFor()
  })
  after(async () => {
    await browser?.close()
    await world?.close()
  })

  const log = (): Locator => page.getByRole('log')
  const release = async (): Promise<void> => {
    isHolding = false
    const picture = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#a53a6e' } }).png().toBuffer()
    for (const route of held) await (route.request().url().startsWith('https://pictures') ? route.fulfill({ contentType: 'image/png', body: picture }) : route.continue())
    held = []
  }
  const shifts = (): Promise<string[]> => page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts.splice(0))
  const open = async (hash = ''): Promise<void> => {
    await page.goto(`${world.server.url}/engines/channels/looms${hash}`)
    await log().locator('[data-post]').first().waitFor()
    await isStill()
    await shifts()
  }
  /** Until nothing has moved for half a second of frames. */
  const isStill = (): Promise<void> => log().evaluate(async (element) => {
    for (let still = 0, before = ''; still < 30;) {
      const now = `${element.scrollTop} ${element.scrollHeight}`
      still = now === before ? still + 1 : 0
      before = now
      await new Promise((resolve) => { requestAnimationFrame(resolve) })
    }
  })
  /** How far the row in the middle of the window moves while something happens that must not move it. */
  const movement = async (during: () => Promise<unknown>): Promise<number> => {
    await log().evaluate((element) => {
      const frame = element.getBoundingClientRect()
      const anchor = [...element.querySelectorAll<HTMLElement>('[data-post]')].find((row) => row.getBoundingClientRect().top > frame.top + frame.height / 3)
      if (!anchor) throw new Error('There is no row in the middle')
      const at = anchor.getBoundingClientRect().top
      const watch = { isOver: false, largest: 0, frames: 0 }
      Object.assign(globalThis, { watch })
      const look = (): void => {
        watch.frames += 1
        watch.largest = Math.max(watch.largest, anchor.isConnected ? Math.abs(anchor.getBoundingClientRect().top - at) : Infinity)
        if (!watch.isOver) requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })
    await during()
    await isStill()
    return page.evaluate(() => {
      const { watch } = globalThis as unknown as { watch: { isOver: boolean, largest: number } }
      watch.isOver = true
      return watch.largest
    })
  }
  /** Whether a message is drawn and stands within the window of the list. */
  const isInSight = (postId: string, { page: where } = { page }): Promise<boolean> => where.getByRole('log').evaluate((element, id) => {
    const row = element.querySelector(`[data-post="${id}"]`)?.getBoundingClientRect()
    const frame = element.getBoundingClientRect()
    return row !== undefined && row.top >= frame.top && row.bottom <= frame.bottom
  }, postId)
  const comesInSight = (postId: string, where = { page }): Promise<boolean> => eventually(() => isInSight(postId, where).catch(() => false), Boolean)
  const size = (): Promise<number> => log().evaluate((element) => Number(element.querySelector('[aria-setsize]')?.getAttribute('aria-setsize')))

  it('keeps its place while older posts come, page after page', async () => {
    await open()
    for (let stretch = 0; stretch < 6; stretch += 1) {
      const before = await size()
      // Near enough to the beginning for the next page, and still from then on.
      await log().evaluate((element) => { element.scrollTop = Math.min(1100, element.scrollTop) })
      await log().evaluate(() => new Promise((resolve) => { requestAnimationFrame(resolve) }))
      const moved = await movement(() => eventually(size, (now) => now > before))
      ok(moved <= 0.5, `the row that was being read moved by ${moved} pixels`)
    }
    deepEqual(await shifts(), [])
  })

  it('keeps its place while pictures come, above and below', async () => {
    isHolding = true
    await open(`#${idOf(300)}`)
    await eventually(() => held.length, (waiting) => waiting > 0)
    const moved = await movement(async () => {
      await release()
      await eventually(() => log().evaluate((element) => [...element.querySelectorAll<HTMLImageElement>('article img')].filter(({ complete, naturalWidth }) => complete && naturalWidth > 0).length), (drawn) => drawn > 0)
    })
    ok(moved <= 0.5, `the row that was being read moved by ${moved} pixels`)
    deepEqual(await shifts(), [])
  })

  it('stays at the end while the pictures there come', async () => {
    isHolding = true
    await world.bob.client.viewMyChannel(world.channel.id)
    await open()
    await page.getByRole('button', { name: 'Jump to latest' }).click().catch(() => {})
    await log().getByText('with a file').waitFor()
    await isStill()
    await shifts()
    const moved = await movement(release)
    ok(moved <= 0.5, `a row moved by ${moved} pixels`)
    ok(await log().evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight) < 40)
    deepEqual(await shifts(), [])
  })

  it('moves nothing that is read when somebody reacts above or writes below', async () => {
    await open(`#${idOf(300)}`)
    const moved = await movement(async () => {
      await world.bob.client.createPost({ channel_id: world.channel.id, message: 'down there' } as never)
      await world.bob.client.addReaction(world.bob.user.id, idOf(290), 'rocket')
    })
    ok(moved <= 0.5, `the row that was being read moved by ${moved} pixels`)
  })

  it('has all in its place whenever it is painted, and reads nothing anew for who comes back', async () => {
    /** What was seen after each frame, from the moment that a channel is chosen: how far the last row ended from the end of the window. */
    const visit = async (channel: string): Promise<number[]> => {
      await page.evaluate(() => {
        const seen = { ends: [] as number[], isOver: false }
        Object.assign(globalThis, { seen })
        const before = document.querySelector('[role=log]')
        // Within the frame, after all is measured and placed: a task after it may come when what will be measured for the next is there already.
        const look = (): void => {
          const frame = new ResizeObserver(() => {
            frame.disconnect()
            note()
            if (!seen.isOver) requestAnimationFrame(look)
          })
          frame.observe(document.body)
        }
        const note = (): void => {
          const list = document.querySelector('[role=log]')
          const last = [...list?.querySelectorAll('[data-post]') ?? []].filter((row) => getComputedStyle(row).visibility === 'visible').at(-1)
          if (list && last && list !== before) seen.ends.push(Math.round(list.getBoundingClientRect().bottom - last.getBoundingClientRect().bottom))
        }
        requestAnimationFrame(look)
      })
      await page.locator('[data-channel] a', { hasText: channel }).click()
      await page.getByRole('log', { name: channel }).waitFor()
      await isStill()
      return page.evaluate(() => {
        const { seen } = globalThis as unknown as { seen: { ends: number[], isOver: boolean } }
        seen.isOver = true
        return seen.ends
      })
    }
    await page.goto(`${world.server.url}/engines/channels/town-square`)
    await page.getByRole('log', { name: 'Town Square' }).waitFor()
    const first = await visit('Looms')
    const known = await size()
    await visit('Town Square')
    const again = await visit('Looms')
    for (const ends of [first, again]) {
      // A row that goes on with what was said has less room below it.
      ok(ends.length > 10 && ends.every((end) => end > 8 && end < 24), `a picture was painted with the rows elsewhere: ${ends.join(' ')}`)
    }
    equal(await size(), known)
  })

  it('opens around the message that the address names: followed, loaded anew, on the way back and forward, and by somebody else', async () => {
    const named = idOf(100)
    await page.goto(`${world.server.url}/engines/pl/${named}`)
    await comesInSight(named)
    const address = page.url()
    equal(new URL(address).pathname + new URL(address).hash, `/engines/channels/looms#${named}`)
    await page.reload()
    await comesInSight(named)
    await page.getByRole('link', { name: 'Town Square' }).click()
    await page.getByRole('log', { name: 'Town Square' }).waitFor()
    await page.goBack()
    await comesInSight(named)
    await page.goForward()
    await page.getByRole('log', { name: 'Town Square' }).waitFor()
    await page.goBack()
    await comesInSight(named)
    await isStill()
    ok(await isInSight(named))
    // Nothing is kept where it is opened for the first time.
    const other = await browser.openWindow()
    await other.context.addCookies(await page.context().cookies())
    await other.page.goto(address)
    await comesInSight(named, other)
    // What is there no more, or in another channel, is as if the address named nothing.
    const elsewhere = await world.bob.client.createPost({ channel_id: (await world.bob.client.getChannelByName(world.team.id, 'town-square')).id, message: 'elsewhere' } as never)
    for (const id of [elsewhere.id, 'x'.repeat(26)]) {
      await other.page.goto('about:blank')
      await other.page.goto(`${world.server.url}/engines/channels/looms#${id}`)
      await other.page.getByRole('log', { name: 'Looms' }).getByText('down there').waitFor()
    }
    equal(await other.page.getByRole('log').getByText('elsewhere').count(), 0)
    deepEqual(other.complaints, [])
    await other.close()
  })

  it('shows what a reply answers where the address names the reply, and reads no more than what is around it', async () => {
    const root = idOf(60)
    const reply = await world.bob.client.createPost({ channel_id: world.channel.id, root_id: root, message: 'the answer' } as never)
    await page.goto(`${world.server.url}/engines/pl/${reply.id}`)
    for (const open of [() => Promise.resolve(null), () => page.reload()]) {
      await open()
      await page.getByRole('region', { name: 'Thread' }).getByText('the answer').waitFor()
      await comesInSight(root)
      await isStill()
      ok(await isInSight(root))
      ok(await log().locator('.marked').filter({ has: page.locator(`[data-post="${root}"]`) }).isVisible())
      // A stretch and what comes near its ends.
      ok(await size() < 250, `${await size()} rows were read`)
    }
  })

  it('says of many who came in a row in one line, which opens by key and stays where it is', async () => {
    const { client } = world.ada
    const comerOf = (place: number): string => `comer${String(place + 39).padStart(21, '0')}`
    const yard = await client.createChannel({ team_id: world.team.id, name: 'yard', display_name: 'Yard', type: 'O' } as never)
    const { db, tail } = world.server.kernel
    await db.query(sql`delete from posts where channel_id = ${yard.id}`)
    await db.query(sql`insert into posts select p.* from generate_series(-39, 200) n, jsonb_populate_record(null::posts, ${emptyPost}::jsonb || jsonb_build_object(
      'id', 'comer' || lpad((n + 39)::text, 21, '0'), 'channel_id', ${yard.id}::text, 'user_id', ${world.bob.user.id}::text,
      'type', case when n > 0 then 'system_join_channel' else '' end, 'message', 'before them', 'props', jsonb_build_object('username', 'weaver' || n),
      'create_at', ${from}::bigint + n, 'update_at', ${from}::bigint + n)) p`)
    await tail.settled()
    await client.createPost({ channel_id: yard.id, message: 'Welcome, all of you' } as never)
    await page.goto(`${world.server.url}/engines/channels/yard`)
    const crowd = log().locator('.crowd')
    // Page after page, however little that is to be seen.
    await crowd.getByText('@weaver1, @weaver2, @weaver3, and 197 others joined the channel.').waitFor()
    const line = crowd.getByRole('article')
    await log().getByText('Welcome, all of you').waitFor()
    await isStill()
    const placed = (await line.boundingBox())?.y
    await log().locator('article').filter({ hasText: 'Welcome' }).focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await log().getByText('@weaver2 joined the channel.', { exact: true }).waitFor()
    await isStill()
    equal((await line.boundingBox())?.y, placed)
    ok(await line.evaluate((element) => element === document.activeElement))
    equal(await crowd.getByRole('button', { name: 'Show less' }).getAttribute('aria-expanded'), 'true')
    await page.keyboard.press('ArrowDown')
    equal(await page.evaluate(() => document.activeElement?.getAttribute('data-post')), comerOf(1))
    await crowd.getByRole('button', { name: 'Show less' }).click()
    await log().getByText('@weaver2 joined the channel.', { exact: true }).waitFor({ state: 'detached' })
    await log().getByText('Welcome, all of you').waitFor()
    // Who is named by the address stands by itself.
    const named = comerOf(120)
    await page.goto(`${world.server.url}/engines/pl/${named}`)
    await comesInSight(named)
    await isStill()
    ok(await isInSight(named))
    await page.reload()
    await comesInSight(named)
  })

  it('jumps to a date, and to the nearest where nobody wrote on that day', async () => {
    await open()
    for (const [day, text] of [['2026-01-10', 'message 111'], ['2025-12-24', 'message 1']] as const) {
      await page.getByTitle('Jump to a date').last().click()
      await page.getByLabel('Jump to a date').fill(day)
      await page.getByRole('button', { name: 'Jump', exact: true }).click()
      await log().getByText(text, { exact: true }).waitFor()
      await isStill()
    }
  })
})
