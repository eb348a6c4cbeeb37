import type { Page } from 'playwright-core'

/**
 * What can be pressed or filled in and is never reached by keys, as the page is now: not a stop of Tab, and not in a group
 * through which arrows lead from one that is. A group is what the patterns of ARIA call a composite, a list of messages,
 * and whatever of its items says by `tabindex="-1"` that it is one of them.
 */
export async function unreachable(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = 'a[href], button, input, select, textarea, summary, [contenteditable="true"], [role="button"], [role="link"], [role="option"], [role="menuitem"], [role="menuitemcheckbox"], [role="menuitemradio"], [role="tab"], [role="switch"], [role="checkbox"], [role="radio"], [role="gridcell"], [role="treeitem"]'
    const groups = '[role="menu"], [role="menubar"], [role="listbox"], [role="grid"], [role="tree"], [role="tablist"], [role="radiogroup"], [role="toolbar"], [role="log"], [role="feed"]'
    const name = (element: Element): string => `${element.tagName.toLowerCase()}.${String(element.className)} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)}”`
    const isShown = (element: Element): boolean => element.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && element.closest('[aria-hidden="true"], [inert]') === null
    const isStop = (element: HTMLElement): boolean => element.tabIndex >= 0 && isShown(element)
    const top = [...document.querySelectorAll('[role="dialog"], [role="menu"], [role="alertdialog"]')].filter(isShown).at(-1)
    const found: string[] = []
    for (const element of (top ?? document).querySelectorAll<HTMLElement>(controls)) {
      if (!isShown(element) || isStop(element) || (element as HTMLButtonElement).disabled || element.matches('[type="hidden"]')) continue
      // A radio that is not chosen is reached by arrows from the one that is.
      if (element.matches('input[type="radio"]')) continue
      const group = element.parentElement?.closest<HTMLElement>(groups)
      // The group itself may hold the focus and say which of its items is meant, or a field says it for a list that it controls.
      const controller = group?.id ? document.querySelector<HTMLElement>(`[aria-controls="${group.id}"]`) : null
      if (group && (isStop(group) || group.matches('[tabindex]') || (controller && isStop(controller)) || [...group.querySelectorAll<HTMLElement>(`${controls}, [tabindex]`)].some(isStop))) continue
      found.push(`no key leads to ${name(element)}`)
    }
    return found
  })
}
