// npm run check: types, lint (layers are lint rules, see scripts/lint) and the texts of the web app.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

interface Check {
    readonly name: string;
    readonly program: string;
    readonly parameters: readonly string[];
}

const checks: readonly Check[] = [
    { name: 'types', program: 'node_modules/ts7/bin/tsc', parameters: ['-p', '.'] },
    { name: 'types of the web app', program: 'node_modules/vue-tsc/bin/vue-tsc.js', parameters: ['--noEmit', '-p', 'web'] },
    { name: 'texts of the web app', program: 'scripts/check-texts.ts', parameters: [] },
    {
        name: 'lint',
        program: 'node_modules/eslint/bin/eslint.js',
        parameters: ['.', '--max-warnings', '0'],
    },
    { name: 'lint with types', program: 'node_modules/oxlint/bin/oxlint', parameters: [] },
];

const isPassed = async (check: Check): Promise<boolean> => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [check.program, ...check.parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [output, complaints, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${check.name}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds} s)`);
    if (code !== 0) console.log(`${output}${complaints}`.trimEnd());
    return code === 0;
};

/** @returns how many checks failed */
export const runChecks = async (): Promise<number> => {
    const verdicts = await Promise.all(checks.map(isPassed));
    return verdicts.filter((verdict) => !verdict).length;
};

if (import.meta.main) process.exitCode = (await runChecks()) === 0 ? 0 : 1;
