import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { postsCreate, usersPatch } from '@rookery/sdk/protocol'
import { eventually } from '../harness/plugin-actions.ts'
import { createWebWorld, type WebPerson, type WebWorld } from '../harness/web-world.ts'

describe('languages of the web app', function () {
  this.timeout(180_000)
  let world: WebWorld
  let [ada, layla]: WebPerson[] = []
  before(async () => {
    world = await createWebWorld(['ada', 'layla'], { ada: 'Ada Byron', layla: 'ليلى العامري' })
    ;[ada, layla] = [world.people['ada'], world.people['layla']] as WebPerson[]
    await layla?.client.run(usersPatch, { userId: layla.user.id, locale: 'ar' })
    const channel = await world.createChannel('Looms', ['layla'], { purpose: '織機', header: '織機 · https://example.com' })
    for (const message of ['مرحبا @ada، كيف حال `npm start` اليوم؟', '# 漢字\n- 漢字', 'Hello @layla, how is the loom?']) {
      await ada?.client.run(postsCreate, { channelId: channel.id, message, pendingPostId: crypto.randomUUID() })
    }
  })
  after(() => world.remove())

  /** The page is there: nothing is loading any more. */
  const settled = (page: Page): Promise<unknown> => eventually(() => page.evaluate(() => {
    if (document.fonts.status !== 'loaded') return 'fonts are loading'
    if (!document.querySelector('main, [role="main"], form, h1')) return 'there is no page'
    return [...document.querySelectorAll('.skeleton')].some((element) => element.checkVisibility()) ? 'something is loading' : ''
  }), (waits) => waits === '')

  it('runs from right to left in Arabic, with other writing apart', async () => {
    const window = await (layla as WebPerson).openWindow('/engines/channels/looms')
    const { page } = window
    await settled(page)
    deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ['ar', 'rtl'])
    const middle = (box: { x: number, width: number } | null): number => (box ? box.x + box.width / 2 : Number.NaN)
    const sidebar = page.getByRole('navigation', { name: 'القنوات والرسائل' })
    ok(middle(await sidebar.boundingBox()) > 720, 'channels are on the right')
    const said = page.locator('[data-post]', { hasText: 'مرحبا' }).first()
    equal(await said.locator('p').first().evaluate((paragraph) => getComputedStyle(paragraph).direction), 'rtl')
    const english = page.locator('[data-post]', { hasText: 'Hello' }).first()
    equal(await english.locator('p').first().evaluate((paragraph) => getComputedStyle(paragraph).direction), 'ltr')
    // The direction of what is written follows its first letter.
    const field = page.getByRole('textbox').last()
    const direction = (): Promise<string> => field.evaluate((element) => getComputedStyle(element).direction)
    await field.fill('Hello')
    equal(await direction(), 'ltr')
    await field.fill('مرحبا @ada')
    equal(await direction(), 'rtl')
    await window.screenshot('web/languages-ar-channel', { everywhere: 'nightly' })
    await field.fill('/mu')
    await page.getByText('إيقاف إشعارات قناة أو إعادتها').waitFor()
    await field.fill('')
    for (const screen of ['/engines/threads', '/settings/notifications', '/engines/channels/looms?panel=members']) {
      await page.goto(`${world.server.url}${screen}`)
      await settled(page)
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 844 })
        ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${screen} does not scroll sideways at ${width}`)
      }
      await page.setViewportSize({ width: 1440, height: 900 })
      await window.screenshot(`web/languages-ar${screen.replace(/\W+/g, '-')}`)
    }
    deepEqual(window.complaints, [])
    await window.close()
  })

  it('is chosen before anybody signs in, and follows the account from then on', async () => {
    const window = await world.browser.openWindow({ locale: 'ar' })
    const { page } = window
    await page.goto(`${world.server.url}/login`)
    await page.getByRole('heading', { name: 'تسجيل الدخول إلى Rookery' }).waitFor()
    await window.screenshot('web/languages-ar-login')
    await page.getByRole('combobox', { name: 'اللغة' }).selectOption('de')
    await page.getByRole('heading', { name: 'Bei Rookery anmelden' }).waitFor()
    await page.reload()
    await page.getByLabel('E-Mail oder Benutzername').fill('layla')
    await page.getByLabel('Passwort', { exact: true }).fill('not her password 3')
    await page.getByRole('button', { name: 'Anmelden' }).click()
    await page.getByText('Name oder Passwort ist falsch.').waitFor()
    await page.getByLabel('Passwort', { exact: true }).fill('a tower of rooks 7')
    await page.getByRole('button', { name: 'Anmelden' }).click()
    await eventually(() => page.evaluate(() => document.documentElement.lang), (lang) => lang === 'ar')
    await page.goto(`${world.server.url}/settings/language`)
    await settled(page)
    await page.locator('select').first().selectOption('de')
    await page.getByRole('heading', { name: 'Sprache und Zeit' }).waitFor()
    await page.goto(`${world.server.url}/engines/channels/looms`)
    await settled(page)
    await window.screenshot('web/languages-de-channel', { everywhere: 'nightly' })
    await page.goto(`${world.server.url}/settings/notifications`)
    await settled(page)
    await window.screenshot('web/languages-de-notifications')
    deepEqual(window.complaints, [])
    await window.close()
  })
})
