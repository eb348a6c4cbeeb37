import type { Page } from 'playwright-core'
import { speak } from './app-page.ts'

/**
 * Shows the page as it is in the pseudo-language, in which every text of the locale files is bracketed and 40 % longer:
 * tells of words without brackets, but for those of people and plugins, and of texts that are cut off or lie under
 * something else.
 */
export async function pseudoFindings(page: Page, words: readonly string[]): Promise<string[]> {
  await speak(page, 'en-XA')
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve) }) }))
  return page.evaluate((known) => {
    const found = new Set<string>()
    /** Names, what people wrote, code, and what is told by the browser: dates, numbers and names of languages. */
    const foreign = 'bdi, pre, code, kbd, time, textarea, option, .words, .avatar, [role="img"], [translate="no"], .katex, [dir]'
    const [opening, closing] = ['⟦', '⟧']
    const dates = /\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|[AP]M|[Tt]oday|[Yy]esterday|[Tt]omorrow|now|ago|UTC|in|at|to|(?:second|minute|hour|day|week|month|year|byte)s?|[kMGT]i?B)\b/g
    const emoji = /:[\w+-]+:/g
    const isPlain = (text: string): boolean => /\p{L}{2}/u.test(known.reduce((left, word) => left.replaceAll(word, ' '), text.replaceAll(emoji, ' ')).replaceAll(dates, ' '))
    const isShown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.closest('[aria-hidden="true"], [inert]') === null
    const nameOf = (element: Element): string => `${element.tagName.toLowerCase()}.${String(element.className)}`
    const clippedBy = (element: Element): Element | undefined => {
      for (let each: Element | null = element; each && each !== document.body; each = each.parentElement) {
        const { overflowX, overflowY, clipPath } = getComputedStyle(each)
        if (clipPath !== 'none' || overflowX === 'auto' || overflowX === 'scroll' || overflowY === 'auto' || overflowY === 'scroll') return undefined
        if (overflowX !== 'visible' && each.scrollWidth > each.clientWidth + 1) return each
        if (overflowY !== 'visible' && each.scrollHeight > each.clientHeight + 3) return each
      }
      return undefined
    }
    /** What floats above the page is there to be above it. */
    const floats = (element: Element, above: Element): boolean => {
      for (let each: Element | null = element; each && !each.contains(above); each = each.parentElement) if (getComputedStyle(each).position !== 'static' && getComputedStyle(each).position !== 'relative') return true
      return false
    }
    const coveredBy = (node: Text, element: Element): Element | undefined => {
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const { left, right, top, bottom, width } of range.getClientRects()) {
        if (width < 8) continue
        for (const x of [left + 3, right - 3]) {
          const y = (top + bottom) / 2
          const hit = document.elementFromPoint(x, y)
          if (!hit || hit.contains(element) || element.contains(hit) || hit.closest('label')?.contains(element)) continue
          const box = hit.getBoundingClientRect()
          if (x > box.left && x < box.right && y > box.top && y < box.bottom && !floats(hit, element)) return hit
        }
      }
      return undefined
    }
    const top = [...document.querySelectorAll('[role="dialog"], [role="menu"], [role="alertdialog"]')].filter(isShown).at(-1) ?? document.body
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    let depth = 0
    for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
      const text = node.data.trim()
      const element = node.parentElement
      const isWithin = depth > 0 || text.includes(opening)
      depth += text.split(opening).length - text.split(closing).length
      if (!element || text === '' || !top.contains(element) || element.closest('script, style') || !isShown(element)) continue
      if (!isWithin && !element.closest(foreign) && isPlain(text)) found.add(`in no locale file: “${text.slice(0, 80)}” in ${nameOf(element)}`)
      // What is left without names and dots is short: long names end in an ellipsis.
      if (!text.includes(opening) || element.closest('.for-readers') || !isPlain(text)) continue
      const clip = clippedBy(element)
      if (clip) found.add(`cut off: “${text.slice(0, 80)}” in ${nameOf(clip)} (${clip.scrollWidth}×${clip.scrollHeight} in ${clip.clientWidth}×${clip.clientHeight})`)
      const cover = coveredBy(node, element)
      if (cover) found.add(`covered: “${text.slice(0, 80)}” by ${nameOf(cover)} “${(cover.textContent ?? '').trim().slice(0, 40)}”`)
    }
    for (const element of top.querySelectorAll('[aria-label], [title], [placeholder], img[alt]')) {
      if (!isShown(element) || element.closest('bdi, .words, pre, code')) continue
      for (const attribute of ['aria-label', 'title', 'placeholder', 'alt']) {
        const text = element.getAttribute(attribute) ?? ''
        if (text !== '' && !text.includes(opening) && isPlain(text)) found.add(`in no locale file: ${attribute}=“${text.slice(0, 80)}” of ${nameOf(element)}`)
      }
    }
    return [...found]
  }, [...words].sort((one, other) => other.length - one.length))
}
