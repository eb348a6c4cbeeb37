// The least that a plugin in another process can cost: a forked child, one isolate, one asynchronous call with JSON text;
// and with `count`, so many isolates asked one after the other within one message.
import ivm from 'isolated-vm'

type Handle = ivm.Reference<(json: string) => Promise<string>>

async function openIsolate(): Promise<Handle> {
  const isolate = new ivm.Isolate({ memoryLimit: 64 })
  const context = await isolate.createContext()
  return await context.eval('(async (json) => JSON.stringify(JSON.parse(json)))', { reference: true }) as Handle
}

const handle = await openIsolate()
const handles = [handle]

async function askEach(text: string, count: number): Promise<string> {
  let answer = text
  while (handles.length < count) handles.push(await openIsolate())
  for (const each of handles.slice(0, count)) answer = await each.apply(undefined, [answer], { timeout: 1000, result: { promise: true, copy: true } }) as unknown as string
  return answer
}

process.on('message', ({ call, text, count = 1 }: { call: number, text: string, count?: number }) => {
  const asked = count === 1 ? handle.apply(undefined, [text], { timeout: 1000, result: { promise: true, copy: true } }) : askEach(text, count)
  void asked.then((answer) => { process.send?.({ call, text: answer }) })
})
// Live isolates may abort an orderly exit.
process.on('disconnect', () => { process.kill(process.pid, 'SIGKILL') })
process.send?.({ call: 0, text: 'ready' })
