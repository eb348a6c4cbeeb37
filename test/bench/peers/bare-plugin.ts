// The least that a plugin in another process can cost: a forked child, one isolate, one asynchronous call with JSON text.
import ivm from 'isolated-vm'

const isolate = new ivm.Isolate({ memoryLimit: 64 })
const context = await isolate.createContext()
const handle = await context.eval('(async (json) => JSON.stringify(JSON.parse(json)))', { reference: true }) as ivm.Reference<(json: string) => Promise<string>>

process.on('message', ({ call, text }: { call: number, text: string }) => {
  void handle.apply(undefined, [text], { timeout: 1000, result: { promise: true, copy: true } }).then((answer) => { process.send?.({ call, text: answer }) })
})
// Live isolates may abort an orderly exit.
process.on('disconnect', () => { process.kill(process.pid, 'SIGKILL') })
process.send?.({ call: 0, text: 'ready' })
