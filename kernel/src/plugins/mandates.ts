import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { SecretBox } from '../plugin-storage/index.ts'

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
  const aboutOf = (pluginId: string): string => `mandate ${pluginId}`
  return {
    async issue(pluginId, userId, durationMs) {
      const expiresAt = clock.now() + durationMs
      return { mandate: (await box.seal(JSON.stringify([userId, expiresAt]), aboutOf(pluginId))).toString('base64url'), expiresAt }
    },
    async open(pluginId, mandate) {
      const text = await box.open(Buffer.from(mandate, 'base64url'), aboutOf(pluginId)).catch(() => { throw new RookeryError('mandate_over') })
      const [userId, expiresAt] = JSON.parse(text) as [string, number]
      if (expiresAt <= clock.now()) throw new RookeryError('mandate_over')
      return userId
    },
  }
}
