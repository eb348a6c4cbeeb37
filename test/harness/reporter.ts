import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { type Tally, tallyLine } from '../../scripts/tally.ts';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
    Mocha.Runner.constants;

/**
 * Brief and whole: one line per top suite, each failure in full, and the tally as the last line.
 * `scripts/test.ts` names a file for the tally instead, because it has more to print after the tests.
 */
class TallyReporter extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
        super(runner, options);
        const lines = new Map<string, { passed: number; failed: number; pending: number; durationMs: number }>();
        const lineOf = (test: Mocha.Test | Mocha.Hook) => {
            const file = path.relative(process.cwd(), test.file ?? test.parent?.file ?? '');
            const line = lines.get(file) ?? { passed: 0, failed: 0, pending: 0, durationMs: 0 };
            lines.set(file, line);
            return line;
        };

        runner.on(EVENT_TEST_PASS, (test) => {
            const line = lineOf(test);
            line.passed += 1;
            line.durationMs += test.duration ?? 0;
        });
        runner.on(EVENT_TEST_FAIL, (test) => {
            lineOf(test).failed += 1;
            // At once as well: a run that is killed later has still said what it found.
            console.log(`  failed: ${test.titlePath().join(' › ')}`);
        });
        runner.on(EVENT_TEST_PENDING, (test) => {
            lineOf(test).pending += 1;
        });
        runner.once(EVENT_RUN_END, () => {
            for (const [file, line] of [...lines].sort(([a], [b]) => (a < b ? -1 : 1))) {
                const parts = [`${line.passed} passed`];
                if (line.failed > 0) parts.push(`${line.failed} failed`);
                if (line.pending > 0) parts.push(`${line.pending} pending`);
                console.log(`  ${file}: ${parts.join(', ')} (${line.durationMs} ms)`);
            }
            if (this.failures.length > 0) Mocha.reporters.Base.list(this.failures);
            const failures = this.failures.map((test) => {
                const [reason = ''] = (test.err?.message ?? '').split('\n');
                return `${path.relative(process.cwd(), test.file ?? '')}: ${test.titlePath().join(' › ')}: ${reason}`;
            });
            this.#hand({ passed: this.stats.passes, failed: this.stats.failures, failures });
        });
    }

    #hand(tally: Tally): void {
        const file = process.env['ROOKERY_TEST_TALLY'];
        if (file === undefined) console.log(tallyLine(tally));
        else writeFileSync(file, JSON.stringify(tally));
    }
}

// mocha loads reporters with require.
export { TallyReporter as 'module.exports' };
