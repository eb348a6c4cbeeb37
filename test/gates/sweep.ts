import type { Page } from 'playwright-core'
import type { TestWindow, WindowOptions } from '../harness/browser.ts'
import { go } from './app-page.ts'
import { password, type Furniture } from './furniture.ts'
import { start } from './screens.ts'
import type { Screen } from './screen.ts'

const floating = '[role="menu"], [role="dialog"], [role="alertdialog"], [role="listbox"]'

/** Windows of those who look at the screens, opened when they are needed and kept: loading the page is what takes time. */
export interface Stage {
  show(screen: Screen, size: 'desktop' | 'phone'): Promise<TestWindow>
  /** Answers what went wrong: above all, that the focus is nowhere once what was open is closed. */
  leave(screen: Screen): Promise<string[]>
  /** Whether a menu or dialog is open. */
  isCovered(): Promise<boolean>
  /** The one in which something was shown last. */
  readonly current: TestWindow | undefined
  readonly windows: ReadonlyMap<string, TestWindow>
}

export function createStage(furniture: Furniture): Stage {
  const { world } = furniture
  const windows = new Map<string, TestWindow>()
  let current: TestWindow | undefined
  const placeholders: Readonly<Record<string, string>> = { inviteId: furniture.inviteId, root: furniture.postIds.root, design: furniture.channelIds.design }
  const addressOf = ({ address = start }: Screen): string => address.replace(/\{(\w+)\}/g, (_whole, name: string) => placeholders[name] ?? '')
  const openWindow = async (who: string, options: WindowOptions): Promise<TestWindow> => {
    const known = world.people[who]
    if (known) return known.openWindow(start, options)
    const window = await world.browser.openWindow(options)
    if (who !== 'nobody') await window.context.request.post(`${world.server.url}/api/v1/sessions.create`, { data: { login: who, password }, headers: { 'x-requested-with': 'rookery', 'session-keeping': 'cookie' } })
    await window.page.goto(`${world.server.url}/unreachable`)
    return window
  }
  const covers = (page: Page, selector: string): Promise<boolean> => page.evaluate((wanted) => document.querySelector(wanted) !== null, selector)
  return {
    windows,
    isCovered: async () => current !== undefined && await covers(current.page, '[role="menu"], [role="dialog"]'),
    async show(screen, size) {
      const who = screen.who ?? 'ada'
      const key = `${who} ${size}`
      let window = windows.get(key)
      if (!window) windows.set(key, window = await openWindow(who, { size, theme: size === 'phone' ? 'dark' : 'light', hasTouch: size === 'phone' }))
      current = window
      const { page } = window
      await go(page, addressOf(screen))
      // Some lead away from the end of the channel.
      const latest = page.getByRole('button', { name: 'Jump to latest' })
      if (!screen.address && await latest.isVisible()) await latest.click()
      if (!screen.address && who === 'ada') await page.getByRole('log').getByText('A typo').waitFor()
      await screen.open?.(page, furniture)
      await screen.ready(page)
      return window
    },
    get current() { return current },
    async leave(screen) {
      if (!current) return []
      const { page } = current
      const wasCovered = await covers(page, floating)
      await screen.close?.(page)
      for (let times = 0; times < 4 && await covers(page, floating); times += 1) await page.keyboard.press('Escape')
      if (!wasCovered) return []
      // Others may still be putting it where it belongs.
      const isSomewhere = await page.waitForFunction(() => document.activeElement !== document.body, undefined, { timeout: 10_000 }).then(() => true, () => false)
      return isSomewhere ? [] : ['the focus is lost once it is closed']
    },
  }
}
