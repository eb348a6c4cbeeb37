import { fileURLToPath } from 'node:url'
import { createServerProcess } from '../harness/server-process.ts'
import { playSession } from './scripted-session.ts'

/** `npm run demo:client`: the scripted session against a server in an empty folder, told line by line. */
async function main(): Promise<void> {
  const server = await createServerProcess()
  try {
    await playSession({ server, messageCount: 1000, say: (line) => { process.stdout.write(`${line}\n`) } })
  } finally {
    await server.remove()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // The published library tells the console of its sockets.
  for (const level of ['log', 'warn', 'error'] as const) {
    const plain = console[level]
    console[level] = (...parts: unknown[]) => { if (!/websocket/i.test(String(parts[0])) && !(parts[0] instanceof Event)) plain(...parts) }
  }
  main().then(() => { process.exit(0) }, (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  })
}
