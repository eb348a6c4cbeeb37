import { readFileSync, writeFileSync } from 'node:fs'
import { emptyFormsByOperation } from '../src/mattermost/empty-forms.ts'
import type { Tier } from '../src/mattermost/documented-operations.ts'
import { clearRecords, readRecords, type WireRecord } from './recorder.ts'
import { contractOperations, createContract, type ContractOperation } from './schemas.ts'

/**
 * done: seen to succeed and to refuse, every answer as the contract says. partial: seen, but not all of that.
 * empty form: nobody offers it, clients are told that there is nothing. 501: nobody offers it.
 */
export type CoverageState = 'done' | 'partial' | 'empty form' | '501'

export interface Coverage {
  /** The page, ready to be written. */
  readonly page: string
  /** Everything that broke the contract, one sentence each. */
  readonly violations: readonly string[]
  readonly states: ReadonlyMap<ContractOperation, CoverageState>
}

/** Open to everybody and without input: there is nothing to refuse. */
const neverRefuse: ReadonlySet<string> = new Set(['GetPing', 'GetClientConfig', 'GetClientLicense', 'GetWebappPlugins'])

/** Tests have a plugin that carries these out; the release has none. */
const offeredByNobody: ReadonlySet<string> = new Set(['SearchPosts', 'SearchPostsInAllTeams', 'SearchFiles'])

const tiers: readonly Tier[] = ['T0', 'T1', 'T2', 'T3']
const tierNames: Readonly<Record<Tier, string>> = {
  T0: 'sign in, load, post, react, thread, upload, receive',
  T1: 'what people use daily',
  T2: 'administration',
  T3: 'needs a licence or a cloud at Mattermost',
}

const succeeded = ({ status }: WireRecord): boolean => (status >= 200 && status < 300) || status === 304 || status === 101
const refused = ({ status }: WireRecord): boolean => status >= 400 && status < 500

function stateOf(operation: ContractOperation, records: readonly WireRecord[]): CoverageState {
  if (offeredByNobody.has(operation.operationId)) return 'empty form'
  const hasForm = emptyFormsByOperation.has(`${operation.method} ${operation.path}`)
  const own = records.filter((record) => record.status !== 501 && !record.emptyForm)
  const success = own.some(succeeded)
  const refusal = own.some(refused)
  // A refusal alone (nobody is signed in, say) comes from the door and does not show that somebody offers it.
  if (!success && hasForm) return 'empty form'
  if (!success && (!refusal || records.some(({ status }) => status === 501))) return own.some(({ status }) => status >= 500) ? 'partial' : '501'
  const refusesEnough = refusal || neverRefuse.has(operation.operationId)
  return success && refusesEnough && records.every(({ violations }) => violations.length === 0) ? 'done' : 'partial'
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function tagTable(tag: string, operations: readonly ContractOperation[], states: Coverage['states']): string[] {
  const done = operations.filter((operation) => states.get(operation) === 'done').length
  return [
    `## ${tag} (${done} of ${operations.length})`,
    '',
    row(['operation', 'address', 'tier', 'state']),
    row(['---', '---', '---', '---']),
    ...operations.map((operation) => row([operation.operationId, `\`${operation.method} ${operation.path}\``, operation.tier, states.get(operation) ?? '501'])),
    '',
  ]
}

function tierRow(tier: Tier, states: Coverage['states']): string {
  const inTier = [...states].filter(([operation]) => operation.tier === tier).map(([, state]) => state)
  const number = (state: CoverageState): string => String(inTier.filter((one) => one === state).length)
  return row([`${tier}: ${tierNames[tier]}`, `${number('done')} of ${inTier.length}`, number('partial'), number('empty form'), number('501')])
}

function pageOf(states: Coverage['states']): string {
  const operations = [...states.keys()].sort((a, b) => compare(a.tag.toLowerCase(), b.tag.toLowerCase()) || compare(a.path, b.path) || compare(a.method, b.method))
  const tags = Map.groupBy(operations, ({ tag }) => tag)
  const done = [...states.values()].filter((state) => state === 'done').length
  const heading = tiers.map((tier) => {
    const inTier = [...states].filter(([operation]) => operation.tier === tier)
    return `${tier} ${inTier.filter(([, state]) => state === 'done').length} of ${inTier.length}`
  }).join(' · ')
  return [
    '# Mattermost API v4: what is covered',
    '',
    `${heading} · all ${done} of ${states.size}`,
    '',
    'Written by `node compat/contract/coverage.ts` from what the tests saw on the wire; do not edit.',
    '**done**: seen to succeed and to refuse, every answer as the contract says. **partial**: seen, but not all of that.',
    '**empty form**: nobody offers it, clients are told that there is nothing. **501**: nobody offers it.',
    '',
    row(['tier', 'done', 'partial', 'empty form', '501']),
    row(['---', '---', '---', '---', '---']),
    ...tiers.map((tier) => tierRow(tier, states)),
    '',
    ...[...tags].flatMap(([tag, inTag]) => tagTable(tag, inTag, states)),
  ].join('\n')
}

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0

/** The state of every operation, as far as these records show it. The order of the records does not matter. */
export function coverageOf(records: readonly WireRecord[]): Coverage {
  const contract = createContract()
  const seen = Map.groupBy(records, ({ method, path }) => contract.operationFor(method, path))
  const states = new Map(contractOperations.map((operation) => [operation, stateOf(operation, seen.get(operation) ?? [])] as const))
  const violations = records.flatMap(({ method, path, status, violations: found }) => found.map((violation) => `${method} ${path} ${status}: ${violation}`))
  return { page: pageOf(states), states, violations: [...new Set(violations)].sort(compare) }
}

function main(args: readonly string[]): number {
  if (args.includes('--clear')) {
    clearRecords()
    return 0
  }
  const target = new URL('../COVERAGE.md', import.meta.url)
  const { page, violations } = coverageOf(readRecords())
  if (!args.includes('--check')) {
    writeFileSync(target, page)
    console.log(page.split('\n')[2])
    return 0
  }
  const stale = readFileSync(target, 'utf8') !== page
  if (stale) console.error('compat/COVERAGE.md is not what the last test run shows: run npm run coverage:api')
  for (const violation of violations) console.error(violation)
  return stale || violations.length > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2))
