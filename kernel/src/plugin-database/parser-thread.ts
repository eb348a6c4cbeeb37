import { parentPort } from 'node:worker_threads'
import { loadModule } from 'libpg-query'
import { readStatements } from './read-statements.ts'
import type { JudgeOptions } from './statement-judge.ts'

/** What the thread is asked; it answers a judgement, or ends. */
export interface ParserRequest extends JudgeOptions { readonly text: string }

await loadModule()
parentPort?.on('message', ({ text, ...options }: ParserRequest) => { parentPort?.postMessage(readStatements(text, options)) })
