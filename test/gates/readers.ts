import { deepEqual, equal, ok } from 'node:assert/strict'
import { postsCreate } from '@rookery/sdk/protocol'
import { eventually } from '../harness/plugin-actions.ts'
import type { TestWindow } from '../harness/browser.ts'
import { go, put } from './app-page.ts'
import { start } from './screens.ts'
import type { Furniture } from './furniture.ts'

interface Said { readonly text: string, readonly how: 'polite' | 'assertive' }

/** Writes down what a screen reader would say by itself: what is put into live regions. */
async function listen({ page }: TestWindow): Promise<() => Promise<Said[]>> {
  await page.evaluate(() => {
    const said: { text: string, how: string }[] = []
    Object.assign(globalThis, { said })
    const roles: Readonly<Record<string, string>> = { status: 'polite', log: 'polite', alert: 'assertive' }
    const howOf = (element: Element | null): string => {
      const region = element?.closest('[aria-live], [role="status"], [role="log"], [role="alert"]')
      return region?.getAttribute('aria-live') ?? roles[region?.getAttribute('role') ?? ''] ?? ''
    }
    new MutationObserver((changes) => {
      for (const { target, addedNodes, type } of changes) {
        const nodes = type === 'childList' ? [...addedNodes] : [target]
        for (const node of nodes) {
          const element = node instanceof Element ? node : node.parentElement
          const how = howOf(element)
          const text = (node.textContent ?? '').trim()
          if ((how === 'polite' || how === 'assertive') && text !== '') said.push({ text, how })
        }
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
  return () => page.evaluate(() => (globalThis as unknown as { said: Said[] }).said)
}

/** What is said aloud, how, and how often. */
export async function announcements(window: TestWindow, { world, channelIds }: Furniture): Promise<void> {
  const { page } = window
  const bob = world.people['bob']
  if (!bob) throw new Error('Bob is not there')
  await go(page, start)
  await page.getByRole('log').getByText('A typo').waitFor()
  const said = await listen(window)
  await bob.client.run(postsCreate, { channelId: channelIds.design, message: 'Heard by readers', pendingPostId: crypto.randomUUID() })
  await page.getByRole('log').getByText('Heard by readers').waitFor()
  await eventually(said, (all) => all.some(({ text }) => text.includes('Heard by readers')))
  deepEqual((await said()).filter(({ text }) => text.includes('Heard by readers')).map(({ how }) => how), ['polite'], 'a message is said once, when there is a pause')
  ok((await said()).some(({ text }) => /bob/.test(text)), 'and who wrote it')

  // That the server is away is told in its turn, a failure at once.
  await put(page, 'connection', 'isConnected', false)
  await eventually(said, (all) => all.some(({ text, how }) => text.includes('No connection') && how === 'polite'))
  await put(page, 'connection', 'isConnected', true)
  await go(page, '/engines/channels/no-such-channel')
  await eventually(said, (all) => all.some(({ text, how }) => /cannot be opened/.test(text) && how === 'assertive'))
}

/** Names, headings and parts of the page, as somebody hears them who goes from one to the next. */
export async function outline({ page }: TestWindow, { postIds }: Furniture): Promise<void> {
  await go(page, `${start}?panel=info`)
  await page.getByRole('region', { name: 'About' }).waitFor()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator(`article[data-post="${postIds.edited}"]`).first().waitFor()
  deepEqual(await page.getByRole('main').count(), 1)
  const parts = await page.evaluate(() => [...document.querySelectorAll('main, nav, aside, header, footer')].filter((element) => element.checkVisibility()).map((element) => `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? ''}`.trim()).filter((part) => /^(?:nav|main|aside)/.test(part)))
  ok(parts.every((part) => part === 'main' || part.startsWith('aside') || part.length > 4), `every part has a name: ${parts.join(', ')}`)
  equal(new Set(parts).size, parts.length, `no two parts have the same name: ${parts.join(', ')}`)
  const levels = await page.evaluate(() => [...document.querySelectorAll('h1, h2, h3, h4')].filter((heading) => heading.checkVisibility() && !heading.closest('article')).map((heading) => Number(heading.tagName[1])))
  equal(levels.filter((level) => level === 1).length, 1, 'one heading says what the page is')
  const article = page.locator(`article[data-post="${postIds.edited}"]`).first()
  ok(/ada/.test(await article.getAttribute('aria-label') ?? ''), 'a message says whose it is')
  const described = await article.getAttribute('aria-describedby')
  ok(/A typo/.test(await page.locator(`[id="${described}"]`).first().textContent() ?? ''), 'and what it says')
  ok(Number(await article.getAttribute('aria-posinset')) > 0 && Number(await article.getAttribute('aria-setsize')) > 0)
  equal(await page.locator('article[tabindex="0"]').count(), 1, 'Tab comes to one message; the arrows lead to the others')
}

/** What moves on the page although nobody wants it to. */
export const motions = ({ page }: TestWindow): Promise<string[]> => page.evaluate(() => {
  const found = document.getAnimations().map((animation) => `${animation.constructor.name} ${(animation as CSSAnimation).animationName ?? ''}`)
  const seconds = (value: string): boolean => value.split(',').some((part) => Number.parseFloat(part) > 0)
  for (const element of document.querySelectorAll('body, body *')) {
    for (const pseudo of [undefined, '::before', '::after']) {
      const { animationName, animationDuration, transitionProperty, transitionDuration } = getComputedStyle(element, pseudo)
      if ((animationName !== 'none' && seconds(animationDuration)) || (transitionProperty !== 'none' && seconds(transitionDuration))) found.push(`${element.tagName.toLowerCase()}.${String(element.className)}${pseudo ?? ''}`)
    }
  }
  return [...new Set(found)]
})

/** Where the system gives the colours, what is chosen can still be told from the rest. */
export async function forcedColours(window: TestWindow): Promise<void> {
  const { page } = window
  await page.emulateMedia({ forcedColors: 'active' })
  for (const address of [`${start}?panel=files`, '/settings/display', '/admin/plugins', '/engines/threads']) {
    await go(page, address)
    await page.getByRole('main').getByRole('heading').first().waitFor()
    const switcher = page.getByRole('dialog')
    if (address.startsWith(start)) {
      await page.keyboard.press('Control+k')
      await switcher.waitFor()
    }
    const unmarked = await page.evaluate(() => {
      const chosen = '[aria-current]:not([aria-current="false"]), [aria-pressed="true"], [aria-selected="true"], [data-highlighted], input:checked'
      const isMarked = (element: Element | null): boolean => {
        if (!element) return false
        const { outlineStyle, borderStyle, borderWidth } = getComputedStyle(element)
        return outlineStyle !== 'none' || (borderStyle !== 'none' && Number.parseFloat(borderWidth) > 1)
      }
      return [...document.querySelectorAll(chosen)].filter((element) => element.checkVisibility() && !element.matches('input[type="checkbox"]') && !isMarked(element) && !isMarked(element.nextElementSibling)).map((element) => element.outerHTML.slice(0, 120))
    })
    deepEqual(unmarked, [], address)
    await window.screenshot(`gates/forced colours ${address.replace(/\W+/g, '-')}`)
    if (!address.startsWith(start)) continue
    await page.keyboard.press('Escape')
    await switcher.waitFor({ state: 'detached' })
  }
  await page.emulateMedia({ forcedColors: 'none' })
}
