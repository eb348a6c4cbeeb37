import { contracts, pluginsChooseProvider, pluginsContracts, RookeryError, type Contract, type ContractStanding } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { assertMayReadPlugins, assertMayWritePlugins } from '../plugin-rights.ts'
import type { Registry } from '../registry.ts'
import { provides, type Providers } from './providers.ts'

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly providers: Providers
  readonly clock: Clock
}

/** What admins see of contracts, and their choice between providers. */
export function createContractChoice({ access, registry, providers, clock }: Parts): AnyImplementation[] {
  const show = (contract: Contract): ContractStanding => ({ name: contract.name, summary: contract.summary, providers: providers.of(contract).map(({ plugin }) => plugin.id) })
  return [
    implement(pluginsContracts, { access(context) { assertMayReadPlugins(access, context) }, handle: () => contracts.map(show) }),
    implement(pluginsChooseProvider, {
      access(context, { pluginId, contract: name }): Contract {
        assertMayWritePlugins(access, context)
        const contract: Contract | undefined = contracts.find((each) => each.name === name)
        if (!contract || !provides(registry.find(pluginId), contract)) throw new RookeryError('contract_not_provided', { plugin: pluginId, contract: name })
        return contract
      },
      async handle(_context, { pluginId }, contract) {
        const others = [...registry.all.values()].map(({ chosenFor }) => chosenFor[contract.name] ?? 0)
        await registry.change(pluginId, ({ chosenFor }) => ({ chosenFor: { ...chosenFor, [contract.name]: Math.max(clock.now(), ...others.map((at) => at + 1)) } }))
        return show(contract)
      },
    }),
  ]
}
