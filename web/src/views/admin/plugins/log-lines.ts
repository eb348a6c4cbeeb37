import type { PluginLogLine } from '@rookery/sdk/protocol'

/** As many as the server keeps of a plugin. */
const maximumLines = 200

/** Lines that are known, the newest first, with those that came since, the oldest first. Numbers that begin anew are of a server that has started since. */
export function joinLines(known: readonly PluginLogLine[], later: readonly PluginLogLine[]): readonly PluginLogLine[] {
  const [first] = later
  if (!first) return known
  const isGoingOn = first.number > (known[0]?.number ?? 0)
  return [...later.toReversed(), ...(isGoingOn ? known : [])].slice(0, maximumLines)
}
