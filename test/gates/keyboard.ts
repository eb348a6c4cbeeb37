import type { Page } from 'playwright-core'

/** Where the focus is. `isLost` where nothing has it; `isShown` where the eye can find it. */
export interface Focus {
  readonly name: string
  readonly isLost: boolean
  readonly isShown: boolean
}

export async function focusOf(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return { name: '', isLost: true, isShown: false }
    const probe = document.body.appendChild(document.createElement('i'))
    probe.style.color = 'var(--focus)'
    const focusColour = getComputedStyle(probe).color
    probe.remove()
    const isMarked = (each: Element | null): boolean => {
      if (!each) return false
      const { outlineStyle, outlineWidth, boxShadow, borderBlockEndColor, borderBlockEndWidth, backgroundColor } = getComputedStyle(each)
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || (boxShadow !== 'none' && boxShadow !== '') || (each.hasAttribute('data-highlighted') && backgroundColor !== 'rgba(0, 0, 0, 0)') || (borderBlockEndWidth !== '0px' && borderBlockEndColor === focusColour)
    }
    const around = [element, element.parentElement, element.parentElement?.parentElement ?? null, element.parentElement?.parentElement?.parentElement ?? null, element.nextElementSibling]
    // A separator that moves is drawn by what stands before it; a part of the page that holds the focus while nothing in it does needs no mark.
    const isWhole = element.matches('main, nav, aside, [role="dialog"], [role="menu"], .resizer')
    return {
      name: `${element.tagName.toLowerCase()} ${element.getAttribute('role') ?? ''} “${(element.getAttribute('aria-label') ?? (element.textContent || element.getAttribute('placeholder')) ?? '').trim().replace(/\s+/g, ' ').slice(0, 60)}”`,
      isLost: false, isShown: isWhole || around.some(isMarked),
    }
  })
}

/** A person who has no pointer: every step is keys, and after each the focus is somewhere and can be seen. */
export interface Typist {
  readonly trail: string[]
  press(...keys: string[]): Promise<void>
  type(text: string): Promise<void>
  /** Tab (or another key) until what has the focus is called so. */
  goTo(name: string | RegExp, key?: string): Promise<void>
  /** The focus is somewhere, can be seen, and, where it is said, there. */
  expectFocus(name?: string | RegExp): Promise<void>
}

const maximumSteps = 80
const patienceMs = 15_000

export function createTypist(page: Page): Typist {
  const trail: string[] = []
  const isCalled = (focus: Focus, name: string | RegExp): boolean => (typeof name === 'string' ? focus.name.includes(name) : name.test(focus.name))
  const typist: Typist = {
    trail,
    async press(...keys) {
      for (const key of keys) {
        await page.keyboard.press(key)
        trail.push(`${key} → ${(await focusOf(page)).name}`)
      }
    },
    async type(text) {
      await page.keyboard.type(text)
      trail.push(`typed ${text}`)
    },
    async goTo(name, key = 'Tab') {
      for (let step = 0; step < maximumSteps; step += 1) {
        const focus = await focusOf(page)
        if (isCalled(focus, name)) {
          trail.push(`${key} ×${step} → ${focus.name}`)
          if (!focus.isShown) throw new Error(`The focus cannot be seen: ${focus.name}`)
          return
        }
        await page.keyboard.press(key)
      }
      throw new Error(`${key} never came to ${String(name)}; the way was:\n${trail.slice(-12).join('\n')}\nand ended at ${(await focusOf(page)).name}`)
    },
    async expectFocus(name = /./) {
      const startedAt = performance.now()
      let focus = await focusOf(page)
      while (focus.isLost || !focus.isShown || !isCalled(focus, name)) {
        if (performance.now() - startedAt > patienceMs) {
          throw new Error(`${focus.isLost ? 'The focus is lost' : isCalled(focus, name) ? `The focus cannot be seen: ${focus.name}` : `The focus is at ${focus.name}, not at ${String(name)}`}; the way was:\n${trail.slice(-12).join('\n')}`)
        }
        await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(resolve) }))
        focus = await focusOf(page)
      }
      trail.push(`at ${focus.name}`)
    },
  }
  return typist
}
