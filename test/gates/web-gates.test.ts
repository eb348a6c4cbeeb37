import { deepEqual, equal } from 'node:assert/strict'
import { axeFindings } from '../harness/accessibility.ts'
import type { TestWindow } from '../harness/browser.ts'
import { createWebWorld, type WebWorld } from '../harness/web-world.ts'
import { speak } from './app-page.ts'
import { furnish, type Furniture } from './furniture.ts'
import { hostileFiles, hostileMarkdown } from './hostile.ts'
import { keyboardSession, skipLinks } from './keyboard-session.ts'
import { measurePhone, measureWidth, standStill } from './measure.ts'
import { announcements, forcedColours, motions, outline } from './readers.ts'
import { pseudoFindings } from './pseudo-language.ts'
import { unreachable } from './reachable.ts'
import type { Screen } from './screen.ts'
import { screens, start } from './screens.ts'
import { createStage, type Stage } from './sweep.ts'

/** Small controls with a larger one beside them that does the same: the picture beside a name opens the same card. */
const twins = ['.message .name']
const isNightly = process.env['ROOKERY_NIGHTLY'] === '1'
/** For whoever works on one screen: a part of its name. */
const only = new RegExp(process.env['ROOKERY_SCREENS'] ?? '')

describe('the gates of the web app', function () {
  this.timeout(400_000)
  let world: WebWorld
  let furniture: Furniture
  /** Two people look at the same time: one at the channels, one at settings and administration. */
  let stages: readonly Stage[]
  const windows: TestWindow[] = []
  const open = async (name: string, address: string): Promise<TestWindow> => {
    const window = await world.people[name]?.openWindow(address)
    if (!window) throw new Error(`${name} is not there`)
    windows.push(window)
    return window
  }
  before(async () => {
    world = await createWebWorld(['ada', 'bob', 'carol', 'nadia'], { nadia: 'نادية الخطيب', carol: 'Carol Danvers-Featherstonehaugh of the Far Away Hills' }, { ROOKERY_ACCOUNTS_ALLOW_ACCESS_TOKENS: 'true' })
    furniture = await furnish(world)
    stages = [createStage(furniture), createStage(furniture)]
  })
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') for (const [place, window] of windows.entries()) await window.screenshot(`gates/failed-${place}`).catch(() => {})
  })
  after(async () => { await world?.remove() })

  type Look = (window: TestWindow, isCovered: boolean, screen: Screen) => Promise<string[]>
  const tryScreen = async (stage: Stage, screen: Screen, size: 'desktop' | 'phone', look: Look): Promise<string[]> => {
    const problems: string[] = []
    try {
      const window = await stage.show(screen, size)
      if (process.env['ROOKERY_PICTURES']) await window.screenshot(`gates/${screen.name} ${size}`)
      problems.push(...await look(window, await stage.isCovered(), screen))
    } catch (error) {
      problems.push(`could not be shown: ${String(error).slice(0, 600)}`)
      await stage.current?.screenshot(`gates/failed-${screen.name}-${size}`).catch(() => {})
    }
    if (stage.current) await speak(stage.current.page, 'en').catch(() => {})
    problems.push(...await stage.leave(screen).catch((error: unknown) => [`could not be left: ${String(error).slice(0, 300)}`]))
    return problems.map((problem) => `${screen.name}: ${problem}`)
  }
  /** Tries every screen, and tells of all that was found at the end: one look at the list shows what belongs together. */
  const sweep = async (size: 'desktop' | 'phone', look: Look): Promise<void> => {
    const isApart = ({ address = '' }: Screen): boolean => /^\/(?:admin|settings)/.test(address)
    const wanted = screens.filter(({ name }) => only.test(name))
    const lanes = [wanted.filter((screen) => !isApart(screen)), wanted.filter(isApart)]
    const problems = (await Promise.all(stages.map(async (stage, place) => {
      const found: string[] = []
      for (const screen of lanes[place] ?? []) found.push(...await tryScreen(stage, screen, size, look))
      return found
    }))).flat()
    if (process.env['ROOKERY_PICTURES']) console.log(problems.join('\n'))
    if (problems.length > 0) throw new Error(`${problems.length} problems:\n${problems.join('\n')}`)
  }
  const covering = '[role="menu"], [role="dialog"]'

  it('axe finds nothing on any screen, nothing moves unasked, longer texts have room, and the focus comes back', () => sweep('desktop', async (window, isCovered) => {
    const { page } = window
    const within = isCovered ? { within: covering } : {}
    const found = [...await axeFindings(page, within), ...await unreachable(page), ...await motions(window)]
    await page.emulateMedia({ colorScheme: 'dark' })
    found.push(...(await axeFindings(page, { rules: ['color-contrast'], ...within })).map((each) => `dark: ${each}`))
    await page.emulateMedia({ colorScheme: 'light' })
    found.push(...(await pseudoFindings(page, furniture.words)).map((each) => `pseudo-language: ${each}`))
    return found
  }))

  it('every screen fits a phone, with targets for a finger, from right to left as well', () => sweep('phone', async ({ page }, isCovered, { inArabic }) => {
    const axe = (): Promise<string[]> => axeFindings(page, isCovered ? { within: covering } : {})
    const look = async (): Promise<string[]> => [...await measurePhone(page, twins), ...await measureWidth(page)]
    await standStill(page)
    const found = [...await axe(), ...await unreachable(page), ...await look()]
    // As wide as a window of 1280 pixels at 400 %.
    await page.setViewportSize({ width: 320, height: 640 })
    found.push(...(await measureWidth(page)).map((each) => `320 pixels: ${each}`))
    await page.setViewportSize({ width: 390, height: 844 })
    if (inArabic) {
      found.push(...[...await pseudoFindings(page, furniture.words), ...await measureWidth(page)].map((each) => `pseudo-language: ${each}`))
      await speak(page, 'ar')
      equal(await page.evaluate(() => document.documentElement.dir), 'rtl')
      // From right to left axe sees the same: by night it looks again.
      found.push(...[...(isNightly ? await axe() : []), ...await look()].map((each) => `Arabic: ${each}`))
    }
    return found
  }))

  it('says aloud what happens, has an outline, and keeps to colours of the system', async () => {
    const window = await open('ada', start)
    await outline(window, furniture)
    await forcedColours(window)
    await announcements(window, furniture)
  })

  it('can be used by keys alone', async () => {
    const window = await open('ada', start)
    await skipLinks(window, furniture)
    // What no key leads to would be noticed.
    deepEqual(await unreachable(window.page), [])
    const button = await window.page.getByRole('main').getByRole('button').last().evaluate((element) => { element.tabIndex = -1; return element.textContent ?? '' })
    equal((await unreachable(window.page)).length, 1, button)
    const stranger = await world.browser.openWindow()
    windows.push(stranger)
    await keyboardSession(stranger, furniture)
  })

  it('runs nothing of hostile markdown, asks nobody, and stays in order', async () => { await hostileMarkdown(await open('ada', start), furniture) })
  it('runs nothing of hostile files, by their names or by their bytes', async () => { await hostileFiles(await open('ada', start), furniture) })

  it('sends every page with a policy that allows no script of others', async () => {
    for (const address of ['/', '/login', start, '/admin/plugins', '/settings/profile', '/no/such/place', '/engines/pl/x', '/robots.txt']) {
      const response = await fetch(`${world.server.url}${address}`)
      const policy = Object.fromEntries((response.headers.get('content-security-policy') ?? '').split(';').map((part) => part.trim().split(/\s+/)).map(([name = '', ...sources]) => [name, sources.join(' ')]))
      deepEqual([policy['default-src'], policy['script-src'], policy['style-src'], policy['object-src'], policy['base-uri'], policy['form-action'], policy['connect-src']], ["'self'", "'self'", "'self'", "'none'", "'none'", "'self'", "'self'"], address)
      deepEqual([response.headers.get('x-content-type-options'), response.headers.get('referrer-policy'), response.headers.get('cross-origin-opener-policy')], ['nosniff', 'no-referrer', 'same-origin'], address)
      const page = await response.text()
      equal(/<script(?![^>]*\ssrc=)|<style|\son\w+=|javascript:/i.test(page), false, `${address} holds no script or style`)
    }
  })

  it('and nobody complained', () => {
    deepEqual([...stages.flatMap((stage) => [...stage.windows.values()]), ...windows].flatMap(({ complaints }) => complaints), [])
  })
})
