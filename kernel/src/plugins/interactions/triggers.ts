import { RookeryError, type Trigger } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import type { Ids } from '../../ids.ts'
import { createTextSeal, type SecretBox } from '../../plugin-storage/index.ts'

/** Leave to show somebody a dialog: for a while after what that person did, so that none comes out of the blue. */
export interface Triggers {
  create(userId: string): Promise<Trigger>
  /** Throws `trigger_over`. */
  open(triggerId: string): Promise<{ readonly userId: string, readonly clientTriggerId: string }>
}

/** As long as whoever was asked may take. */
const lifeMs = 30_000

export function createTriggers({ box, ids, clock }: { box: SecretBox, ids: Ids, clock: Clock }): Triggers {
  const { seal, open } = createTextSeal(box, 'dialog trigger')
  const refusal = (): RookeryError => new RookeryError('trigger_over', { seconds: lifeMs / 1000 })
  return {
    async create(userId) {
      const clientTriggerId = ids.next()
      const expiresAt = clock.now() + lifeMs
      return { triggerId: await seal(JSON.stringify([clientTriggerId, userId, expiresAt])), clientTriggerId, expiresAt }
    },
    async open(triggerId) {
      const [clientTriggerId, userId, expiresAt] = JSON.parse(await open(triggerId).catch(() => { throw refusal() })) as [string, string, number]
      if (expiresAt <= clock.now()) throw refusal()
      return { userId, clientTriggerId }
    },
  }
}
