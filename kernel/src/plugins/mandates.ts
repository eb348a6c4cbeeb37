import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import { createTextSeal, type SecretBox, type TextSeal } from '../plugin-storage/index.ts'

/**
 * A plugin's leave to act as somebody later, when nobody asks: it says who and until when, and is worth nothing to
 * another plugin. Rights are judged when it is used, as ever.
 */
export interface Mandates {
  issue(pluginId: string, userId: string, durationMs: number): Promise<{ mandate: string, expiresAt: number }>
  /** The user for whom the plugin may act; throws `mandate_over`. */
  open(pluginId: string, mandate: string): Promise<string>
}

export function createMandates({ box, clock }: { box: SecretBox, clock: Clock }): Mandates {
  const sealOf = (pluginId: string): TextSeal => createTextSeal(box, `mandate ${pluginId}`)
  return {
    async issue(pluginId, userId, durationMs) {
      const expiresAt = clock.now() + durationMs
      return { mandate: await sealOf(pluginId).seal(JSON.stringify([userId, expiresAt])), expiresAt }
    },
    async open(pluginId, mandate) {
      const text = await sealOf(pluginId).open(mandate).catch(() => { throw new RookeryError('mandate_over') })
      const [userId, expiresAt] = JSON.parse(text) as [string, number]
      if (expiresAt <= clock.now()) throw new RookeryError('mandate_over')
      return userId
    },
  }
}
