import { deepEqual } from 'node:assert/strict'
import { openMattermost, type Route } from '@rookery/compat'
import { createHttpServer, createUpgrades, type HttpServer, type Operations } from '@rookery/kernel'
import { RookeryError, type Operation } from '@rookery/sdk/protocol'
import { actors, createMatrix, sessionless, targetsOf, type Matrix, type Target, type TargetName } from './actors.ts'
import { fill, isNothing, type Expectation } from './expectation.ts'
import { operationExpectations, routeExpectations } from './expectations/index.ts'

type Asker = (typeof actors)[number] | 'anonymous'

const denials = new Set([401, 403, 404])

/** As it should be, or as it is, in the form of an expectation's line. */
const line = (cells: Readonly<Partial<Record<string, string>>>): string => Object.entries(cells).filter(([, who]) => who).map(([target, who]) => `${target}: '${who}'`).join(', ')

/** Runs every cell of one expectation and says by target who got through. */
async function observe({ noun }: Pick<Expectation, 'noun'>, askers: readonly Asker[], ask: (asker: Asker, target: TargetName) => Promise<number>): Promise<Record<string, string>> {
  const seen: Record<string, string> = {}
  for (const target of targetsOf[noun]) {
    const through: string[] = []
    for (const asker of askers) {
      const status = await ask(asker, target)
      if (status >= 500 && status !== 501) throw new Error(`${asker} on ${target} was answered ${status}`)
      if (!denials.has(status)) through.push(asker)
    }
    seen[target] = through.join(' ')
  }
  return seen
}

const expected = ({ noun, cells }: Expectation, askers: readonly Asker[]): Record<string, string> => Object.fromEntries(targetsOf[noun].map((target) => {
  const named = new Set((cells[target] ?? '').split(' '))
  return [target, askers.filter((asker) => named.has(asker)).join(' ')]
}))

/** Nothing is changed by asking: what would change something ends where it would begin to. */
const onlyAuthorising = (operations: Operations): Operations => ({
  ...operations,
  async dispatch(operation, context, input, stream) {
    if (operation.safe) return operations.dispatch(operation, context, input, stream)
    await operations.authorise(operation, context, input)
    throw new RookeryError('not_implemented', { operation: operation.name })
  },
})

const operationOf = (line: string): string => line.split(' ')[0] as string
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Every operation and route × every kind of caller × every kind of thing it may be about. */
describe('authorisation', () => {
  let matrix: Matrix
  let operations: Operations
  let routes: readonly Route[]
  let http: HttpServer
  before(async function () {
    this.timeout(60_000)
    matrix = await createMatrix()
    const { kernel } = matrix.server
    operations = onlyAuthorising(kernel.operations)
    http = createHttpServer({ ...kernel })
    routes = openMattermost({ ...kernel, http, operations, upgrades: createUpgrades({ http, settings: kernel.settings }) })
  })
  after(() => matrix.close())

  const inputOf = (operation: Operation, expectation: Expectation, target: Target): Record<string, unknown> => ({ ...fill(operation.input, target), ...expectation.input?.(target) })

  const judge = async (operation: Operation, expectation: Expectation): Promise<{ is: string, shouldBe: string }> => {
    const askers: Asker[] = [...actors, 'anonymous']
    const seen = await observe(expectation, askers, async (asker, name) => {
      try {
        const answer = await operations.dispatch(operation, matrix.contextOf(asker), inputOf(operation, expectation, matrix.target(expectation.noun, name, asker)))
        return expectation.byContent && isNothing(answer) ? 404 : 200
      } catch (error) {
        if (error instanceof RookeryError) return error.status
        throw error
      }
    })
    return { is: line(seen), shouldBe: line(expected(expectation, askers)) }
  }

  it('has an expectation for every operation and every route, and none for what is not there', () => {
    deepEqual(operations.all.map(({ name }) => name).filter((name) => !(name in operationExpectations)), [], 'operations without a line in test/abuse/expectations')
    deepEqual(Object.keys(operationExpectations).filter((name) => !operations.find(operationOf(name))), [], 'expectations of operations that are gone')
    const keys = routes.map(({ method, path }) => `${method} ${path}`)
    deepEqual(keys.filter((key) => !(key in routeExpectations)), [], 'routes without a line in test/abuse/expectations/routes.ts')
    deepEqual(Object.keys(routeExpectations).filter((key) => !keys.includes(key)), [], 'expectations of routes that are gone')
  })

  it('lets through to each operation exactly those who may', async function () {
    this.timeout(120_000)
    const wrong: Record<string, { is: string, shouldBe: string }> = {}
    for (const [name, expectation] of Object.entries(operationExpectations)) {
      const found = await judge(operations.find(operationOf(name)) as Operation, expectation)
      if (found.is !== found.shouldBe) wrong[name] = found
    }
    deepEqual(wrong, {})
  })

  it('lets through to each route of API v4 those whom its operation lets through', async function () {
    this.timeout(240_000)
    const wrong: Record<string, unknown> = {}
    for (const route of routes) {
      const key = `${route.method} ${route.path}`
      const given = routeExpectations[key]
      if (given === undefined) continue
      const { as, body, query, cells, params } = typeof given === 'string' ? { as: given } : given
      const operation = operations.find(operationOf(as))
      const ofOperation = operationExpectations[as]
      if (!operation || !ofOperation) throw new Error(`${key} is said to be ${as}, which there is not`)
      const expectation: Expectation = { ...ofOperation, ...(cells && { cells }) }
      const ask = async (token: string | undefined, target: Target): Promise<number> => {
        const values: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries({ ...target, ...inputOf(operation, expectation, target), ...params?.(target) }).map(([name, value]) => [snake(name), value]))
        const path = route.path.replace(/\{(\w+)[*?]?\}/g, (_whole, name: string) => encodeURIComponent(String(values[name] ?? 'none')))
        const fields = Object.fromEntries(Object.entries(inputOf(operation, expectation, target)).map(([name, value]) => [snake(name), value]))
        const payload = route.method === 'GET' ? {} : { payload: JSON.stringify(body ? body(target) : fields) }
        const { statusCode, payload: answer } = await http.hapi.inject({
          method: route.method, url: `/api/v4${path}${query ? `?${new URLSearchParams(query(target))}` : ''}`, headers: token ? { authorization: `Bearer ${token}` } : {}, ...payload,
        })
        return expectation.byContent && statusCode < 300 && isNothing(JSON.parse(answer)) ? 404 : statusCode
      }
      const seen = await observe(expectation, [...actors, 'anonymous'], (asker, name) => ask(matrix.tokenOf(asker), matrix.target(expectation.noun, name, asker)))
      const should = expected(expectation, [...actors, 'anonymous'])
      if (line(seen) !== line(should)) wrong[key] = { is: line(seen), shouldBe: line(should) }

      // A session that has ended is worth as much as none, a personal token as much as its owner.
      for (const [name] of Object.entries(should)) {
        for (const asker of sessionless) {
          const status = await ask(matrix.tokenOf(asker), matrix.target(expectation.noun, name as TargetName, 'member'))
          if (route.session === 'required' && status !== 401) wrong[`${key} ${asker} ${name}`] = status
        }
        const status = await ask(matrix.tokenOf('personalToken'), matrix.target(expectation.noun, name as TargetName, 'member'))
        if (denials.has(status) === (seen[name] ?? '').split(' ').includes('member')) wrong[`${key} personal token ${name}`] = status
      }
    }
    deepEqual(wrong, {})
  })
})
