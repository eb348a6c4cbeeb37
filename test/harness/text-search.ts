import type { Page } from 'playwright-core'

/** What stands there as it was written by somebody, or as every language writes it. */
const data = [
  'Ada Byron', 'ada', 'layla', 'example.com', 'Engines', 'engines', 'Looms', 'looms', 'Town Square', 'town-square', 'Off-Topic', 'off-topic', 'Rookery', 'rookery',
  'custom-status', 'slash-commands', 'Custom status', 'Slash commands', 'English', 'Deutsch', 'Hello @layla, how is the loom?', 'npm start', 'HeadlessChrome', 'Chrome', 'Linux', 'UTC',
]
/** Moments, sizes and such come from the browser. */
const formatted = /\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Today|Yesterday|AM|PM|at|and|in|this|now|ago|days?|hours?|hr|minutes?|min|seconds?|sec|ms|bytes?|kB|MB|GB|TB|UTC|GMT)\b/gi

/** In the pseudo-language: visible texts, and names that are read aloud, which stand outside of brackets. */
export async function findStrayTexts(page: Page): Promise<string[]> {
  const found = await page.evaluate(() => {
    const texts: string[] = []
    const isSaid = (text: string): boolean => text.includes('⟦') || text.includes('⟧')
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const { parentElement: parent, textContent } = walker.currentNode
      const text = (textContent ?? '').trim()
      if (!parent || text === '' || isSaid(text) || parent.closest('code, kbd, time, script, style, noscript, [dir="ltr"], bdi, [translate="no"]')) continue
      // Between elements of one sentence.
      const around = [parent, parent.parentElement].some((element) => /^\s*⟦[^]*⟧\s*$/.test(element?.textContent ?? ''))
      if (!around && parent.checkVisibility()) texts.push(text)
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt], [aria-description], [aria-roledescription]')) {
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-roledescription']) {
        const text = element.getAttribute(name)?.trim() ?? ''
        if (text !== '' && !isSaid(text)) texts.push(`${name}="${text}"`)
      }
    }
    return texts
  })
  const isStray = (text: string): boolean => /[a-z]{2}/i.test(data.reduce((left, known) => left.replaceAll(known, ' '), text.replace(/^[a-z-]+="/, '')).replace(formatted, ' '))
  return [...new Set(found.filter(isStray))].map((text) => `outside of the locale files: ${text.slice(0, 120)}`)
}

/** Texts that are cut off without an ellipsis, and a page that can be moved sideways. */
export async function findTightTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const complaints: string[] = []
    if (document.documentElement.scrollWidth > innerWidth) complaints.push(`the page is ${document.documentElement.scrollWidth - innerWidth} pixels too wide`)
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '')
      if (!hasText || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      const { overflowX, textOverflow, clipPath, position } = getComputedStyle(element)
      if (clipPath !== 'none' || (position === 'absolute' && element.clientWidth <= 1) || textOverflow === 'ellipsis') continue
      if ((overflowX === 'hidden' || overflowX === 'clip') && element.scrollWidth > element.clientWidth + 1) complaints.push(`cut off: ${(element.textContent ?? '').trim().slice(0, 60)}`)
      // What spills over the edge of the button or field that holds it.
      const holder = element.closest<HTMLElement>('button, [role="tab"], [role="menuitem"], label')
      if (holder && element.getBoundingClientRect().width > holder.getBoundingClientRect().width + 1) complaints.push(`wider than what holds it: ${(element.textContent ?? '').trim().slice(0, 60)}`)
    }
    return [...new Set(complaints)]
  })
}
