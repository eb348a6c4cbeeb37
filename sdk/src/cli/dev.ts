import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { bundleWithMap, createPositions, type MapPositions } from '../bundle/index.ts'
import { writePackage } from '../package/index.ts'
import type { Plugin, PluginLogLine } from '../protocol/index.ts'
import { only, textOf, type Asked, type Command, type Surroundings } from './command.ts'
import { createServerLink, linkOf, RefusedError, serverOptions, socketOf, type ServerLink } from './server-link.ts'

/** Editors write a file in several steps. */
const settleMs = 20
const logsEveryMs = 150

interface Loaded { readonly id: string, readonly positions: MapPositions }

export const devCommand: Command = {
  usage: 'rookery dev <folder> [--data <folder>] [--listen <host:port>] | [--url <server> --token <token>]',
  summary: 'runs a plugin while it is written, on a server of its own or on one that allows it, loads it anew on every change, and shows what it says',
  options: { ...serverOptions, data: { type: 'string' }, listen: { type: 'string' } },
  async run(asked, surroundings) {
    const folder = path.resolve(only(asked, 'the folder of a plugin'))
    const ended = new AbortController()
    const end = (): void => { ended.abort() }
    surroundings.signal?.addEventListener('abort', end)
    if (surroundings.signal?.aborted) end()
    const own = hasServer(asked, surroundings) ? undefined : await startOwn(folder, asked, surroundings, end)
    try {
      await develop(folder, own?.link ?? linkOf(asked, surroundings), surroundings, ended.signal)
    } finally {
      await own?.stop()
    }
  },
}

const hasServer = ({ options }: Asked, { environment }: Surroundings): boolean => (textOf(options['url']) ?? textOf(options['token']) ?? environment['ROOKERY_TOKEN']) !== undefined

interface OwnServer { readonly link: ServerLink, stop(): Promise<void> }

/** A server in a process of its own: what the plugin does to it is nothing to this one. */
async function startOwn(folder: string, { options }: Asked, { environment, say, complain }: Surroundings, onEnd: () => void): Promise<OwnServer> {
  const data = path.resolve(textOf(options['data']) ?? path.join(folder, '.rookery'))
  await mkdir(data, { recursive: true, mode: 0o700 })
  const listen = textOf(options['listen']) ?? environment['ROOKERY_LISTEN']
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, `rookery${path.extname(import.meta.filename)}`), 'start'], {
    // Ctrl-C is for this process; the server hears of it from here.
    stdio: ['ignore', 'pipe', 'pipe'], detached: true,
    env: { ROOKERY_ACCOUNTS_OPEN_SIGN_UP: 'true', ROOKERY_TELEMETRY_LEVEL: 'error', ...environment, ...(listen !== undefined && { ROOKERY_LISTEN: listen }), ROOKERY_DATA: data, ROOKERY_PLUGINS_DEVELOPMENT: 'true' },
  })
  const exited = once(child, 'exit')
  void exited.then(onEnd)
  if (child.stderr) createInterface({ input: child.stderr }).on('line', complain)
  const ready = new Promise<void>((resolve) => {
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => {
      say(line)
      if (line.startsWith('Rookery is at ')) resolve()
    })
  })
  const isThere = await Promise.race([ready.then(() => true), exited.then(() => false)])
  if (!isThere) throw new Error('The server did not start.')
  say('The first account that signs up is its admin.')
  return {
    link: createServerLink({ url: 'http://localhost', socketPath: socketOf(data) }),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await exited
    },
  }
}

async function develop(folder: string, link: ServerLink, { say, complain }: Surroundings, signal: AbortSignal): Promise<void> {
  let loaded: Loaded | undefined
  const bring = async (): Promise<void> => {
    const begunAt = performance.now()
    try {
      const { manifest, source, map } = await bundleWithMap(folder)
      // Also where it does not start: what it says of that is in its log.
      loaded = { id: manifest.id, positions: createPositions(map, folder) }
      const { id, version, reason } = await link.upload<Plugin>('plugins.develop', new URLSearchParams(), await writePackage({ manifest, source }))
      say(`${id} ${version} runs, loaded in ${Math.round(performance.now() - begunAt)} ms${reason === '' ? '' : ` (${reason})`}`)
    } catch (error) {
      const { message } = error as Error
      complain(loaded ? loaded.positions(message) : message)
      if (error instanceof RefusedError && error.code === 'plugin_development_off') throw error
    }
  }
  await Promise.all([follow(folder, signal, bring), showLogs(() => loaded, link, say, signal)])
}

/** Does the work now and after every change, one at a time, and once more where something changed meanwhile. */
async function follow(folder: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  let isDirty = true
  let wake = (): void => {}
  const watcher = watch(folder, { recursive: true, signal }, (_event, name) => {
    const [top = ''] = String(name).split(path.sep)
    if (top !== 'src' && top !== 'plugin.json') return
    isDirty = true
    wake()
  })
  signal.addEventListener('abort', () => { wake() })
  while (!signal.aborted) {
    if (!isDirty) {
      await new Promise<void>((resolve) => { wake = resolve })
      await setTimeout(settleMs)
    }
    if (signal.aborted) break
    isDirty = false
    await work()
  }
  watcher.close()
}

/** What the plugin says, and what is said of it, with positions in the author's files. */
async function showLogs(present: () => Loaded | undefined, link: ServerLink, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  let after = 0
  let isFirst = true
  while (!signal.aborted) {
    const plugin = present()
    const lines = plugin ? await link.askJson<PluginLogLine[]>('plugins.logs', { pluginId: plugin.id, after }).catch(() => []) : []
    for (const { number, level, message, fields, at } of lines) {
      after = number
      // Lines of an earlier time are not news.
      if (isFirst && lines.length > 1 && at < Date.now() - 60_000) continue
      say(`${new Date(at).toISOString().slice(11, 23)} ${level} ${message}${show(fields, plugin?.positions ?? ((text) => text))}`)
    }
    isFirst = false
    await setTimeout(logsEveryMs, undefined, { signal }).catch(() => {})
  }
}

function show(fields: string, positions: MapPositions): string {
  if (fields === '') return ''
  try {
    const { stack, outcome: _outcome, code: _code, ...others } = JSON.parse(fields) as Record<string, unknown>
    if (typeof stack !== 'string') return ` ${fields}`
    const rest = Object.keys(others).length > 0 ? ` ${JSON.stringify(others)}` : ''
    return `${rest}\n${positions(stack.replace(/\\n/g, '\n')).split('\n').slice(1).join('\n')}`
  } catch {
    // The server cuts what is too long.
    return ` ${positions(fields.replace(/\\n/g, '\n'))}`
  }
}
