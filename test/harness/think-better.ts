import { equal } from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** Opens a dialog whose script is still on its way and presses Escape: it must not come when the script does. `script` is the name of its file, which nothing has loaded before. */
export async function thinkBetter(page: Page, script: string, open: () => Promise<void>): Promise<void> {
  const file = new RegExp(`/${script}-[^/]*\\.js`)
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  await page.route(file, async (route) => {
    await held
    await route.continue()
  })
  const [asked, loaded] = [page.waitForRequest(file), page.waitForResponse(file)]
  await open()
  await asked
  await page.keyboard.press('Escape')
  letGo()
  await (await loaded).finished()
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve) }) }))
  equal(await page.getByRole('dialog').count(), 0)
  await page.unroute(file)
}
