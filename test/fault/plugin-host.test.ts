import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { RookeryError } from '@rookery/sdk/protocol'
import { readProcessorList } from '../../kernel/src/plugins/scheduling.ts'
import { createTestHosts, polite, type TestHosts } from '../harness/plugin-hosts.ts'

const deadline = { deadlineMs: 5000 }
const isUnavailable = (error: unknown): boolean => error instanceof RookeryError && error.code === 'plugin_unavailable' && error.status === 503
const codeOf = async (promise: Promise<unknown>): Promise<string> => promise.then((value) => `answered ${JSON.stringify(value)}`, (error: unknown) => (error instanceof RookeryError ? error.code : String(error)))

/** Runs until something outside ends it: a built-in that nothing interrupts would do as well, but not each time alike. */
const waiter = `${polite}; rookery.on('wait', () => new Promise(() => {}))`

describe('the host of plugins', function () {
  this.timeout(60_000)
  let test: TestHosts
  afterEach(function () {
    test.hosts.stop()
    if (this.currentTest?.state === 'failed') console.error(test.lines)
  })

  it('starts with the first plugin, apart for trusted ones, and answers through it', async () => {
    test = createTestHosts()
    assert.equal(test.lines.length, 0)
    const asked: unknown[] = []
    await test.load('community', polite, { call: async (name, input) => { asked.push([name, input]); return { seen: input } } })
    await test.load('other', polite)
    await test.load('trusted', polite, { isTrusted: true })
    const answers = await Promise.all([
      test.hosts.invoke('community', 'echo', { text: 'مرحبا 你好 \u2028', deep: [1, [2]] }, deadline),
      test.hosts.invoke('community', 'ask', { q: 1 }, deadline),
      test.hosts.invoke('trusted', 'ping', null, deadline),
    ])
    assert.deepEqual(answers, [{ text: 'مرحبا 你好 \u2028', deep: [1, [2]] }, { seen: { q: 1 } }, 'pong'])
    assert.deepEqual(asked, [['ask', { q: 1 }]])
    assert.equal(test.hosts.processOf('community'), test.hosts.processOf('other'))
    assert.notEqual(test.hosts.processOf('community'), test.hosts.processOf('trusted'))
    assert.deepEqual(await Promise.all([codeOf(test.hosts.invoke('nobody', 'ping', null, deadline)), codeOf(test.hosts.invoke('other', 'nothing', null, deadline))]), ['plugin_unavailable', 'plugin_failed'])
  })

  it('is a stranger on the machine: nothing of an environment but how memory goes back, no rights, no network', async function () {
    test = createTestHosts()
    await test.load('community', polite)
    const pid = test.hosts.processOf('community')
    if (process.platform !== 'linux') return
    assert.equal(readFileSync(`/proc/${pid}/environ`, 'utf8'), 'MALLOC_MMAP_THRESHOLD_=131072\0')
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    assert.match(status, /^NoNewPrivs:\t1$/m)
    if (process.getuid?.() === 0) assert.match(status, /^CapEff:\t0+$/m)
    const started = test.lines.find((line) => line.message === 'A host of plugins was started')
    if (process.getuid?.() === 0 && started?.fields['missing'] === undefined) {
      assert.doesNotMatch(status, /^Uid:\t(0|65534)\t/m)
      assert.equal(readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n').filter((line) => /^\s*(?!lo)\w+:/.test(line)).length, 0)
    }
  })

  it('is back after each of ten kills, and nobody is blamed who was not in flight', async () => {
    test = createTestHosts()
    await test.load('neighbour', polite)
    await test.load('trusted', polite, { isTrusted: true })
    const trusted = test.hosts.processOf('trusted')
    const times: number[] = []
    for (let round = 0; round < 10; round += 1) {
      const pid = test.hosts.processOf('neighbour') as number
      const startedAt = performance.now()
      process.kill(pid, 'SIGKILL')
      while (test.hosts.processOf('neighbour') === pid) await new Promise((resolve) => { setTimeout(resolve, 5) })
      await test.backAfterMs('neighbour')
      times.push(performance.now() - startedAt)
    }
    assert.equal(test.hosts.state('neighbour'), 'loaded')
    assert.equal(test.hosts.statistics('neighbour')?.deathsAlone, 0)
    assert.equal(test.hosts.processOf('trusted'), trusted)
    assert.ok(times.every((ms) => ms < 10_000), times.join(' '))
  })

  it('refuses what was in flight, gives the plugin a host of its own, and puts it in quarantine after five deaths alone', async () => {
    test = createTestHosts({ backOffMs: 20 })
    await test.load('neighbour', polite)
    await test.load('suspect', waiter)
    const shared = test.hosts.processOf('suspect') as number
    const lost = assert.rejects(test.hosts.invoke('suspect', 'wait', null, deadline), isUnavailable)
    process.kill(shared, 'SIGKILL')
    await lost
    await test.backAfterMs('suspect')
    await test.backAfterMs('neighbour')
    const neighbourHost = test.hosts.processOf('neighbour')
    assert.notEqual(test.hosts.processOf('suspect'), neighbourHost)
    assert.deepEqual([test.hosts.statistics('suspect')?.isAlone, test.hosts.statistics('neighbour')?.isAlone], [true, false])

    for (let death = 1; death <= 5; death += 1) {
      const refused = assert.rejects(test.hosts.invoke('suspect', 'wait', null, deadline), isUnavailable)
      process.kill(test.hosts.processOf('suspect') as number, 'SIGKILL')
      await refused
      assert.equal(test.hosts.state('suspect'), death < 5 ? 'backing_off' : 'quarantined')
      await assert.rejects(test.hosts.invoke('suspect', 'ping', null, deadline), isUnavailable)
      assert.equal(await test.hosts.invoke('neighbour', 'ping', null, deadline), 'pong')
      if (death < 5) await test.backAfterMs('suspect')
    }
    await assert.rejects(test.hosts.invoke('suspect', 'ping', null, deadline), isUnavailable)
    assert.equal(test.hosts.processOf('neighbour'), neighbourHost)
    test.hosts.forgive('suspect')
    await test.backAfterMs('suspect')
  })

  it('blames who computed as it died, not who merely waited', async () => {
    test = createTestHosts()
    await test.load('patient', waiter)
    await test.load('worker', `${polite}; rookery.on('work', async () => { for (;;) { const until = Date.now() + 20; while (Date.now() < until); await rookery.call('rest') } })`)
    const shared = test.hosts.processOf('worker') as number
    const lost = Promise.all(([['patient', 'wait'], ['worker', 'work']] as const).map(([id, name]) => assert.rejects(test.hosts.invoke(id, name, null, { deadlineMs: 30_000 }), isUnavailable)))
    while ((test.hosts.statistics('worker')?.cpuTimeMs ?? 0) < 300) await new Promise((resolve) => { setTimeout(resolve, 10) })
    process.kill(shared, 'SIGKILL')
    await lost
    await Promise.all(['patient', 'worker'].map((id) => test.backAfterMs(id)))
    assert.deepEqual(['patient', 'worker'].map((id) => test.hosts.statistics(id)?.isAlone), [false, true])
  })

  it('that hangs is killed and replaced; callers wait for their deadline at most', async () => {
    // Who hangs a host of its own is suspected, waits and is put into quarantine; that is told elsewhere.
    test = createTestHosts({ quarantineDeaths: 100, backOffMs: 10, maximumBackOffMs: 20 })
    await test.load('neighbour', polite)
    await test.load('trusted', polite, { isTrusted: true })
    for (let round = 0; round < 10; round += 1) {
      const pid = test.hosts.processOf('neighbour') as number
      process.kill(pid, 'SIGSTOP')
      const startedAt = performance.now()
      assert.match(await codeOf(test.hosts.invoke('neighbour', 'ping', null, { deadlineMs: 100 })), /plugin_timed_out|plugin_unavailable/)
      assert.ok(performance.now() - startedAt < 3000)
      assert.equal(await test.hosts.invoke('trusted', 'ping', null, deadline), 'pong')
      await test.backAfterMs('neighbour')
      assert.notEqual(test.hosts.processOf('neighbour'), pid)
    }
  })

  it('that eats memory is killed and replaced, ten times, and only the eaters are alone', async () => {
    test = createTestHosts({ memoryBytes: 260 * 1024 * 1024 })
    await test.load('neighbour', polite)
    // Twenty times its heap in strings that are made outside of it would do; here the limit of the heap is simply too high.
    const eater = `${polite}; rookery.on('eat', async () => { const hoard = []; for (;;) { hoard.push(new Uint8Array(2 ** 22).fill(1)); await rookery.call('bite') } })`
    for (let round = 0; round < 10; round += 1) {
      const id = `eater${round}`
      await test.load(id, eater, { limits: { heapBytes: 1024 * 1024 * 1024, callsPerSecond: 10_000 } })
      await assert.rejects(test.hosts.invoke(id, 'eat', null, { deadlineMs: 15_000 }), isUnavailable)
      await test.backAfterMs('neighbour')
      await test.backAfterMs(id)
      assert.deepEqual([test.hosts.statistics(id)?.isAlone, test.hosts.statistics('neighbour')?.isAlone], [true, false])
      test.hosts.unload(id)
    }
    assert.equal(test.lines.filter((line) => line.fields['reason'] === 'it used more memory than it may').length, 10)
  })

  it('keeps nothing of what plugins had hoarded, so that their neighbours live on', async () => {
    test = createTestHosts({ suspectBreaches: 100, pauseBreaches: 100, quarantineBreaches: 100 })
    await test.load('neighbour', polite)
    const before = test.hosts.processOf('neighbour')
    const residentBytes = (): number => Number(readFileSync(`/proc/${before}/statm`, 'utf8').split(' ')[1]) * 4096
    await test.backAfterMs('neighbour')
    const calm = process.platform === 'linux' ? residentBytes() : undefined
    const ids = Array.from({ length: 4 }, (_each, index) => `hoarder${index}`)
    for (const id of ids) await test.load(id, "rookery.on('hoard', () => { const hoard = []; for (;;) if (hoard.length < 60) hoard.push(new Uint8Array(2 ** 20).fill(1)) })")
    for (let round = 0; round < 5; round += 1) {
      assert.deepEqual(await Promise.all(ids.map((id) => codeOf(test.hosts.invoke(id, 'hoard', null, { deadlineMs: 300 })))), ids.map(() => 'plugin_timed_out'))
      await test.backAfterMs('neighbour')
    }
    assert.equal(test.hosts.processOf('neighbour'), before)
    while (calm !== undefined && residentBytes() > calm + 32 * 2 ** 20) await new Promise((resolve) => { setTimeout(resolve, 20) })
  })

  it('carries as many characters as a plugin may say, of whatever script', async () => {
    test = createTestHosts()
    const long = '漢'.repeat(6 * 1024 * 1024)
    await test.load('scribe', `${polite}; rookery.on('fetch', async () => (await rookery.call('read')).length)`, { call: async () => long, limits: { heapBytes: 256 * 1024 * 1024 } })
    await test.load('neighbour', polite)
    const before = test.hosts.processOf('neighbour')
    assert.equal((await test.hosts.invoke('scribe', 'echo', long, { deadlineMs: 20_000, mayBeLarge: true }) as string).length, long.length)
    await assert.rejects(test.hosts.invoke('scribe', 'echo', long, { deadlineMs: 20_000 }), ({ code, cause }) => code === 'plugin_failed' && cause.outcome === 'too_large')
    assert.equal(await test.hosts.invoke('scribe', 'fetch', null, { deadlineMs: 20_000 }), long.length)
    assert.equal(test.hosts.processOf('neighbour'), before)
  })

  it('enters swift hooks on its own thread, and still knows who does not give it back', async () => {
    test = createTestHosts()
    const hook = `${polite}; rookery.on('hook', ({ input: { way } }) => { if (way === 'loop') for (;;); if (way === 'stick') [].indexOf.call({ length: 2 ** 53 - 1 }, 1); return way === 'wait' ? (async () => (await rookery.call('ask', way)) + '!')() : way })`
    const innocent = `${polite}; rookery.on('hook', () => 'innocent')`
    await test.load('first', innocent, { isInline: true })
    await test.load('culprit', hook, { isInline: true, call: async () => 'asked' })
    await test.load('last', innocent, { isInline: true })
    const ask = async (way: string, guardsFrom = 0): Promise<string[]> => {
      const steps = ['first', 'culprit', 'last'].map((pluginId) => ({ pluginId, name: 'hook', deadlineMs: 100, needs: ['way'], constant: {} }))
      const { count, results } = test.hosts.startChain(steps, { invocation: '', state: { way }, actor: {}, patchable: [], guardsFrom, totalMs: 250 })
      assert.equal(count, 3)
      return (await results).map((outcome) => (outcome.kind === 'answered' ? String(outcome.answer) : 'error' in outcome ? `${outcome.kind} ${outcome.error.code}` : outcome.kind))
    }
    const settle = async (): Promise<void> => { for (const id of ['first', 'culprit', 'last']) await test.backAfterMs(id) }
    for (let count = 0; count < 5; count += 1) assert.deepEqual(await ask('now'), ['innocent', 'now', 'innocent'])
    assert.deepEqual(await ask('wait'), ['innocent', 'asked!', 'innocent'])
    for (let count = 0; count < 5; count += 1) await ask('now', 3)
    assert.deepEqual(await ask('loop'), ['innocent', 'failed plugin_timed_out', 'innocent'])
    await settle()
    const before = test.hosts.processOf('first')
    for (let count = 0; count < 5; count += 1) await ask('now')
    assert.equal(test.hosts.processOf('culprit'), before)
    assert.deepEqual((await ask('stick')).map((word) => word.split(' ')[0]), ['prevented', 'prevented', 'prevented'])
    while (test.hosts.processOf('first') === before) await new Promise((resolve) => { setTimeout(resolve, 10) })
    await settle()
    assert.deepEqual(['first', 'culprit', 'last'].map((id) => test.hosts.statistics(id)?.isAlone), [false, true, false])
    assert.ok(test.lines.some(({ message, fields }) => message === 'A plugin broke its host' && fields['plugin'] === 'culprit'))
  })

  it('enters a plugin once for both of its hooks, and lets nothing out that a guard asks before its turn has come', async () => {
    const told: unknown[] = []
    test = createTestHosts()
    const call = async (_name: string, input: unknown): Promise<unknown> => { told.push(input); return null }
    const eager = `rookery.on('transform', ({ invocation }) => { rookery.call('note', 'transform', invocation); return null })
      rookery.on('guard', ({ invocation, input, actor, colour, deadlineAt }) => {
        rookery.call('note', input.word, invocation)
        const seen = [input.word, actor.userId, colour, deadlineAt > 0]
        input.word = 'spoilt'
        return input.way === 'later' ? Promise.resolve(seen) : seen
      })
      rookery.on('ping', () => 'pong')`
    const changing = `rookery.on('transform', ({ input: { way } }) => (way === 'patch' ? { word: 'changed' } : null)); rookery.on('ping', () => 'pong')`
    await test.load('eager', eager, { isInline: true, call })
    await test.load('changing', changing, { isInline: true })
    let sequence = 0
    const needs = ['way', 'word']
    const ask = async (way: string, colour = constant): Promise<unknown[]> => {
      const step = (pluginId: string, name: string) => ({ pluginId, name, deadlineMs: 200, needs, constant: colour })
      told.length = 0
      const { results } = test.hosts.startChain([step('eager', 'transform'), step('changing', 'transform'), step('eager', 'guard')], { invocation: String(sequence += 1), state: { way, word: 'first' }, actor: { userId: 'ada' }, patchable: ['word'], guardsFrom: 2, totalMs: 1000 })
      const outcomes = await results
      await test.hosts.invoke('eager', 'ping', null, { deadlineMs: 1000 })
      return outcomes.map((outcome) => (outcome.kind === 'answered' ? outcome.answer : outcome.kind))
    }
    const constant = { colour: 'green' }
    const seen = ['first', 'ada', 'green', true]
    // The first times of each are slow, and none of them is early.
    for (let count = 0; count < 5; count += 1) assert.deepEqual(await ask('now'), [null, null, seen])
    assert.deepEqual(told, ['transform', 'first'])
    assert.deepEqual(await ask('later'), [null, null, seen])
    assert.deepEqual(told, ['transform', 'first'])
    for (const way of ['patch', 'patch', 'now', 'patch', 'later', 'now', 'now']) {
      const isPatched = way === 'patch'
      assert.deepEqual(await ask(way), isPatched ? [null, { word: 'changed' }, 'withheld'] : [null, null, seen], way)
      assert.deepEqual(told, isPatched ? ['transform'] : ['transform', 'first'], way)
    }
    assert.deepEqual(await ask('now', { colour: 'red' }), [null, null, ['first', 'ada', 'red', true]])
  })

  it('gives isolates back that nobody uses, and makes them anew', async () => {
    test = createTestHosts()
    const ids = Array.from({ length: 60 }, (_each, number) => `plugin${number}`)
    for (const id of ids) await test.load(id, `let count = 0; rookery.on('count', () => count += 1)`)
    const resident = (): number => ids.filter((id) => test.hosts.statistics(id)?.isResident).length
    while (resident() > 40 || !ids.every((id) => test.hosts.statistics(id))) await new Promise((resolve) => { setTimeout(resolve, 20) })
    while (resident() !== 40) await new Promise((resolve) => { setTimeout(resolve, 20) })
    assert.deepEqual(await Promise.all(ids.map((id) => test.hosts.invoke(id, 'count', null, deadline))), ids.map(() => 1))
    assert.equal(test.hosts.statistics(ids[0] as string)?.disposals, 0)
  })

  it('that cannot stop a plugin is replaced, and only that plugin is alone; a mere loop is stopped without that', async () => {
    test = createTestHosts()
    await test.load('neighbour', polite)
    await test.load('looper', `${polite}; rookery.on('loop', () => { for (;;); })`)
    await test.load('stuck', `${polite}; rookery.on('search', () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1))`)
    const before = test.hosts.processOf('neighbour')
    assert.equal(await codeOf(test.hosts.invoke('looper', 'loop', null, { deadlineMs: 200 })), 'plugin_timed_out')
    await new Promise((resolve) => { setTimeout(resolve, 1000) })
    assert.equal(test.hosts.processOf('neighbour'), before)
    assert.equal(await test.hosts.invoke('looper', 'ping', null, deadline), 'pong')
    assert.equal(test.hosts.statistics('looper')?.disposals, 1)

    assert.equal(await codeOf(test.hosts.invoke('stuck', 'search', null, { deadlineMs: 200 })), 'plugin_timed_out')
    const pending = test.hosts.invoke('neighbour', 'ping', null, deadline)
    assert.equal(await pending, 'pong')
    while (test.hosts.processOf('neighbour') === before) await new Promise((resolve) => { setTimeout(resolve, 10) })
    await Promise.all(['neighbour', 'looper', 'stuck'].map((id) => test.backAfterMs(id)))
    assert.deepEqual(['neighbour', 'looper', 'stuck'].map((id) => test.hosts.statistics(id)?.isAlone), [false, false, true])
  })

  it('of those who used too much twice works on what others leave of the processor', async () => {
    test = createTestHosts()
    await test.load('neighbour', polite)
    await test.load('looper', `${polite}; rookery.on('loop', () => { for (;;); })`)
    const nicenessOf = (id: string): number => {
      const stat = readFileSync(`/proc/${test.hosts.processOf(id)}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
    }
    await Promise.all(['neighbour', 'looper'].map((id) => test.backAfterMs(id)))
    const shared = test.hosts.processOf('neighbour')
    for (const disposals of [1, 2]) {
      assert.equal(test.hosts.processOf('looper'), shared)
      assert.equal(await codeOf(test.hosts.invoke('looper', 'loop', null, { deadlineMs: 100 })), 'plugin_timed_out')
      while (test.hosts.statistics('looper')?.disposals !== disposals) await new Promise((resolve) => { setTimeout(resolve, 10) })
    }
    await test.backAfterMs('looper')
    assert.notEqual(test.hosts.processOf('looper'), shared)
    assert.deepEqual([test.hosts.processOf('neighbour'), nicenessOf('neighbour'), nicenessOf('looper')], [shared, 5, 19])
    if (process.platform !== 'linux') return
    const processorsOf = (pid: number | string | undefined): number[] => readProcessorList(/^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '')
    const [first, ...others] = processorsOf('self')
    // On one processor, so that the others are truly free; and the first is left to the kernel and its database.
    assert.deepEqual(processorsOf(test.hosts.processOf('looper')), [others.at(-1) ?? first])
    while (others.length > 0 && processorsOf(shared).includes(first as number)) await new Promise((resolve) => { setTimeout(resolve, 10) })
    for (const thread of readdirSync(`/proc/${shared}/task`)) assert.deepEqual(processorsOf(thread), others.length > 0 ? others : [first])
    // Outside containers Linux may share processors out among sessions first.
    if (!existsSync('/proc/self/autogroup')) return
    const sessionOf = (id: string): string => readFileSync(`/proc/${test.hosts.processOf(id)}/autogroup`, 'utf8').trim()
    assert.match(sessionOf('neighbour'), / nice 5$/)
    assert.match(sessionOf('looper'), / nice 19$/)
  })
})
