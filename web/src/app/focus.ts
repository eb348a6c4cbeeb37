const focusable = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]'
/** So long others may put the focus where it belongs. */
const graceFrames = 3

/**
 * Whoever works by keys (the pointer needs no focus) must not fall off the page: where what has the focus goes away and nobody says what comes next,
 * what is nearest to it gets the focus; where all around it went too, or another page is shown, the page itself.
 */
export function keepFocus(): void {
  let last: HTMLElement | undefined
  let around: readonly HTMLElement[] = []
  let place = { x: 0, y: 0 }
  let address = ''
  let isWaiting = false
  const opensKeyboard = matchMedia('(pointer: coarse)')

  const isShown = (element: HTMLElement): boolean => element.isConnected && element.checkVisibility({ visibilityProperty: true })
  const isGone = (): boolean => last !== undefined && document.activeElement === document.body && !isShown(last)
  const distance = (element: HTMLElement): number => {
    const { left, top } = element.getBoundingClientRect()
    return Math.hypot(left - place.x, top - place.y)
  }
  const nearest = (within: HTMLElement): HTMLElement | undefined => {
    const found = [...within.querySelectorAll<HTMLElement>(focusable)].filter((element) => element.tabIndex >= 0 && isShown(element) && !(opensKeyboard.matches && element.matches('input, textarea')))
    // From a message to a message, from a button to a button.
    const isAlike = (element: HTMLElement): number => (element.tagName === last?.tagName ? 0 : 1)
    return found.sort((a, b) => isAlike(a) - isAlike(b) || distance(a) - distance(b))[0]
  }
  const rescue = (): void => {
    for (const element of address === location.pathname ? around : []) {
      if (element.id === 'app' || !isShown(element)) continue
      const next = nearest(element) ?? (element.tabIndex >= 0 || element.hasAttribute('tabindex') ? element : undefined)
      if (!next) continue
      next.focus({ preventScroll: true })
      return
    }
    const main = document.querySelector<HTMLElement>('main')
    if (!main) return
    if (!main.hasAttribute('tabindex')) main.tabIndex = -1
    main.focus({ preventScroll: true })
  }
  const wait = (frames: number): void => {
    requestAnimationFrame(() => {
      if (!isGone()) isWaiting = false
      else if (frames > 0) wait(frames - 1)
      else {
        isWaiting = false
        rescue()
      }
    })
  }
  const look = (): void => {
    if (isWaiting || !last || !isGone()) return
    isWaiting = true
    wait(graceFrames)
  }
  document.addEventListener('focusin', ({ target }) => {
    last = undefined
    if (!(target instanceof HTMLElement) || !target.matches(':focus-visible')) return
    last = target
    address = location.pathname
    const ancestors: HTMLElement[] = []
    for (let element = target.parentElement; element && element !== document.body; element = element.parentElement) ancestors.push(element)
    around = ancestors
    const { left, top } = target.getBoundingClientRect()
    place = { x: left, y: top }
  })
  // What is only hidden loses the focus at the next layout; what is removed tells nobody.
  document.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget !== null) return
    requestAnimationFrame(() => {
      // Somebody let go of it.
      if (document.activeElement === document.body && last && isShown(last)) last = undefined
      look()
    })
  })
  new MutationObserver(() => { if (last && !last.isConnected) look() }).observe(document.body, { childList: true, subtree: true })
}
