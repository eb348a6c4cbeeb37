import type { PlannedHook } from '@rookery/sdk/protocol'

type Placed = Pick<PlannedHook, 'pluginId' | 'phase' | 'priority'>

/** What the protocol takes. */
const extreme = 1000

/**
 * The priority with which a plugin comes before the one above it, or after the one below it; null where priority changes
 * nothing: at an end of its phase, or where plugins say themselves who comes first. Of equal priority the smaller id runs
 * first, so there may be no room between two of them; then it passes both.
 */
export function priorityToMove(chain: readonly Placed[], pluginId: string, direction: 'up' | 'down'): number | null {
  const index = chain.findIndex((hook) => hook.pluginId === pluginId)
  const own = chain[index]
  const other = chain[direction === 'up' ? index - 1 : index + 1]
  if (!own || !other || other.phase !== own.phase) return null
  const isFirstOfEquals = own.pluginId < other.pluginId
  if (direction === 'up') {
    const priority = isFirstOfEquals ? other.priority : other.priority + 1
    return priority > own.priority && priority <= extreme ? priority : null
  }
  const priority = isFirstOfEquals ? other.priority - 1 : other.priority
  return priority < own.priority && priority >= -extreme ? priority : null
}
