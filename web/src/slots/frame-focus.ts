/** So soon after somebody did something in the page, whatever is done elsewhere is not theirs. */
export const handsMs = 1000
/** That somebody did something in a frame is known a little later than that the focus went there. */
const newsMs = 100
/** A frame may come with the focus in a field by mistake; not again and again while somebody is at work elsewhere. */
const maximumGrabs = 3

/** How a frame came to have the focus. */
export interface FocusGain {
  /** Tab moved it. */
  readonly isTabbed: boolean
  /** Somebody did something lately, in the page or in one of its frames. */
  readonly isActive: boolean
  /** Since a key was pressed in the page. */
  readonly keyMs: number
  /** Since somebody did anything in the page. */
  readonly handMs: number
  readonly isFromField: boolean
}

/** Whether somebody was at work in the page when it went. */
const isInterruption = ({ isTabbed, keyMs, handMs, isFromField }: FocusGain): boolean => !isTabbed && (keyMs < handsMs || (isFromField && handMs < handsMs))

/** Whether a frame took the focus that nobody gave it. Who neither works nor writes loses nothing: it may be a screen reader that moved it. */
export function isGrab(gain: FocusGain): boolean {
  return isInterruption(gain) || (!gain.isTabbed && gain.isFromField && !gain.isActive)
}

export interface FrameFocus {
  /** Whether it has the focus, and did not take it. */
  has(): boolean
  /** Whether somebody does something in it. */
  isActing(): boolean
  stop(): void
}

/** Pressed without doing anything, or on the way to something else. */
const silentKeys: ReadonlySet<string> = new Set(['Shift', 'Control', 'Alt', 'Meta', 'Escape'])

/**
 * Browsers let every frame take the focus, and do not tell the page what is done in one. So it is judged by what was done in
 * the page: what was taken goes back, and `onGrab` is told of a frame that goes on doing so.
 */
export function watchFrameFocus({ frame, onGrab }: { frame: () => HTMLElement | null, onGrab: () => void }): FrameFocus {
  const watching = new AbortController()
  let last: HTMLElement | undefined
  let keyAt = Number.NEGATIVE_INFINITY
  let handAt = Number.NEGATIVE_INFINITY
  let isTabbed = false
  let isTaken = false
  let grabs = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const holds = (): boolean => frame() !== null && document.activeElement === frame()
  const gain = (): FocusGain => {
    const now = performance.now()
    return { isTabbed, isActive: navigator.userActivation.isActive, keyMs: now - keyAt, handMs: now - handAt, isFromField: last?.matches('input, textarea, select, [contenteditable]') ?? false }
  }
  const giveBack = (): void => {
    if (!holds()) return
    if (last?.isConnected) last.focus({ preventScroll: true })
    else frame()?.blur()
  }
  const judge = (): void => {
    clearTimeout(timer)
    const gained = gain()
    isTaken = holds() && isGrab(gained)
    if (!isTaken) return
    const isRude = isInterruption(gained)
    if (isRude) grabs += 1
    // A page that is just losing the focus cannot have it back yet.
    timer = setTimeout(() => {
      isTaken = isRude || isGrab(gain())
      if (isTaken) giveBack()
      if (grabs >= maximumGrabs) onGrab()
    }, isRude ? 0 : newsMs)
  }
  const note = (event: Event): void => {
    const now = performance.now()
    if (event instanceof KeyboardEvent) {
      if (silentKeys.has(event.key)) return
      isTabbed = event.key === 'Tab'
      keyAt = now
    }
    handAt = now
  }
  const options = { capture: true, passive: true, signal: watching.signal }
  for (const kind of ['keydown', 'pointerdown', 'pointerup']) document.addEventListener(kind, note, options)
  document.addEventListener('focusin', ({ target }) => {
    isTaken = isTabbed = false
    if (target instanceof HTMLElement && target !== frame()) last = target
  }, options)
  window.addEventListener('blur', judge, { signal: watching.signal })
  return {
    has: () => holds() && !isTaken,
    isActing: () => holds() && !isTaken && navigator.userActivation.isActive,
    stop() {
      clearTimeout(timer)
      watching.abort()
    },
  }
}
