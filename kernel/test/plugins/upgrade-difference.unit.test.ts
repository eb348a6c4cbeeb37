import { deepEqual, equal } from 'node:assert/strict'
import { PluginLimits, standardLimits, type PluginManifest } from '@rookery/sdk/protocol'
import { defaultGuestLimits } from '../../src/plugin-host/index.ts'
import { defaultPluginHostSettings } from '../../src/plugins/index.ts'
import { differenceOf, isCovered } from '../../src/plugins/upgrade-difference.ts'

const manifestOf = (parts: Partial<PluginManifest>, triggers: readonly string[] = []): PluginManifest =>
  ({ id: 'growing', version: '1.0.0', name: 'Growing', apiVersion: 1, capabilities: { commands: { reason: 'Answers.' } }, contributes: { commands: triggers.map((trigger) => ({ trigger, description: '' })) }, ...parts } as PluginManifest)
const difference = (before: PluginManifest, after: PluginManifest, granted: object = { commands: {} }): ReturnType<typeof differenceOf> =>
  differenceOf({ id: 'growing', manifest: before, granted: granted as never, signer: 'maker', botUserId: 'bot' }, { manifest: after, signer: 'maker' })
const limits = (before: PluginLimits | undefined, after: PluginLimits | undefined): [unknown, boolean] => {
  const { limits: larger, needsConsent } = difference(manifestOf(before ? { limits: before } : {}), manifestOf(after ? { limits: after } : {}))
  return [larger, needsConsent]
}

describe('What an upgrade asks for beyond what a plugin has', () => {
  it('is every limit that is larger than what held, stated or not', () => {
    const names = Object.keys(PluginLimits.properties) as (keyof PluginLimits)[]
    deepEqual(Object.keys(standardLimits).sort(), [...names].sort())
    for (const name of names) {
      const standard = standardLimits[name]
      deepEqual(limits(undefined, { [name]: standard + 1 }), [{ [name]: standard + 1 }, true], name)
      deepEqual(limits({ [name]: standard - 1 }, { [name]: standard }), [{ [name]: standard }, true], name)
      // What is not stated any more is what everybody has.
      deepEqual(limits({ [name]: standard - 1 }, undefined), [{ [name]: standard }, true], name)
      deepEqual(limits({ [name]: standard + 1 }, undefined), [{}, false], name)
      deepEqual(limits(undefined, { [name]: standard - 1 }), [{}, false], name)
      deepEqual(limits(undefined, { [name]: standard }), [{}, false], name)
    }
  })

  it('is what people type after other words, where it hears commands at all', () => {
    const added = difference(manifestOf({}, ['say']), manifestOf({}, ['say', 'whisper']))
    deepEqual([added.commands, added.needsConsent, isCovered(added, []), isCovered(added, ['commands'])], [['whisper'], true, false, true])
    const fewer = difference(manifestOf({}, ['say', 'whisper']), manifestOf({}, ['say']))
    deepEqual([fewer.commands, fewer.needsConsent], [[], false])
    deepEqual(difference(manifestOf({}, ['say']), manifestOf({}, ['whisper']), {}).commands, [])
  })

  it('is measured by what hosts give', () => {
    const { heapMegabytes, callsPerSecond, invocationsAtOnce } = standardLimits
    deepEqual([heapMegabytes * 2 ** 20, callsPerSecond], [defaultGuestLimits.heapBytes, defaultGuestLimits.callsPerSecond])
    equal(invocationsAtOnce, defaultPluginHostSettings.maximumUnderWay)
  })
})
