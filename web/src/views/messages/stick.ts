/** Keeps the end of a scrolled element in sight as long as whoever reads has not left it. An end beyond which there is more is none. */
export interface Stick {
  isAtEnd(): boolean
  /** Called at every scroll: leaving is scrolling up, not that the content grew or rows above turned out smaller. */
  noteScroll(): void
  /** Called when the content or the window changed its size. */
  follow(): void
  hold(): void
  release(): void
}

/** So far from the end somebody still counts as being there. */
const nearPx = 40

export function createStick(element: () => Pick<HTMLElement, 'scrollTop' | 'scrollHeight' | 'clientHeight'> | null, hasMore: () => boolean = () => false): Stick {
  let isHeld = true
  let top = 0
  let height = 0
  const isAtEnd = (): boolean => {
    // Whoever was led into the past is not at its end when that has been read up to the present.
    if (hasMore()) isHeld = false
    return isHeld
  }
  return {
    isAtEnd,
    noteScroll() {
      const now = element()
      if (!now) return
      const below = now.scrollHeight - now.scrollTop - now.clientHeight
      if (below < nearPx) isHeld = !hasMore()
      else if (now.scrollTop < top - 1 && now.scrollHeight >= height) isHeld = false
      top = now.scrollTop
      height = now.scrollHeight
    },
    follow() {
      const now = element()
      if (now && isAtEnd()) now.scrollTop = now.scrollHeight
    },
    hold() { isHeld = !hasMore() },
    release() { isHeld = false },
  }
}
