import { RookeryError } from '@rookery/sdk/protocol'

/** One request of a plugin, from host to host where answers lead on. */
export interface RequestUnderWay {
  /** It is at this host from now on. Throws `plugin_over_quota` where too many of the plugin wait for that one. */
  moveTo(host: string): void
  end(): void
}

/** Counts what plugins wait for: all together, and of one host, so that one that is slow leaves places for the others. */
export interface RequestsUnderWay {
  /** Throws `plugin_over_quota`. */
  begin(pluginId: string, maximum: { readonly atOnce: number, readonly ofHost: number }): RequestUnderWay
}

export function createRequestsUnderWay(): RequestsUnderWay {
  const held = new Map<string, number>()
  const take = (key: string, maximum: number, what: string): void => {
    const count = held.get(key) ?? 0
    if (count >= maximum) throw new RookeryError('plugin_over_quota', { quota: `${maximum} requests at once${what}`, retryAfterSeconds: 1 })
    held.set(key, count + 1)
  }
  const give = (key: string): void => {
    const left = (held.get(key) ?? 1) - 1
    if (left > 0) held.set(key, left)
    else held.delete(key)
  }
  return {
    begin(pluginId, { atOnce, ofHost }) {
      take(pluginId, atOnce, '')
      let place: string | undefined
      const leave = (): void => { if (place !== undefined) give(place) }
      return {
        moveTo(host) {
          leave()
          place = undefined
          const next = `${pluginId} ${host.replace(/\.$/, '')}`
          take(next, ofHost, ' to one host')
          place = next
        },
        end() {
          leave()
          give(pluginId)
        },
      }
    },
  }
}
