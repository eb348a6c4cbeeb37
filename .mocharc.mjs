// A program, not JSON: test/harness/set-up.ts is loaded when it is there, and files named on the command line
// replace all tests (mocha would add them).
import { existsSync } from 'node:fs';

const setUp = 'test/harness/set-up.ts';
const isChosen = process.argv.slice(2).some((word) => word.endsWith('.test.ts') || existsSync(word));

export default {
    // The long ones first: at the end nobody waits for the last of them.
    ...(isChosen ? {} : { spec: ['test/**/*.test.ts', '{sdk,kernel,compat,plugins,web}/**/*.test.ts'] }),
    require: ['./test/harness/worker-exit.ts', ...(existsSync(new URL(setUp, import.meta.url)) ? [`./${setUp}`] : [])],
    extension: ['.test.ts'],
    recursive: true,
    ignore: ['**/node_modules/**', '**/dist/**'],
    reporter: './test/harness/reporter.ts',
    // node:assert prints its own difference.
    diff: false,
    // For what hangs: a busy machine takes ten times as long as a quiet one.
    timeout: 60_000,
};
