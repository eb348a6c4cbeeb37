import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findCommand, provideSystemPackages, systemPackages, thisMachine } from '../../scripts/system-packages.ts'
import { checkAccessibility } from './accessibility.ts'
import { makePassingFolder } from './passing-folder.ts'

/** A real Chromium. Each window is a person of its own: cookies, storage and tabs apart from all others. */
export interface TestBrowser {
  openWindow(options?: WindowOptions): Promise<TestWindow>
  close(): Promise<void>
}

export interface WindowOptions {
  readonly theme?: 'light' | 'dark'
  readonly size?: keyof typeof sizes
  readonly locale?: string
  readonly reducedMotion?: boolean
  /** Fingers instead of a pointer. */
  readonly hasTouch?: boolean
  /** Whether its service worker may keep the files of the app: else each window would load all of them. */
  readonly keepsFiles?: boolean
}

export interface TestWindow {
  readonly page: Page
  readonly context: BrowserContext
  /** What the page complained of: errors, violations of the content security policy, failed scripts. */
  readonly complaints: string[]
  /** Keeps a picture of the page below test-artefacts/ as it is, or four of it in both themes and sizes: in each run or only in the nightly one. */
  screenshot(name: string, options?: { readonly everywhere?: 'always' | 'nightly' }): Promise<void>
  /** Throws what axe finds, with the elements. */
  checkAccessibility(): Promise<void>
  close(): Promise<void>
}

export const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const

const isNightly = process.env['ROOKERY_NIGHTLY'] === '1'
const artefacts = path.resolve(import.meta.dirname, '../../test-artefacts')

/** A new window draws pages of its own for what its address bar might suggest: some of the processor's time in every suite, for nobody. */
const needless = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup']
/** Of such lists the last one counts: what Playwright turns off is turned off here too. */
const ofPlaywright = [
  'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch',
]
/** An address of this machine that browsers do not trust: there they keep back what is for pages with TLS (and localhost). */
export const plainHost = 'chat.test'
const flags = [`--disable-features=${[...needless, ...ofPlaywright].join(',')}`, `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`, '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--font-render-hinting=none']

/** Noise of the browser itself, and what a test asks for by being offline. */
const expected = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|FAILED|ABORTED|NAME_NOT_RESOLVED)|WebSocket connection to|status of 40[01349]|status of 429/

/** The browser of this system; installed where that is possible, so that a test never passes by being skipped. */
function browserCommand(): string {
  provideSystemPackages(systemPackages.filter(({ command }) => command === 'chromium'), thisMachine(process.env))
  const command = findCommand(process.env, 'chromium')
  if (!command) throw new Error('The command chromium is not on the PATH')
  return command
}

export async function createTestBrowser(): Promise<TestBrowser> {
  const profile = makePassingFolder('rookery-browser-')
  const browser: Browser = await chromium.launch({ executablePath: browserCommand(), args: flags, env: { ...process.env, HOME: profile } as Record<string, string> })
  return {
    async openWindow({ theme = 'light', size = 'desktop', locale = 'en-US', reducedMotion = true, hasTouch = false, keepsFiles = false } = {}) {
      const context = await browser.newContext({ viewport: sizes[size], colorScheme: theme, locale, reducedMotion: reducedMotion ? 'reduce' : 'no-preference', timezoneId: 'UTC', hasTouch, isMobile: hasTouch, serviceWorkers: keepsFiles ? 'allow' : 'block' })
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      const page = await context.newPage()
      page.setDefaultTimeout(15_000)
      const complaints: string[] = []
      page.on('console', (message) => { if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text()) })
      page.on('pageerror', (error) => { complaints.push(String(error.stack ?? error)) })
      const picture = async (name: string): Promise<void> => { await page.screenshot({ path: path.join(artefacts, `${name}.png`), animations: 'disabled', caret: 'hide' }) }
      return {
        page, context, complaints,
        async screenshot(name, { everywhere } = {}) {
          await mkdir(path.dirname(path.join(artefacts, name)), { recursive: true })
          await page.evaluate(() => document.fonts.ready.then(() => undefined))
          if (everywhere !== 'always' && !(everywhere === 'nightly' && isNightly)) return picture(name)
          for (const [sizeName, viewport] of Object.entries(sizes)) {
            await page.setViewportSize(viewport)
            for (const colorScheme of ['light', 'dark'] as const) {
              await page.emulateMedia({ colorScheme })
              await picture(`${name}.${sizeName}.${colorScheme}`)
            }
          }
          await page.setViewportSize(sizes[size])
          await page.emulateMedia({ colorScheme: theme })
        },
        checkAccessibility: () => checkAccessibility(page),
        close: () => context.close(),
      }
    },
    async close() {
      await browser.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}
