import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packRelease } from '../../scripts/release.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Everything else of the environment; children of this test are no part of the coverage. */
const { NODE_V8_COVERAGE: _coverage, ...environment } = process.env;

const run = (folder: string, command: string, parameters: readonly string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(command, parameters, { cwd: folder, env: environment, encoding: 'utf8' });
    assert.equal(error, undefined);
    assert.equal(status, 0, `${command} ${parameters.join(' ')}\n${stdout}\n${stderr}`);
    return stdout;
};

describe('the packages of a release', function () {
    this.timeout(10 * 60_000);
    let folder: string;

    const manifestOf = (name: string) =>
        JSON.parse(readFileSync(path.join(folder, 'node_modules/@rookery', name, 'package.json'), 'utf8')) as {
            readonly exports: Readonly<Record<string, unknown>>;
        };

    const entries = () =>
        ['sdk', 'kernel', 'compat'].flatMap((name) =>
            Object.keys(manifestOf(name).exports).map((entry) => path.posix.join('@rookery', name, entry)),
        );

    before(() => {
        folder = mkdtempSync(path.join(os.tmpdir(), 'rookery-release-'));
        const tarballs = packRelease(root, path.join(folder, 'release'));
        writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'guest', private: true, type: 'module' }));
        run(folder, 'npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs]);
    });

    after(() => rmSync(folder, { recursive: true, force: true }));

    it('are imported outside the repository, each entry', () => {
        assert.ok(entries().includes('@rookery/sdk/protocol'));
        const program = `for (const entry of ${JSON.stringify(entries())}) await import(entry);`;
        run(folder, process.execPath, ['--input-type=module', '--eval', program]);
    });

    it('bring a type for whatever the protocol exports', () => {
        const program = "console.log(JSON.stringify(Object.keys(await import('@rookery/sdk/protocol'))))";
        const names = JSON.parse(run(folder, process.execPath, ['--input-type=module', '--eval', program])) as string[];
        assert.ok(names.length > 0);

        mkdirSync(path.join(folder, 'source'));
        writeFileSync(
            path.join(folder, 'source/guest.ts'),
            [
                "import * as protocol from '@rookery/sdk/protocol';",
                ...entries().map((entry) => `import ${JSON.stringify(entry)};`),
                `export const seen: readonly unknown[] = [${names.map((name) => `protocol.${name}`).join(', ')}];`,
                '// @ts-expect-error types are there, so a wrong name is an error',
                'export const unseen = protocol.thereIsNoSuchName;',
            ].join('\n'),
        );
        const compilerOptions = { module: 'nodenext', target: 'esnext', strict: true, skipLibCheck: true, noEmit: true, types: [] };
        writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['source'] }));
        run(folder, process.execPath, [path.join(root, 'node_modules/ts7/bin/tsc'), '-p', '.']);
    });

    it('carry the migrations of the kernel', () => {
        if (!existsSync(path.join(root, 'migrations'))) return;
        assert.ok(existsSync(path.join(folder, 'node_modules/@rookery/kernel/migrations')));
    });
});
