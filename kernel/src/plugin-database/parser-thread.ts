import { parentPort } from 'node:worker_threads'
import { loadModule, parseSync } from 'libpg-query'
import { judgeStatements, type JudgeOptions, type Judgement } from './statement-judge.ts'

/** What the thread is asked; it answers a judgement, or ends. */
export interface ParserRequest extends JudgeOptions { readonly text: string }

await loadModule()

const read = ({ text, ...options }: ParserRequest): Judgement => {
  let parsed: unknown
  try {
    parsed = parseSync(text)
  } catch (error) {
    // Whatever is not a fault of the text leaves a parser behind that cannot be trusted.
    if ((error as Error).name !== 'SqlError') throw error
    return { reason: (error as Error).message.slice(0, 300) }
  }
  return judgeStatements(parsed, options)
}

parentPort?.on('message', (request: ParserRequest) => { parentPort?.postMessage(read(request)) })
