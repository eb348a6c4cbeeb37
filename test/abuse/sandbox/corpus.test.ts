import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { RookeryError } from '@rookery/sdk/protocol'
import { GuestError } from '../../../kernel/src/plugins/index.ts'
import { createTestHosts, polite } from '../../harness/plugin-hosts.ts'
import { activeValues, leakingReferences, prototypeWalks, stackTraces } from './programs/walks.ts'
import { killers, nativeMemory } from './programs/memory.ts'
import { confusedCapabilities, floodsOfStorage, forgedIds, pairs } from './programs/others.ts'
import { cpuFloods, hostCalls, lateWork } from './programs/time.ts'
import { readPrograms, sourceOf, type Program } from './program.ts'

const classes = {
  'walks to prototypes and constructors': prototypeWalks, 'stack traces': stackTraces, 'active values': activeValues, 'leaking references': leakingReferences,
  'memory outside the heap': nativeMemory, 'work after the end': lateWork, 'calls into the host': hostCalls, 'forged ids': forgedIds,
  'confused capabilities': confusedCapabilities, 'killers of engines': killers, 'floods of CPU and timers': cpuFloods, 'floods of log and storage': floodsOfStorage, 'two plugins': pairs,
}
const programs = readPrograms(classes)

const secret = 'the-secret-of-this-test-4f1b'
const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

describe('hostile plugins', function () {
  this.timeout(60_000)
  const test = createTestHosts({ memoryBytes: 400 * 1024 * 1024, backOffMs: 100, quarantineDeaths: 1000, heartbeatMs: 100 })
  const { hosts } = test
  const folder = mkdtempSync(path.join(tmpdir(), 'rookery-secret-'))
  const secretFile = path.join(folder, 'secret')
  let connections = 0
  const listener = createServer((socket) => { connections += 1; socket.destroy() })
  let port = 0
  const lag = monitorEventLoopDelay({ resolution: 5 })

  /** What crossed to this side while the present program ran. */
  let heard: string[] = []
  const stores = new Map<string, Map<string, unknown>>()

  const capabilities = (self: string) => {
    const store = new Map<string, unknown>()
    stores.set(self, store)
    const table: Record<string, (input: never) => unknown> = {
      whoami: () => self,
      object: () => ({ list: [1, { a: 2 }], text: 'x' }),
      echo: (input) => input,
      large: () => 'x'.repeat(1024 * 1024),
      never: () => new Promise(() => {}),
      fail: () => { throw new Error(`a failure at ${secretFile} with ${secret}`) },
      sleep: (ms: number) => pause(Math.min(1000, Math.max(1, Number(ms)))),
      escaped: (what: string) => { heard.push(`ESCAPED ${what}`) },
      'log.write': () => null,
      'kv.get': ({ key }: { key: unknown }) => {
        if (typeof key !== 'string') throw new RookeryError('invalid_input', { field: 'key', reason: 'it is not text' })
        return store.get(key) ?? null
      },
      'kv.set': ({ key, value }: { key: unknown, value: unknown }) => {
        if (typeof key !== 'string' || key.length > 1000 || store.size > 100) throw new RookeryError('invalid_input', { field: 'key', reason: 'no more' })
        store.set(key, String(value).slice(0, 100))
      },
      relay: ({ to, value }: { to: string, value: unknown }) => {
        if (!['attacker', 'accomplice'].includes(to)) throw new RookeryError('permission_missing', { permission: 'relay' })
        return hosts.invoke(to, 'receive', { from: self, value }, { deadlineMs: 200 })
      },
    }
    return async (name: string, input: unknown): Promise<string> => {
      heard.push(JSON.stringify([name, input]).slice(0, 10_000))
      const capability = Object.hasOwn(table, name) ? table[name] : undefined
      if (!capability) throw new RookeryError('permission_missing', { permission: name.slice(0, 50) })
      return JSON.stringify(await capability(input as never)) ?? 'null'
    }
  }

  /** Whatever tells of this process, its files, its machine or another plugin. */
  const isGivenAway = (text: string): boolean =>
    text.includes('ESCAPED') || text.includes(secret) || text.includes(path.dirname(process.execPath)) || text.includes(process.cwd()) || /node:internal|file:\/\/|isolated-vm-engine|root:x:0/.test(text)

  let outages: number[] = []
  let isWatching = true
  let watching: Promise<void> = Promise.resolve()
  const watchNeighbour = async (): Promise<void> => {
    let downAt = 0
    while (isWatching) {
      try {
        assert.equal(await hosts.invoke('neighbour', 'ping', null, { deadlineMs: 1000 }), 'pong')
        if (downAt > 0) outages.push(performance.now() - downAt)
        downAt = 0
      } catch {
        downAt ||= performance.now()
      }
      await pause(10)
    }
  }

  before(async () => {
    writeFileSync(secretFile, secret, { mode: 0o644 })
    process.env['ROOKERY_TEST_SECRET'] = secret
    await new Promise<void>((resolve) => { listener.listen(0, '127.0.0.1', resolve) })
    port = (listener.address() as { port: number }).port
    await hosts.load('neighbour', { source: `const mine = ${JSON.stringify(secret)}; globalThis.secret = mine; rookery.on('ping', () => 'pong'); rookery.on('tell', () => mine)`, isTrusted: false, call: capabilities('neighbour') })
    stores.get('neighbour')?.set('secret', secret)
    // Is asked nothing while hosts die, so it stays in the shared one: whatever lives there with the attackers is hit.
    await hosts.load('bystander', { source: `${polite}; globalThis.secret = ${JSON.stringify(secret)}`, isTrusted: false, call: capabilities('bystander') })
    lag.enable()
    watching = watchNeighbour()
  })

  after(async () => {
    isWatching = false
    await watching
    hosts.stop()
    listener.close()
    delete process.env['ROOKERY_TEST_SECRET']
    rmSync(folder, { recursive: true, force: true })
  })

  const attack = async (program: Program): Promise<readonly string[]> => {
    heard = []
    const told: string[] = []
    const tell = (error: unknown): void => {
      const { cause } = error as { cause?: unknown }
      told.push(String(error), JSON.stringify(error), cause instanceof GuestError ? JSON.stringify([cause.message, cause.name, cause.code, cause.guestStack]) : '')
      assert.ok(error instanceof RookeryError, `a caller heard ${String(error)}`)
    }
    const names = program.receive === undefined ? ['attacker'] : ['attacker', 'accomplice']
    const source = sourceOf(program)
    try {
      for (const name of names) await hosts.load(name, { source, isTrusted: false, limits: { startMs: 300, timeoutMs: 300, callsPerSecond: 2000 }, call: capabilities(name) })
      const input = { secretFile, port, other: 'accomplice', list: [1, { a: 1 }] }
      await Promise.all(Array.from({ length: program.repeat }, async () => {
        await hosts.invoke('attacker', 'attack', input, { deadlineMs: 300 }).then((answer) => { told.push(JSON.stringify(answer) ?? '') }, tell)
      }))
      // What it left running has a moment to show itself.
      await pause(program.className === 'work after the end' ? 400 : 20)
    } catch (error) {
      tell(error)
      const { cause } = error as { cause?: unknown }
      assert.ok(!(cause instanceof GuestError && cause.name === 'SyntaxError'), `the program is not one: ${cause instanceof GuestError ? cause.message : ''}`)
    } finally {
      for (const name of names) hosts.unload(name)
    }
    // The file's name was given to it; its content was not.
    return [...told, ...heard].map((text) => text.replaceAll(secretFile, '')).filter(isGivenAway)
  }

  it('are more than 150, in twelve classes and more, each of at least eight', () => {
    const counts = Object.entries(classes).map(([name, entries]) => [name, Object.keys(entries).length] as const)
    assert.ok(programs.length >= 150 && counts.length >= 12, `${programs.length} in ${counts.length}`)
    assert.deepEqual(counts.filter(([, count]) => count < 8), [])
  })

  it('would be noticed', async () => {
    const leaks = { className: '', top: '', receive: undefined, repeat: 1 }
    assert.equal((await attack({ ...leaks, name: 'tells', body: `return ${JSON.stringify(secret)}` })).length, 1)
    assert.equal((await attack({ ...leaks, name: 'reaches', body: 'globalThis.process = {}; reach({}); await rookery.call("whoami")' })).length, 1)
  })

  for (const className of Object.keys(classes)) {
    describe(className, () => {
      for (const program of programs.filter((one) => one.className === className)) {
        it(program.name, async () => {
          outages = []
          assert.deepEqual(await attack(program), [])
          assert.equal(connections, 0)
          // The neighbour is there, where it was or in a new host.
          assert.ok(await test.backAfterMs('neighbour') < 5000)
          assert.ok(outages.every((ms) => ms < 5000), `the neighbour was away for ${outages.join(', ')} ms`)
        })
      }
    })
  }

  it('leave the kernel its pace and the neighbour its good name', async () => {
    assert.ok(lag.percentile(99) / 1e6 < 250, `the event loop of the kernel waited ${lag.percentile(99) / 1e6} ms`)
    assert.ok(await test.backAfterMs('bystander') < 5000)
    assert.deepEqual([hosts.state('neighbour'), hosts.state('bystander'), hosts.statistics('bystander')?.isAlone], ['loaded', 'loaded', false])
    assert.deepEqual([...stores.get('neighbour') ?? []], [['secret', secret]])
  })
})
