import { execFile, spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { setPriority } from 'node:os'
import type { Log } from '../telemetry/index.ts'
import { createFrameReader, encodeFrame, hostEnvironment, inlineDescriptor, mainDescriptor, readFromHost, type FromHost, type GuestStatistics, type Outcome, type ToHost } from '../plugin-host/index.ts'
import type { Confinement } from './confinement.ts'
import type { PluginHostSettings } from './host-settings.ts'

/** One host process, from its start to its end; it is never started again. */
export interface HostProcess {
  readonly pid: number | undefined
  /** Whether it has said that it is there. */
  readonly isReady: boolean
  readonly isDead: boolean
  /** Whether so much waits to be read by it that nothing large should follow. */
  readonly isCongested: boolean
  send(message: ToHost, text?: string): void
  /** Sends and waits for the answer; rejects with a HostDeathError when the process ends first. */
  ask(message: Extract<ToHost, { call: number }>, text?: string): Promise<Answer>
  kill(reason: string): void
}

export interface Answer {
  readonly outcome: Outcome
  readonly text: string
}

export interface HostProcessOptions {
  /** Whether it works only where nobody else wants the processor, because its plugins used too much before. */
  readonly isSuspect: boolean
  readonly confinement: Confinement
  readonly threads: number
  readonly settings: PluginHostSettings
  readonly log: Log
  onCall(message: Extract<FromHost, { type: 'call' }>, text: string): void
  onPoisoned(message: Extract<FromHost, { type: 'poisoned' }>): void
  onStatistics(guests: readonly GuestStatistics[]): void
  /** Once, after every waiting answer was refused. */
  onDeath(reason: string): void
}

export class HostDeathError extends Error {
  override readonly name = 'HostDeathError'
}

/** As many bytes may wait for a host that does not read; and as many before answers to its plugins are withheld. */
const maximumWaitingBytes = 64 * 1024 * 1024
const congestedBytes = 16 * 1024 * 1024
/** Where processors are short the kernel and its database go first: plugins that work hard are not felt. */
const niceness = { neighbour: 5, suspect: 19 }
function yieldTo(pid: number, niceness: number): void {
  try {
    // Linux keeps it for each thread; those that come later have it from whoever makes them.
    const threads = process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid]
    for (const thread of threads) setPriority(thread, niceness)
  } catch { /* it is gone already, or the system does not give it */ }
  try {
    // It may share processors out among sessions first: what holds for threads counts only within one, and Postgres has others.
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness))
  } catch { /* not Linux, or no such share, or too soon after another: it is asked again when the host is there */ }
}
function stepAside(pid: number, [command, ...words]: readonly string[]): void {
  // Where it is gone already, or the system does not give it, the host is only nice.
  if (command !== undefined) execFile(command, [...words, String(pid)], { env: { NODE_V8_COVERAGE: undefined } }, () => {})
}
/** Of what a host says on its way down. */
const maximumWordsLength = 4000

export function startHostProcess({ isSuspect, confinement, threads, settings, log, onCall, onPoisoned, onStatistics, onDeath }: HostProcessOptions): HostProcess {
  // Node hands this one on by itself unless it is named: a confined process could not write what it asks for.
  const env = { ...hostEnvironment, NODE_V8_COVERAGE: undefined }
  const [command = '', ...words] = [...(isSuspect ? confinement.scheduling.idly : []), confinement.command, ...confinement.words, String(threads)]
  // Detached is in a session of its own.
  const child = spawn(command, words, { env, cwd: confinement.folder, detached: true, stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] })
  if (child.pid !== undefined && isSuspect) yieldTo(child.pid, niceness.suspect)
  const channel = child.stdio[mainDescriptor] as Socket
  const inline = child.stdio[inlineDescriptor] as unknown as Socket
  const waiting = new Map<number, { resolve(answer: Answer): void, reject(error: Error): void }>()
  let isReady = false
  let isDead = false
  let killedFor = ''
  let lastWords = ''
  let beat = 0
  let answeredBeat = 0
  const startedAt = performance.now()

  const end = (reason: string): void => {
    if (isDead) return
    isDead = true
    clearInterval(pulse)
    clearInterval(scale)
    channel.destroy()
    inline.destroy()
    for (const { reject } of waiting.values()) reject(new HostDeathError(reason))
    waiting.clear()
    if (lastWords) log.warn('A host of plugins left words', { words: lastWords.slice(0, maximumWordsLength) })
    onDeath(reason)
  }

  const kill = (reason: string): void => {
    if (isDead) return
    killedFor ||= reason
    child.kill('SIGKILL')
    // A process that is stopped, or far down in the kernel, may take its time to go; nobody waits for that.
    end(killedFor)
  }

  const receive = (message: FromHost, text: string): void => {
    switch (message.type) {
      case 'ready':
        isReady = true
        // Not while it starts: somebody waits for it.
        if (child.pid === undefined) break
        yieldTo(child.pid, isSuspect ? niceness.suspect : niceness.neighbour)
        if (!isSuspect) stepAside(child.pid, confinement.scheduling.aside)
        break
      case 'answer':
        waiting.get(message.call)?.resolve({ outcome: message.outcome, text })
        waiting.delete(message.call)
        break
      case 'statistics':
        answeredBeat = Math.min(beat, Math.max(answeredBeat, message.beat))
        onStatistics(message.guests)
        if (message.rssBytes > settings.memoryBytes) kill('it used more memory than it may')
        break
      case 'call':
        onCall(message, text)
        break
      case 'poisoned':
        onPoisoned(message)
        break
    }
  }

  const send = (message: ToHost, text?: string): void => {
    if (isDead) return
    const way = message.type === 'chain' || message.type === 'hook' ? inline : channel
    way.write(encodeFrame(message, text))
    if (way.writableLength > maximumWaitingBytes) kill('it does not read')
  }

  const hear = (way: Socket, onMessage: (message: FromHost, text: string) => void): void => {
    const read = createFrameReader(({ header, text }) => { if (!isDead) onMessage(readFromHost(header), text) })
    way.on('data', (chunk: Buffer) => {
      try {
        read(chunk)
      } catch (error) {
        log.error('A host of plugins broke the protocol', { error })
        kill('it broke the protocol')
      }
    })
    way.on('error', () => { kill('its channel broke') })
    way.on('close', () => { kill('its channel closed') })
  }
  hear(channel, receive)
  hear(inline, (message, text) => {
    if (message.type !== 'answer') throw new Error('only answers are told here')
    receive(message, text)
  })
  child.stderr?.on('data', (chunk: Buffer) => { if (lastWords.length < maximumWordsLength) lastWords += chunk.toString() })
  child.on('error', (error) => { end(`it could not be started: ${error.message}`) })
  child.on('exit', (code, signal) => { end(killedFor || `it ended by ${signal ?? `code ${String(code)}`}`) })

  // Beats are counted, not milliseconds: when this process itself was stopped for a while nobody else is to blame.
  const pulse = setInterval(() => {
    if (!isReady) {
      if (performance.now() - startedAt > settings.startMs) kill('it did not start in time')
      return
    }
    if (beat - answeredBeat >= settings.missedBeats) { kill('it does not answer'); return }
    beat += 1
    send({ type: 'heartbeat', beat })
  }, settings.heartbeatMs)

  const weigh = async (): Promise<void> => {
    const pages = Number((await readFile(`/proc/${child.pid}/statm`, 'latin1')).split(' ')[1])
    if (pages * 4096 > settings.memoryBytes) kill('it used more memory than it may')
  }
  const scale = setInterval(() => { void weigh().catch(() => { /* gone, or a system without /proc: its own word counts */ }) }, settings.memoryWatchMs)
  pulse.unref()
  scale.unref()

  return {
    pid: child.pid,
    get isReady() { return isReady },
    get isDead() { return isDead },
    get isCongested() { return channel.writableLength > congestedBytes },
    send,
    kill,
    ask: (message, text) => new Promise((resolve, reject) => {
      if (isDead) { reject(new HostDeathError(killedFor)); return }
      waiting.set(message.call, { resolve, reject })
      send(message, text)
    }),
  }
}
