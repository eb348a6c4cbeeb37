import { contractCapability, contracts, type Contract } from '@rookery/sdk/protocol'
import type { PluginReach } from '../../operations/index.ts'
import { byStanding, type InstalledPlugin } from '../installed-plugin.ts'
import { createReach } from '../reach.ts'
import type { Registry } from '../registry.ts'

export interface Provider {
  readonly plugin: InstalledPlugin
  readonly reach: PluginReach
}

/** Which plugins carry out which contracts. */
export interface Providers {
  /** All that are ready to, the one that does first. */
  of(contract: Contract): readonly Provider[]
}

/** The admin's choice, the latest first; then as they stand. */
const inOrder = ({ name }: Contract) => (one: InstalledPlugin, other: InstalledPlugin): number =>
  (other.chosenFor[name] ?? 0) - (one.chosenFor[name] ?? 0) || byStanding(one, other)

export const provides = ({ manifest: { contributes } }: InstalledPlugin, { operations }: Contract): boolean => operations.every(({ name }) => contributes.provides.includes(name))

export function createProviders({ registry }: { registry: Registry }): Providers {
  let table: ReadonlyMap<string, readonly Provider[]> | undefined
  registry.onChange(() => { table = undefined })
  const make = (): ReadonlyMap<string, readonly Provider[]> => new Map(contracts.map((contract) => [contract.name, [...registry.all.values()]
    .filter((plugin) => plugin.state === 'enabled' && Object.hasOwn(plugin.granted, contractCapability(contract.name)) && provides(plugin, contract))
    .sort(inOrder(contract))
    .map((plugin) => ({ plugin, reach: createReach(plugin, true) }))]))
  return {
    of: ({ name }) => (table ??= make()).get(name) ?? [],
  }
}
