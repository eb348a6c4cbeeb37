const maximumFrames = 20

/** Rows that come into the page stay hidden until they are measured: a hidden one takes no focus, so it is tried for some frames. */
export function focusSoon(find: () => HTMLElement | null | undefined, isStillWanted: () => boolean = () => true, frames = maximumFrames): void {
  if (!isStillWanted()) return
  const element = find()
  element?.focus({ preventScroll: true })
  if (frames > 0 && (!element || document.activeElement !== element)) requestAnimationFrame(() => { focusSoon(find, isStillWanted, frames - 1) })
}
