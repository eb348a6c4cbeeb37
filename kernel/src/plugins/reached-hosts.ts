import type { ReachedHost } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'

/** With whom beyond this server each plugin spoke. */
export interface ReachedHosts {
  note(pluginId: string, host: string): void
  list(pluginId: string): ReachedHost[]
  forget(pluginId: string): void
}

/** Of one plugin; with wildcards it may reach any number, and the latest are kept. */
const maximumHosts = 200

export function createReachedHosts({ clock }: { clock: Clock }): ReachedHosts {
  const reached = new Map<string, Map<string, ReachedHost>>()
  return {
    note(pluginId, host) {
      let hosts = reached.get(pluginId)
      if (!hosts) reached.set(pluginId, hosts = new Map())
      const requests = (hosts.get(host)?.requests ?? 0) + 1
      hosts.delete(host)
      hosts.set(host, { host, requests, lastAt: clock.now() })
      const [oldest] = hosts.keys()
      if (hosts.size > maximumHosts && oldest !== undefined) hosts.delete(oldest)
    },
    list: (pluginId) => [...reached.get(pluginId)?.values() ?? []].sort((one, other) => other.lastAt - one.lastAt),
    forget(pluginId) { reached.delete(pluginId) },
  }
}
