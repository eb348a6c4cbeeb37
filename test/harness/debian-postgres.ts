import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { makePassingFolder } from './passing-folder.ts'
import { freePort } from './server-process.ts'

/** A PostgreSQL as an admin would bring: Debian's, over TCP, older than the embedded one. */
export interface DebianPostgres {
  readonly url: string
  readonly version: string
  readonly folder: string
  readonly processId: number | undefined
  stop(): Promise<void>
}

/** Debian keeps each major version in a folder of its own. */
function newestBinaries(): string {
  const root = '/usr/lib/postgresql'
  const versions = readdirSync(root).map(Number).filter((version) => version >= 15).sort((a, b) => b - a)
  if (versions.length === 0) throw new Error('Debian\'s PostgreSQL 15 or newer is not installed: apt-get install postgresql')
  return path.join(root, String(versions[0]), 'bin')
}

export async function startDebianPostgres(): Promise<DebianPostgres> {
  const binaries = newestBinaries()
  const folder = makePassingFolder('rookery-postgres-')
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? { uid: 65_534, gid: 65_534 } : {}
  if (isRoot) chownSync(folder, 65_534, 65_534)
  const passwordFile = path.join(folder, 'password')
  writeFileSync(passwordFile, 'rookery\n')
  chmodSync(passwordFile, 0o644)
  const data = path.join(folder, 'data')
  const made = spawnSync(path.join(binaries, 'initdb'), ['-D', data, '-U', 'rookery', '--encoding=UTF8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`], { ...user, cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const server = spawn(path.join(binaries, 'postgres'), ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off', '-c', 'max_connections=200'], { ...user, cwd: folder, stdio: 'ignore' })
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false)
    socket.destroy()
    if (isOpen) break
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`)
    await new Promise((resolve) => { setTimeout(resolve, 50) })
  }
  return {
    url: `postgres://rookery:rookery@127.0.0.1:${port}/postgres`,
    version: path.basename(path.dirname(binaries)), folder, processId: server.pid,
    async stop() {
      const exited = once(server, 'exit')
      server.kill('SIGINT')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
