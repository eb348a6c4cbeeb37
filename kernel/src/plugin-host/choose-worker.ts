/**
 * On which of the threads of a host a plugin lives. Those with hooks live on the first, so that a chain stays there; the
 * others leave it to them where there are more: what they ask for and answer is carried by their thread, and a flood of it
 * is in nobody's way. There is one at least.
 */
export function chooseWorker<Of extends { readonly seats: number }>(workers: readonly Of[], isInline: boolean): Of {
  const [first, ...others] = workers as [Of, ...Of[]]
  if (isInline || others.length === 0) return first
  return others.reduce((least, other) => (other.seats < least.seats ? other : least))
}
