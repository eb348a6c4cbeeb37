import type { Page } from 'playwright-core'

/** Menus and dialogs that float are put in their place a frame or two after they are there, and again when what is in them has come. */
export const standStill = (page: Page): Promise<void> => page.evaluate(async () => {
  const places = (): string => JSON.stringify([...document.querySelectorAll('[role="menu"], [role="dialog"], [role="listbox"]')].map((element) => element.getBoundingClientRect()))
  let before = places()
  for (let still = 0, frames = 0; still < 5 && frames < 120; frames += 1) {
    await new Promise(requestAnimationFrame)
    const now = places()
    still = now === before ? still + 1 : 0
    before = now
  }
})

/** Every target is at least so large on a phone, in CSS pixels. */
const targetPx = 44

/**
 * What is too small to be hit with a finger, and what sticks out of the window, as the page is now. A target is what
 * answers a finger, so the label of a field and what surrounds a button invisibly count. Links and buttons within a
 * text are as high as their line; some have a larger twin beside them, which `twins` names.
 */
export async function measurePhone(page: Page, twins: readonly string[]): Promise<string[]> {
  return page.evaluate(({ least, excepted }) => {
    const focusable = 'a[href], button, input, select, textarea, summary, [tabindex="0"], [role="option"], [role="menuitem"], [role="menuitemcheckbox"], [role="tab"], [role="switch"]'
    const found: string[] = []
    /** Of a thousand that are alike it is enough to measure some. */
    const perKind = 40
    const kinds = new Map<string, number>()
    const name = (element: Element): string => `${element.tagName.toLowerCase()}${element.className && typeof element.className === 'string' ? `.${element.className.trim().replace(/\s+/g, '.')}` : ''} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`
    const isShown = (element: Element): boolean => element.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && element.closest('[aria-hidden="true"], [inert]') === null
    const isInText = (element: Element): boolean => {
      if (!getComputedStyle(element).display.startsWith('inline') || !element.parentElement) return false
      if (element.matches('a[href]') && getComputedStyle(element).display === 'inline') return true
      return [...element.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '')
    }
    /** How far from the middle the element still answers: the middle need not be that of the target. */
    const reach = (element: Element, x: number, y: number, dx: number, dy: number): number => {
      let far = 0
      for (let step = 1; step < least; step += 1) {
        const [px, py] = [x + dx * step, y + dy * step]
        // Beyond the edge there is nothing else to hit.
        if (px < 0 || py < 0 || px >= innerWidth || py >= innerHeight) { far = step; continue }
        const hit = document.elementFromPoint(px, py)
        if (!hit || !(element === hit || element.contains(hit) || hit.closest('label')?.contains(element) || (element.id && hit.closest('label')?.getAttribute('for') === element.id))) break
        far = step
      }
      return far
    }
    const sizeOf = (element: Element, target: Element): readonly [wide: number, high: number] => {
      const { left, top: above, width, height, right, bottom } = target.getBoundingClientRect()
      const [x, y] = [(left + right) / 2, (above + bottom) / 2]
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return [width, height]
      return [Math.max(width, reach(element, x, y, -1, 0) + reach(element, x, y, 1, 0) + 2), Math.max(height, reach(element, x, y, 0, -1) + reach(element, x, y, 0, 1) + 2)]
    }
    const isLargeEnough = (element: Element, target: Element): boolean => {
      const { left, top: above, right, bottom } = target.getBoundingClientRect()
      const hit = document.elementFromPoint((left + right) / 2, (above + bottom) / 2)
      // Covered by something else, which is what would be hit.
      if (hit && !target.contains(hit) && reach(element, (left + right) / 2, (above + bottom) / 2, 0, 0) === 0) return true
      return sizeOf(element, target).every((length) => length >= least - 0.5)
    }
    const top = [...document.querySelectorAll('[role="dialog"], [role="menu"], [role="alertdialog"]')].filter(isShown).at(-1)
    for (const element of (top ?? document).querySelectorAll<HTMLElement>(focusable)) {
      const kind = `${element.tagName} ${String(element.className)}`
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      if ((kinds.get(kind) ?? 0) > perKind || !isShown(element) || element.matches('article, .scroller, [data-region], .skip') || excepted.some((selector) => element.matches(selector)) || isInText(element)) continue
      const target = element.matches('input[type="radio"], input[type="checkbox"]') ? element.closest('label') ?? element : element
      const { left, width, height, right } = target.getBoundingClientRect()
      if (width === 0 || height === 0) continue
      if (left < -1 || right > innerWidth + 1) {
        const scrolls = target.parentElement?.closest('pre, .table, [data-sideways]')
        if (!scrolls) found.push(`sticks out: ${name(element)} from ${Math.round(left)} to ${Math.round(right)} of ${innerWidth}`)
      }
      if (width >= least - 0.5 && height >= least - 0.5) continue
      if (isLargeEnough(element, target)) continue
      // What surrounds it invisibly can only be told in the middle of the window.
      target.scrollIntoView({ block: 'center', behavior: 'instant' })
      if (isLargeEnough(element, target)) continue
      found.push(`too small: ${name(element)} ${sizeOf(element, target).map(Math.round).join('×')}`)
    }
    return found
  }, { least: targetPx, excepted: twins })
}

/** What is wider than the window, or scrolls sideways though it is neither code nor a table. */
export async function measureWidth(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const name = (element: Element): string => `${element.tagName.toLowerCase()}.${String(element.className)} “${(element.textContent ?? '').trim().slice(0, 40)}”`
    const isMeant = (element: Element): boolean => element.closest('pre, code, table, .table, .katex, [data-sideways], textarea, input, select, .for-readers, [aria-hidden="true"], .avatar') !== null
    if (document.documentElement.scrollWidth > innerWidth + 1) found.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`)
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (isMeant(element) || !element.checkVisibility({ visibilityProperty: true })) continue
      const { overflowX, clipPath } = getComputedStyle(element)
      if ((overflowX === 'auto' || overflowX === 'scroll') && element.scrollWidth > element.clientWidth + 1) found.push(`scrolls sideways (${element.scrollWidth} in ${element.clientWidth}): ${name(element)}`)
      const { left, right, width, height } = element.getBoundingClientRect()
      if (width <= 1 || height <= 1 || clipPath !== 'none') continue
      const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '')
      if (!hasText || (left >= -1 && right <= innerWidth + 1)) continue
      // Ends in an ellipsis, or is cut where somebody meant to.
      let cutter: HTMLElement | null = element
      while (cutter && cutter !== document.body && getComputedStyle(cutter).overflowX === 'visible') cutter = cutter.parentElement
      if (!cutter || cutter === document.body) found.push(`sticks out from ${Math.round(left)} to ${Math.round(right)} of ${innerWidth}: ${name(element)}`)
    }
    return found
  })
}
