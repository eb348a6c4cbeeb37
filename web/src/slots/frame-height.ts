/** Before it is less high without anybody doing something in it; twice as long each time. */
const firstPauseMs = 1000

interface Options {
  readonly first: number
  readonly least: number
  readonly most: number
  /** Somebody does something in it, and expects it to change. */
  readonly isActing: () => boolean
  readonly onHeight: (height: number) => void
  readonly later: (work: () => void, ms: number) => () => void
}

export interface FrameHeight { wish(height: number): void, stop(): void }

/** How high a frame is: as it wishes, but what stands below it is not moved up and down for ever. */
export function createFrameHeight({ first, least, most, isActing, onHeight, later }: Options): FrameHeight {
  let height = first
  let wished: number | undefined
  let pauseMs = firstPauseMs
  let cancel: (() => void) | undefined
  const stop = (): void => {
    cancel?.()
    cancel = undefined
  }
  const set = (next: number): void => {
    stop()
    if (next === height) return
    height = next
    onHeight(next)
  }
  return {
    stop,
    wish(wanted) {
      const isFirst = wished === undefined
      const next = Math.min(Math.max(Math.ceil(wanted), least), most)
      wished = next
      if (next >= height || isFirst || isActing()) set(next)
      else cancel ??= later(() => {
        pauseMs *= 2
        set(wished ?? height)
      }, pauseMs)
    },
  }
}
