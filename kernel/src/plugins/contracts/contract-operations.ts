import { contractCapability, contracts, errorTable, limitsOf, RookeryError, type Contract, type ErrorCode, type Operation } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { actorIdOf, implement, type AnyImplementation, type Context, type Validation } from '../../operations/index.ts'
import { createSlots } from '../../slots.ts'
import type { Log } from '../../telemetry/index.ts'
import { createBreaker, type Breaker } from '../hooks/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import { readAnswer, readDetails, type Refusal } from '../refusals.ts'
import type { Runtime } from '../runtime.ts'
import { createContractAccess, type Place } from './contract-access.ts'
import type { Provider, Providers } from './providers.ts'

interface Parts {
  readonly access: Access
  readonly validation: Validation
  readonly clock: Clock
  readonly log: Log
  readonly providers: Providers
  readonly runtime: Pick<Runtime, 'invoke'>
}

/** What a provider may refuse with besides the errors of the operation. */
const generalRefusals: ReadonlySet<ErrorCode> = new Set(['invalid_input', 'permission_missing', 'not_signed_in', 'rate_limited', 'unavailable'])

/** What one account may ask of a provider at once: a quarter of its places. Whoever asks for what takes long leaves places for others. */
const shareOfAccount = 4
const maximumOfAccount = 40

/** Operations of contracts: judged here, carried out by the plugin that provides them. */
export function createContractOperations({ access, validation, clock, log, providers, runtime }: Parts): AnyImplementation[] {
  const judge = createContractAccess(access)
  const breakers = new Map<string, Breaker>()
  const slots = createSlots({ perKey: () => maximumOfAccount, total: () => Infinity, refusal: 'rate_limited', typicalMs: 1000 })

  const breakerOf = ({ id, version }: InstalledPlugin, { name }: Contract): Breaker => {
    const key = `${id} ${version} ${name}`
    let breaker = breakers.get(key)
    if (!breaker) breakers.set(key, breaker = createBreaker({ clock }))
    return breaker
  }

  const assertFits = (operation: Operation, plugin: string, answer: unknown): void => {
    try {
      validation.assert(operation.output, answer)
    } catch (error) {
      log.warn('A plugin answered what does not fit', { plugin, operation: operation.name, error: error instanceof Error ? error.message : String(error) })
      throw new RookeryError('plugin_failed', { plugin }, { cause: error })
    }
  }

  const isAtWork = ({ reach, plugin }: Provider, { channel, teamId }: Place): boolean =>
    channel ? reach.reaches(channel) : teamId ? reach.reachesTeam(teamId) : plugin.binding.scope === 'server'

  const providerOf = (contract: Contract, place: Place): InstalledPlugin => {
    const provider = providers.of(contract)[0]
    if (!provider || !isAtWork(provider, place)) throw new RookeryError('feature_unavailable', { feature: contract.name })
    return provider.plugin
  }

  const carryOut = async (contract: Contract, operation: Operation, context: Context, input: unknown, plugin: InstalledPlugin): Promise<unknown> => {
    const breaker = breakerOf(plugin, contract)
    if (!breaker.isClosed()) throw new RookeryError('plugin_unavailable', { plugin: plugin.id, retryAfterSeconds: 10 })
    let refusal: Refusal
    try {
      const answer = readAnswer(await runtime.invoke(plugin, `provide ${operation.name}`, input, { capability: contractCapability(contract.name), deadlineMs: contract.deadlineMs, trigger: context }))
      if (!('refusal' in answer)) assertFits(operation, plugin.id, answer.value)
      breaker.succeeded()
      if ('refusal' in answer) refusal = answer.refusal
      else return answer.value
    } catch (error) {
      // That its host is starting is nobody's fault, and over in a moment.
      if (error instanceof RookeryError && error.code === 'plugin_unavailable') breaker.abstained()
      else breaker.failed()
      throw error
    }
    // A plugin that refuses works, whatever it says: it is not asked less for that.
    throw refusalOf(operation, plugin.id, refusal)
  }

  return contracts.flatMap((contract) => (contract.operations as readonly Operation[]).map((operation) => implement(operation, {
    access: (context, input) => judge(operation, context, input),
    async handle(context, input, place) {
      const plugin = providerOf(contract, place)
      const { invocationsAtOnce } = limitsOf(plugin.manifest)
      const leave = slots.take(`${plugin.id} ${actorIdOf(context)}`, Math.min(maximumOfAccount, Math.ceil(invocationsAtOnce / shareOfAccount)))
      try {
        return await carryOut(contract, operation, context, input, plugin) as never
      } finally {
        leave()
      }
    },
  })))
}

/** In words of the error table: a provider cannot say anything that the operation does not say. */
function refusalOf(operation: Operation, plugin: string, refusal: Refusal): RookeryError {
  const code = refusal.code as ErrorCode
  // That it has asked for too much is no fault of who asks it: a moment later it goes on.
  if (code === 'plugin_over_quota') return new RookeryError('unavailable', { retryAfterSeconds: 1, ...readDetails(refusal.details) })
  const isKnown = typeof code === 'string' && Object.hasOwn(errorTable, code) && (operation.errors.includes(code) || generalRefusals.has(code))
  if (!isKnown) return new RookeryError('plugin_failed', { plugin }, { cause: new Error(`it refused with ${String(code).slice(0, 100)}, which ${operation.name} does not say`) })
  return new RookeryError(code, readDetails(refusal.details))
}
