#!/usr/bin/env node
import { runCommand } from './commands.ts'

process.exitCode = await runCommand(process.argv.slice(2), {
  environment: process.env, say: (line) => { console.log(line) }, complain: (line) => { console.error(line) },
})
