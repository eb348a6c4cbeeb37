// npm test [-- files or mocha options]
//   --unit     all *.unit.test.ts, without checks and coverage
//   --nightly  everything, with ROOKERY_NIGHTLY=1
//   A whole run plays the tests of API v4 a second time, on the PostgreSQL of the system over TCP.
// The last line is always "N passed, N failed"; a failed check or gate counts as one that failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runChecks } from './check.ts';
import { provideSystemPackages, systemPackages, thisMachine } from './system-packages.ts';
import { type Tally, tallyLine } from './tally.ts';

const mocha = 'node_modules/mocha/bin/mocha.js';
const c8 = 'node_modules/c8/bin/c8.js';
/** Whatever the clients of a server can ask for: these tests run on both kinds of PostgreSQL. */
const bothWaysSpec = 'test/contract/**/*.test.ts';
const unitSpec = '{sdk,kernel,compat,plugins,test,web}/**/*.unit.test.ts';
const coverageFolder = path.resolve('coverage/tmp');
const tallyFile = path.resolve('coverage/tally.json');

const run = async (program: string, parameters: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...parameters], {
        stdio: 'inherit',
        env: { ...process.env, ...environment },
    });
    // Ctrl-C reaches the child by itself; a runner that is told to stop passes it on.
    process.once('SIGTERM', () => child.kill('SIGTERM'));
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
};

const readTally = (): Tally | undefined => {
    try {
        return JSON.parse(readFileSync(tallyFile, 'utf8')) as Tally;
    } catch {
        return undefined;
    }
};

const runTests = async (specs: readonly string[], environment: NodeJS.ProcessEnv): Promise<Tally> => {
    rmSync(tallyFile, { force: true });
    const jobs = Math.min(os.availableParallelism(), 4);
    const parallel = jobs > 1 ? ['--parallel', '--jobs', String(jobs)] : [];
    const code = await run(mocha, [...parallel, ...specs], {
        ...environment,
        ROOKERY_TEST_TALLY: tallyFile,
    });
    const tally = readTally();
    if (tally === undefined) {
        console.error(`\nmocha ended with code ${code} before it could count`);
        return { passed: 0, failed: 1, failures: [`${specs.join(' ')}: mocha ended with code ${code}`] };
    }
    if (code !== 0 && tally.failed === 0) {
        console.error(`\nall tests passed, yet mocha ended with code ${code}`);
        return { ...tally, failed: 1, failures: [`${specs.join(' ')}: mocha ended with code ${code}`] };
    }
    return tally;
};

/** What looks like a file and is none: mocha would run everything else, or nothing, without a word. */
const missingFiles = (specs: readonly string[]): string[] =>
    specs.filter((word, place) => /^[\w./-]+$/.test(word) && word.includes('/') && !/^--?(g|f|grep|fgrep)$/.test(specs[place - 1] ?? '') && !existsSync(word));

const main = async (): Promise<Tally> => {
    const options = process.argv.slice(2);
    const isUnit = options.includes('--unit');
    const isNightly = options.includes('--nightly');
    const specs = options.filter((option) => option !== '--unit' && option !== '--nightly');
    const missing = missingFiles(specs);
    if (missing.length > 0) throw new Error(`There is no ${missing.join(', ')}`);
    // A chosen part says nothing about the whole: neither checks nor the coverage gate.
    const isWhole = !isUnit && specs.length === 0;
    rmSync('coverage', { recursive: true, force: true });
    mkdirSync(coverageFolder, { recursive: true });

    let failed = 0;
    if (!isUnit) provideSystemPackages(systemPackages, thisMachine(process.env));
    if (isWhole) {
        await run('compat/contract/coverage.ts', ['--clear'], {});
        failed += await runChecks();
    }

    const tally = await runTests(isWhole ? ['--forbid-only'] : isUnit ? [unitSpec, ...specs] : specs, {
        ...(isNightly ? { ROOKERY_NIGHTLY: '1' } : {}),
        ...(isWhole ? { NODE_V8_COVERAGE: coverageFolder } : {}),
    });
    failed += tally.failed;
    const again: Tally = isWhole ? await runTests([bothWaysSpec], { ROOKERY_TEST_POSTGRES: 'debian' }) : { passed: 0, failed: 0 };
    failed += again.failed;

    if (isWhole && (await run(c8, ['report'], {})) !== 0) {
        console.error('the coverage gate (.c8rc.json) failed');
        failed += 1;
    }
    // Only a run that was whole and well has seen all that there is to see.
    if (isWhole && tally.failed + again.failed === 0 && (await run('compat/contract/coverage.ts', ['--check'], {})) !== 0) {
        console.error('compat/COVERAGE.md must say what this run has shown: run npm run coverage:api and commit the page');
        failed += 1;
    }
    return { passed: tally.passed + again.passed, failed, failures: [...(tally.failures ?? []), ...(again.failures ?? [])] };
};

const tally = await main().catch((error: unknown): Tally => {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
});
for (const failure of tally.failures ?? []) console.log(`failed: ${failure}`);
console.log(tallyLine(tally));
process.exitCode = tally.failed === 0 ? 0 : 1;
