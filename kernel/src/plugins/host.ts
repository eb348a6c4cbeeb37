import { setTimeout } from 'node:timers/promises'
import type { Log } from '../telemetry/index.ts'
import { RookeryError } from '@rookery/sdk/protocol'
import { hostRefusals, type GuestStatistics, type HostRefusal } from '../plugin-host/index.ts'
import type { Confinement } from './confinement.ts'
import { parseGuestJson } from './guest-json.ts'
import { startHostProcess } from './host-process.ts'
import type { PluginHostSettings } from './host-settings.ts'
import type { Host, PluginRecord } from './plugin-record.ts'

export interface HostOptions {
  readonly key: string
  readonly isAlone: boolean
  /** Lives on what others leave of the processor. */
  readonly isSuspect: boolean
  readonly confinement: Confinement
  readonly settings: PluginHostSettings
  readonly log: Log
  /** `plugin` is missing when it was unloaded meanwhile. */
  onPoisoned(host: Host, plugin: PluginRecord | undefined, reason: string): void
  onDeath(host: Host, reason: string): void
  /** So many isolates of the plugin were thrown away of late because it used too much. */
  onBreach(plugin: PluginRecord, count: number): void
  /** The host has kept the plugin from something, so many times of late. */
  onRefusal(plugin: PluginRecord, refusal: HostRefusal, times: number): void
  /** It has said too much, and its next word waits. */
  onPaced(plugin: PluginRecord): void
}

/** Answers up to this length reach a plugin even when it asked for more than it can take in. */
const smallLength = 1024
const tooMuch = JSON.stringify({ code: 'body_too_large', message: 'Too much was asked for at once' })
const internal = JSON.stringify({ code: 'internal', message: 'The call failed' })
/** As many calls of a host are answered in one turn of the event loop: a flood of hundreds would hold everybody up for many milliseconds. */
const callsPerTurn = 8

export function createHost({ key, isAlone, isSuspect, confinement, settings, log, onPoisoned, onDeath, onBreach, onRefusal, onPaced }: HostOptions): Host {
  const plugins = new Map<number, PluginRecord>()
  let highestSlot = -1

  const answer = async (plugin: PluginRecord, name: string, text: string): Promise<{ isAnswered: boolean, text: string }> => {
    try {
      // It waits for its answer, and has only so many bytes under way: so it is slowed down, and nothing piles up.
      const waitMs = plugin.pace.waitMs()
      plugin.pace.took(text.length)
      if (waitMs > 0) {
        onPaced(plugin)
        await setTimeout(waitMs)
      }
      const told = await plugin.call(name, parseGuestJson(text))
      if (told.length > plugin.limits.answerBytes) return { isAnswered: false, text: JSON.stringify({ code: 'body_too_large', message: 'The answer is larger than this plugin may hear' }) }
      return { isAnswered: true, text: told }
    } catch (error) {
      if (error instanceof RookeryError) return { isAnswered: false, text: JSON.stringify({ code: error.code, message: error.message }) }
      if (error instanceof SyntaxError) return { isAnswered: false, text: JSON.stringify({ code: 'invalid_input', message: error.message }) }
      log.error('A call of a plugin failed in a way nobody foresaw', { plugin: plugin.id, name, error })
      return { isAnswered: false, text: internal }
    }
  }

  const waiting: (() => void)[] = []
  let servedInTurn = 0
  const nextTurn = (): void => {
    servedInTurn = 0
    for (const serve of waiting.splice(0, callsPerTurn)) inTurn(serve)
  }
  /** Now, or with one of the next turns where this one has seen enough; in their order. */
  const inTurn = (serve: () => void): void => {
    if (servedInTurn >= callsPerTurn) { waiting.push(serve); return }
    if (servedInTurn === 0) setImmediate(nextTurn)
    servedInTurn += 1
    serve()
  }

  const host: Host = {
    key, isAlone, plugins,
    process: startHostProcess({
      isSuspect, confinement, settings, log, threads: isAlone ? 1 : settings.threads,
      onCall({ slot, call, name }, text) {
        const plugin = plugins.get(slot)
        if (!plugin) {
          // It may have asked before it heard that it is unloaded; a number that was never given out is a lie.
          if (slot > highestSlot) host.process.kill('it broke the protocol')
          return
        }
        // The host holds this limit itself: beyond it, it is not our host any more. Answers on their way count, hence twice.
        if (plugin.callsUnderWay >= plugin.limits.callsUnderWay * 2 || text.length > plugin.limits.answerBytes * 4) {
          // An isolate that is thrown away forgets what it has asked for, and the next one asks again: of this one plugin.
          onPoisoned(host, plugin, 'it asks for more than it may')
          host.process.kill('it broke the protocol')
          return
        }
        plugin.callsUnderWay += 1
        inTurn(() => {
          void answer(plugin, name, text).then((told) => {
            plugin.callsUnderWay -= 1
            if (plugins.get(slot) !== plugin) return
            const isLost = told.text.length > smallLength && host.process.isCongested
            host.process.send({ type: 'reply', slot, call, isAnswered: told.isAnswered && !isLost }, isLost ? tooMuch : told.text)
          })
        })
      },
      onPoisoned({ slot, reason }) {
        onPoisoned(host, plugins.get(slot), reason)
        host.process.kill(reason)
      },
      onStatistics(guests: readonly GuestStatistics[]) {
        for (const guest of guests) {
          const plugin = plugins.get(guest.slot)
          if (!plugin) continue
          const breaches = guest.breaches - (plugin.present?.breaches ?? 0)
          const known = plugin.present?.refusals
          plugin.latelyCpuMs = guest.cpuTimeMs - (plugin.present?.cpuTimeMs ?? 0)
          plugin.present = guest
          hostRefusals.forEach((refusal, index) => {
            const times = (guest.refusals[index] ?? 0) - (known?.[index] ?? 0)
            if (times > 0) onRefusal(plugin, refusal, times)
          })
          if (breaches > 0) onBreach(plugin, breaches)
        }
      },
      onDeath: (reason) => { onDeath(host, reason) },
    }),
    admit(plugin, slot) {
      plugins.set(slot, plugin)
      highestSlot = slot
      plugin.home = { host, slot, hooks: new Map() }
    },
    release(slot) {
      const plugin = plugins.get(slot)
      if (!plugin) return
      plugins.delete(slot)
      plugin.past.cpuTimeMs += plugin.present?.cpuTimeMs ?? 0
      plugin.past.disposals += plugin.present?.disposals ?? 0
      plugin.present = undefined
      plugin.home = undefined
      host.process.send({ type: 'unload', slot })
    },
  }
  return host
}
